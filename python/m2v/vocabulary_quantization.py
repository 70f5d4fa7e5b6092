"""Vocabulary quantization: similar tokens share a row."""

from __future__ import annotations

import numpy as np

from m2v.arguments import array, checked, optional
from m2v.distill.native import share_rows


@checked(weights=optional(array))
def quantize_vocabulary(
    n_clusters: int, weights: np.ndarray | None, embeddings: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Clusters the rows of a table by k-means, so that all tokens share `n_clusters` rows.

    :param n_clusters: The number of rows of the new table.
    :param weights: The token weights. If None, rows are scaled to length 1 and their lengths become the weights.
    :param embeddings: The table, one row per token.
    :return: The new table, the row of each token (int32), and the weights.
    """
    embeddings = np.asarray(embeddings)
    dtype = embeddings.dtype
    if weights is None:
        weights = np.linalg.norm(embeddings, axis=1)
        embeddings = embeddings / np.where(weights == 0, 1, weights)[:, None]
    rows, mapping = share_rows(np.ascontiguousarray(embeddings, np.float32), n_clusters)
    return rows.astype(dtype), mapping.astype(np.int32), weights
