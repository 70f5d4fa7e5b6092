"""The version of the library and of this package, which are the same."""

from m2v._m2v import version as __version__

__all__ = ["__version__"]
