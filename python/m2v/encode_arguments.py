"""Arguments of `StaticModel.encode` other than texts: the output array, and arguments of other libraries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from m2v import arguments

#: Arguments of Sentence Transformers' `encode`, with the value that corresponds to what m2v does. None is accepted for
#: each, and any value for `device`.
FOREIGN: dict[str, Any] = {
    "convert_to_numpy": True,
    "convert_to_tensor": False,
    "device": None,
    "normalize_embeddings": False,
    "output_value": "sentence_embedding",
    "precision": "float32",
    "prompt": None,
    "prompt_name": None,
}


def check_foreign(encode: Any, given: Mapping[str, Any]) -> None:
    """Raises TypeError if an argument is unknown, or asks for something that m2v does not do.

    :param encode: The `encode` method.
    :param given: Its keyword arguments that are not its own.
    """
    arguments.check_known(encode, given, *FOREIGN)
    for name, value in given.items():
        if name != "device" and value is not None and value != FOREIGN[name]:
            raise TypeError(f"encode() supports {name} only for compatibility, with the value {FOREIGN[name]!r}.")


def output_array(out: Any, shape: tuple[int, ...], dtype: Any, table: np.ndarray) -> np.ndarray:
    """Returns the array for the vectors: a new one, or the caller's `out` after checking it.

    :param out: The caller's array, or None.
    :param shape: The required shape.
    :param dtype: The requested type; None: that of `out` or of the table, or float32 for int8 tables.
    :param table: The table of the model, which must not share memory with `out`.
    :raises TypeError: if `out` is not a numpy array, or `dtype` is not a type.
    :raises ValueError: if `out` has the wrong shape, type or memory layout, or is read-only.
    """
    wanted = None if dtype is None else arguments.output_type("dtype", dtype)
    if out is None:
        default = np.dtype(np.float32) if table.dtype == np.int8 else table.dtype
        return np.empty(shape, default if wanted is None else wanted)
    if not isinstance(out, np.ndarray):
        raise arguments.wrong("out", "a numpy array", out)
    if out.shape != shape or not out.flags.c_contiguous:
        raise ValueError(f"out must be of shape {shape}, in C order; it is of shape {out.shape}, with strides {out.strides}")
    found = arguments.output_type("out", out.dtype)
    if not (found.isnative and out.flags.aligned):
        raise ValueError(f"out must be in the byte order and the alignment of this machine; it is {out.dtype.str}")
    if wanted is not None and wanted != found:
        raise ValueError(f"out is of {found}, but dtype asks for {wanted}")
    if not out.flags.writeable:
        raise ValueError("out must be writable; it is read-only")
    if np.may_share_memory(out, table):
        raise ValueError("out must not share memory with the model's table")
    return out
