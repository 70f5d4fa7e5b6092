"""Embeds a few texts over m2v's C interface, and finds those nearest in meaning to a question."""

import ctypes
import sys
from ctypes import POINTER, byref, c_char_p, c_float, c_size_t, c_uint64, c_void_p

SIZES = POINTER(c_size_t)

TEXTS = [
    b"Bread rises because yeast makes gas.",
    b"The moon pulls the sea: that makes the tides.",
    b"A bank lends what others have saved.",
]


class Hit(ctypes.Structure):
    _fields_ = [("id", c_uint64), ("score", c_float)]


m2v = ctypes.CDLL("libm2v_c.so.1")
m2v.m2v_last_error.restype = c_char_p
m2v.m2v_model_dim.restype = c_size_t
m2v.m2v_model_dim.argtypes = [c_void_p]
m2v.m2v_model_load.argtypes = [c_char_p, c_void_p, POINTER(c_void_p)]
m2v.m2v_model_encode.argtypes = [c_void_p, POINTER(c_char_p), SIZES, c_size_t, c_void_p, c_void_p, c_size_t]
m2v.m2v_index_create.argtypes = [c_size_t, c_void_p, POINTER(c_void_p)]
m2v.m2v_index_add.argtypes = [c_void_p, c_void_p, c_size_t, c_void_p, c_size_t]
m2v.m2v_index_search.argtypes = [c_void_p, c_void_p, c_size_t, c_size_t, c_size_t, c_void_p, c_void_p, SIZES]


def check(status):
    if status:
        sys.exit("m2v: " + m2v.m2v_last_error().decode())


def encode(model, texts):
    size = len(texts) * m2v.m2v_model_dim(model)
    vectors = (c_float * size)()
    array, lengths = (c_char_p * len(texts))(*texts), (c_size_t * len(texts))(*map(len, texts))
    check(m2v.m2v_model_encode(model, array, lengths, len(texts), None, vectors, size))
    return vectors


model, index, hits, found = c_void_p(), c_void_p(), (Hit * 3)(), c_size_t()
check(m2v.m2v_model_load(sys.argv[1].encode(), None, byref(model)))
vectors, query = encode(model, TEXTS), encode(model, [sys.argv[2].encode()])
check(m2v.m2v_index_create(len(query), None, byref(index)))
check(m2v.m2v_index_add(index, (c_uint64 * 3)(0, 1, 2), 3, vectors, len(vectors)))
check(m2v.m2v_index_search(index, query, 1, len(query), 3, None, hits, byref(found)))
for hit in hits[: found.value]:
    print(f"{hit.score:.6f}  {TEXTS[hit.id].decode()}")
m2v.m2v_index_free(index)
m2v.m2v_model_free(model)
