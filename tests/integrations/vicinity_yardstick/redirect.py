"""A plugin of pytest: whatever imports vicinity gets `m2v.vicinity`, which has its names in one module."""

import sys
import types

import m2v.vicinity

MODULES = ("vicinity", "vicinity.datatypes", "vicinity.utils", "vicinity.backends", "vicinity.backends.faiss")


class Named:
    """A back end of a fixture's parameters."""

    def __init__(self, name):
        self.name = name


for _name in MODULES:
    _module = types.ModuleType(_name)
    vars(_module).update(vars(m2v.vicinity), __name__=_name, __path__=[], FaissBackend=None)
    _module.Backend = type(
        "Backend",
        (),
        {"BASIC": m2v.vicinity.Backend.BASIC}
        | {name: Named(name) for name in ("FAISS", "HNSW", "ANNOY", "PYNNDESCENT", "USEARCH", "VOYAGER")},
    )
    _module.normalize_or_copy = None
    sys.modules[_name] = _module
