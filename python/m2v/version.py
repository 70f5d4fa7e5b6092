"""The version of the library and of this package, which are one."""

from m2v._m2v import version as __version__

__all__ = ["__version__"]
