"""Quantization of tables: smaller types, and fewer dimensions."""

from __future__ import annotations

from enum import Enum

import numpy as np

from m2v.arguments import KINDS, checked, optional


class DType(str, Enum):
    """The types of a table."""

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
    """Converts a table to another type.

    For int8, all values are divided by max(|x|) / 127. This scale is not stored.

    :param embeddings: The table.
    :param quantize_to: The new type.
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
    # Rounding to float16 first gives the same int8 models as model2vec.
    quotients = (embeddings.astype(np.float16) / scale).astype(np.float16)
    return np.clip(np.rint(quotients), -127, 127).astype(np.int8)


@checked(quantize_to=optional(KINDS["quantize_to"]), dimensionality=optional(KINDS["dimensionality"]))
def quantize_and_reduce_dim(
    embeddings: np.ndarray, quantize_to: str | DType | None, dimensionality: int | None
) -> np.ndarray:
    """Converts a table to another type and keeps its first dimensions.

    :param embeddings: The table.
    :param quantize_to: The new type; None: unchanged.
    :param dimensionality: The number of dimensions to keep; None: all.
    :raises ValueError: if the table has fewer dimensions.
    """
    if quantize_to is not None:
        embeddings = quantize_embeddings(embeddings, DType(quantize_to))
    if dimensionality is None:
        return embeddings
    embeddings = np.asarray(embeddings)
    if dimensionality > embeddings.shape[1]:
        raise ValueError(f"cannot keep {dimensionality} dimensions of {embeddings.shape[1]}")
    return embeddings[:, :dimensionality]
