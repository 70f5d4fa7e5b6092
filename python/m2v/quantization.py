"""Tables in smaller types, and with fewer dimensions."""

from __future__ import annotations

from enum import Enum

import numpy as np

from m2v.arguments import KINDS, checked, optional


class DType(str, Enum):
    """The types that a table's numbers may have."""

    Float16 = "float16"
    Float32 = "float32"
    Float64 = "float64"
    Int8 = "int8"


dtype_map = {
    DType.Float16: np.float16,
    DType.Float32: np.float32,
    DType.Float64: np.float64,
    DType.Int8: np.int8,
}


@checked
def quantize_embeddings(embeddings: np.ndarray, quantize_to: DType) -> np.ndarray:
    """The table in another type. Integers are relative to the largest value, whose scale is not kept.

    :param embeddings: The table.
    :param quantize_to: The type.
    """
    embeddings = np.asarray(embeddings)
    target = np.dtype(dtype_map[DType(quantize_to)])
    if embeddings.dtype == target:
        return embeddings
    if target != np.int8:
        return embeddings.astype(target)
    scale = np.abs(embeddings).max(initial=0) / 127
    if scale == 0:
        return np.zeros(embeddings.shape, np.int8)
    # By way of float16, as everybody's int8 models are made.
    quotients = (embeddings.astype(np.float16) / scale).astype(np.float16)
    return np.clip(np.rint(quotients), -127, 127).astype(np.int8)


@checked(quantize_to=optional(KINDS["quantize_to"]), dimensionality=optional(KINDS["dimensionality"]))
def quantize_and_reduce_dim(
    embeddings: np.ndarray, quantize_to: str | DType | None, dimensionality: int | None
) -> np.ndarray:
    """The table in another type, and its first dimensions alone.

    :param embeddings: The table.
    :param quantize_to: The type; None: as it is.
    :param dimensionality: How many dimensions to keep; None: all.
    :raises ValueError: if there are not so many.
    """
    if quantize_to is not None:
        embeddings = quantize_embeddings(embeddings, DType(quantize_to))
    if dimensionality is None:
        return embeddings
    embeddings = np.asarray(embeddings)
    if dimensionality > embeddings.shape[1]:
        raise ValueError(f"{dimensionality} dimensions are asked for, but there are {embeddings.shape[1]}")
    return embeddings[:, :dimensionality]
