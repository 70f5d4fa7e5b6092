"""m2v.h by ctypes, with numpy arrays."""

import ctypes
import os
from ctypes import POINTER, byref, c_char_p, c_float, c_int32, c_size_t, c_uint32, c_uint64, c_void_p

import numpy as np

OK, INVALID_ARGUMENT, IO_ERROR, FORMAT_ERROR = range(4)
OFF, ON = -1, 1
NO_LIMIT = 2**64 - 1
HIT = np.dtype([("id", np.uint64), ("score", np.float32)], align=True)


class EncodeOptions(ctypes.Structure):
    _fields_ = [("struct_size", c_size_t), ("max_length", c_size_t), ("normalize", c_int32), ("threads", c_uint32)]


class IndexOptions(ctypes.Structure):
    _fields_ = [("struct_size", c_size_t), ("metric", c_int32), ("reserved", c_uint32)]


class Failed(Exception):
    """A call that failed; its arguments are the status and the message."""


def options(kind, **values):
    return kind(struct_size=ctypes.sizeof(kind), **values)


SIZES, FLOATS, IDS = POINTER(c_size_t), POINTER(POINTER(c_float)), POINTER(POINTER(c_uint32))
# What a function takes; all of them give out a status.
CALLS = {
    "model_load": [c_char_p, c_void_p, POINTER(c_void_p)],
    "model_encode": [c_void_p, POINTER(c_char_p), SIZES, c_size_t, POINTER(EncodeOptions), c_void_p, c_size_t],
    "model_encode_as_sequence": [c_void_p, c_char_p, c_size_t, POINTER(EncodeOptions), FLOATS, SIZES],
    "model_tokenize": [c_void_p, c_char_p, c_size_t, IDS, SIZES],
    "tokenizer_load": [c_char_p, POINTER(c_void_p)],
    "tokenizer_encode": [c_void_p, c_char_p, c_size_t, IDS, SIZES],
    "index_create": [c_size_t, POINTER(IndexOptions), POINTER(c_void_p)],
    "index_add": [c_void_p, c_void_p, c_size_t, c_void_p, c_size_t],
    "index_search": [c_void_p, c_void_p, c_size_t, c_size_t, c_size_t, c_void_p, c_void_p, c_void_p],
}

library = ctypes.CDLL(os.environ["M2V_C_LIBRARY"])
library.m2v_last_error.restype = c_char_p
library.m2v_model_dim.restype = c_size_t
library.m2v_model_dim.argtypes = [c_void_p]
library.m2v_tokenizer_token.restype = c_void_p
library.m2v_tokenizer_token.argtypes = [c_void_p, c_uint32, SIZES]
for name in ("free", "model_free", "tokenizer_free", "index_free"):
    getattr(library, f"m2v_{name}").argtypes = [c_void_p]
for name, types in CALLS.items():
    getattr(library, f"m2v_{name}").argtypes = types


def call(name, *arguments):
    status = getattr(library, f"m2v_{name}")(*arguments)
    if status != OK:
        raise Failed(status, library.m2v_last_error().decode())


def given_array(name, kind, *arguments):
    """What a call gives out as an array and its size."""
    array, count = POINTER(kind)(), c_size_t()
    call(name, *arguments, byref(array), byref(count))
    return array, count.value


class Tokenizer:
    def __init__(self, path):
        self.handle = c_void_p()
        call("tokenizer_load", os.fsencode(path), byref(self.handle))

    def __del__(self):
        library.m2v_tokenizer_free(self.handle)

    def encode(self, text):
        return _ids("tokenizer_encode", self.handle, text)

    def token(self, id):
        length = c_size_t()
        found = library.m2v_tokenizer_token(self.handle, id, byref(length))
        return ctypes.string_at(found, length.value).decode() if found else None


class Model:
    def __init__(self, path):
        self.handle = c_void_p()
        call("model_load", os.fsencode(path), None, byref(self.handle))
        self.dim = library.m2v_model_dim(self.handle)

    def __del__(self):
        library.m2v_model_free(self.handle)

    def encode(self, texts, **chosen):
        raw = [text.encode() for text in texts]
        vectors = np.empty((len(raw), self.dim), np.float32)
        call(
            "model_encode",
            self.handle,
            (c_char_p * len(raw))(*raw),
            (c_size_t * len(raw))(*map(len, raw)),
            len(raw),
            options(EncodeOptions, **chosen),
            vectors.ctypes.data,
            vectors.size,
        )
        return vectors

    def encode_as_sequence(self, text, **chosen):
        raw = text.encode()
        array, rows = given_array(
            "model_encode_as_sequence", c_float, self.handle, raw, len(raw), options(EncodeOptions, **chosen)
        )
        return _copied(array, (rows, self.dim), np.float32)

    def tokenize(self, text):
        return _ids("model_tokenize", self.handle, text)


class Index:
    def __init__(self, dim, metric):
        self.handle = c_void_p()
        call("index_create", dim, options(IndexOptions, metric=metric), byref(self.handle))

    def __del__(self):
        library.m2v_index_free(self.handle)

    def add(self, ids, vectors):
        ids, vectors = np.ascontiguousarray(ids, np.uint64), np.ascontiguousarray(vectors, np.float32)
        call("index_add", self.handle, ids.ctypes.data, len(ids), vectors.ctypes.data, vectors.size)

    def search(self, queries, k):
        queries = np.ascontiguousarray(queries, np.float32)
        hits, found = np.zeros((len(queries), k), HIT), np.zeros(len(queries), np.uintp)
        array = queries.ctypes.data, len(queries), queries.size
        call("index_search", self.handle, *array, k, None, hits.ctypes.data, found.ctypes.data)
        return [row[:count] for row, count in zip(hits, found)]


def _ids(name, handle, text):
    raw = text.encode()
    array, count = given_array(name, c_uint32, handle, raw, len(raw))
    return _copied(array, (count,), np.uint32).tolist()


def _copied(array, shape, dtype):
    """A numpy array of an array that the library gave out, which is freed."""
    if not array:
        return np.empty(shape, dtype)
    copy = np.ctypeslib.as_array(array, shape).astype(dtype)
    library.m2v_free(array)
    return copy
