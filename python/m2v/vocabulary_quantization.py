"""Fewer rows than tokens: tokens that are alike share one."""

from __future__ import annotations

import numpy as np

from m2v.arguments import array, checked, optional
from m2v.distill.native import share_rows


@checked(weights=optional(array))
def quantize_vocabulary(
    n_clusters: int, weights: np.ndarray | None, embeddings: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Finds rows that all tokens share, by k-means.

    :param n_clusters: How many rows.
    :param weights: The tokens' weights. Without them, the rows' lengths become the weights.
    :param embeddings: The table.
    :return: The new table, the row of each token, and the weights.
    """
    embeddings = np.asarray(embeddings)
    dtype = embeddings.dtype
    if weights is None:
        weights = np.linalg.norm(embeddings, axis=1)
        embeddings = embeddings / np.where(weights == 0, 1, weights)[:, None]
    rows, mapping = share_rows(np.ascontiguousarray(embeddings, np.float32), n_clusters)
    return rows.astype(dtype), mapping.astype(np.int32), weights
