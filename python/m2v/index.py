"""Exact nearest neighbours over vectors in memory."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from m2v import _m2v, filters
from m2v.arguments import array, checked, one_of

METRICS = ("cosine", "inner_product")
DTYPES = ("float32", "float16", "int8", "bit")


class Index:
    """Vectors with ids and, if you like, metadata; there is nothing to build beforehand.

        index = Index(256, dtype="int8")
        index.add(model.encode(texts), metadata={"lang": ["en", "de", ...]})
        ids, scores = index.search(model.encode("a question"), k=3, filter={"lang": "en"})

    Results are exact for the vectors as they are kept, but for "bit", which may miss a hit. Ties go to the
    smaller id, so the same question has the same answer every time.
    """

    @checked(metric=one_of(*METRICS), dtype=one_of(*DTYPES))
    def __init__(self, dim: int, metric: str = "cosine", dtype: str = "float32") -> None:
        """An empty index.

        :param dim: The number of values a vector.
        :param metric: "cosine" or "inner_product".
        :param dtype: How vectors are kept: "float32", "float16", "int8" (with a scale a vector), or "bit" (signs
            choose candidates, which float16 values beside them score; cosine only).
        """
        self._native = _m2v.Index(dim, metric, dtype)
        self._next_id = 0

    @checked
    def add(
        self, vectors: Any, ids: Any = None, metadata: Mapping[str, Sequence[Any]] | None = None
    ) -> np.ndarray:
        """Adds vectors; returns their ids.

        :param vectors: One vector, or a matrix of one a row. Copied.
        :param ids: Integers from 0 on, none of which is there yet. By default the next ones.
        :param metadata: For each name a value a vector: strings, or integers, or floats; None where there is none.
        :raises ValueError: For vectors of another width or with NaN, ids that are there, columns that do not fit.
            Nothing is added then.
        """
        matrix = as_matrix(vectors, "vectors")
        if ids is None:
            ids = np.arange(self._next_id, self._next_id + len(matrix), dtype=np.int64)
        ids = as_ids(ids)
        columns = [as_column(name, values) for name, values in (metadata or {}).items()]
        self._native.add(ids.view(np.uint64), matrix, columns)
        if len(ids):
            self._next_id = max(self._next_id, int(ids.max()) + 1)
        return ids

    def remove(self, ids: Any) -> int:
        """Removes vectors by their ids; returns how many of them there were."""
        return self._native.remove(as_ids(ids).view(np.uint64))

    @checked
    def search(
        self,
        queries: Any,
        k: int = 10,
        *,
        filter: Mapping[str, Any] | None = None,
        min_score: float | None = None,
        offset: int = 0,
        group_by: str | None = None,
        candidates: int | None = None,
        threads: int | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """The k vectors of highest score, best first.

        :param queries: One vector, or a matrix of one a row.
        :param k: The number of hits.
        :param filter: A condition on metadata, such as {"lang": "en", "year": {"$gte": 2000}}; see m2v.filters.
        :param min_score: The lowest score of a hit.
        :param offset: How many of the best hits to pass over: for pages of results.
        :param group_by: A column; of vectors with the same value there, the best one alone is a hit.
        :param candidates: With "bit", how many vectors the signs choose.
        :param threads: By default, as many as the machine has.
        :return: Ids (int64) and scores (float32): one list for a single vector, a row a query for a matrix. Where
            a query has fewer hits than another, its row ends in ids of -1 and scores of -inf.
        """
        matrix = as_matrix(queries, "queries")
        lowest = -np.inf if min_score is None else min_score
        ids, scores = self._native.search(
            matrix, k, filters.parse(filter), lowest, offset, group_by or "", candidates or 0, threads or 0
        )
        ids = ids.view(np.int64)
        return (ids[0], scores[0]) if np.ndim(queries) == 1 else (ids, scores)

    def vectors(self, ids: Any) -> np.ndarray:
        """The vectors of these ids as they are kept (for cosine, of length 1), as float32."""
        return self._native.vectors(as_ids(ids).view(np.uint64))

    @checked
    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the index to a file, which appears when it is complete."""
        self._native.save(path)

    @classmethod
    @checked
    def load(cls, path: str | os.PathLike[str]) -> Index:
        """Opens a saved index. Its vectors are used where the file is mapped, until they change."""
        index = cls.__new__(cls)
        index._native = _m2v.Index.load(path)
        ids = index.ids
        index._next_id = int(ids.max()) + 1 if len(ids) else 0
        return index

    @property
    def ids(self) -> np.ndarray:
        """All ids, in no order."""
        return self._native.ids().view(np.int64)

    @property
    def columns(self) -> list[str]:
        """The names of the metadata's columns."""
        return self._native.columns()

    @property
    def dim(self) -> int:
        """The number of values a vector."""
        return self._native.dim

    @property
    def metric(self) -> str:
        """What a score is."""
        return self._native.metric

    @property
    def dtype(self) -> str:
        """How vectors are kept."""
        return self._native.width

    def __len__(self) -> int:
        return self._native.size

    def __reduce__(self) -> tuple[Any, ...]:
        from tempfile import TemporaryDirectory

        with TemporaryDirectory() as folder:
            file = os.path.join(folder, "index.m2v")
            self.save(file)
            with open(file, "rb") as saved:
                return _restored, (saved.read(), self._next_id)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self):,} x {self.dim} {self.dtype}, {self.metric})"

    def __contains__(self, id: int) -> bool:
        return id >= 0 and self._native.contains(id)


def _restored(content: bytes, next_id: int) -> Index:
    """The index that `Index.__reduce__` was asked of."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        file = os.path.join(folder, "index.m2v")
        with open(file, "wb") as saved:
            saved.write(content)
        index = Index.load(file)
    index._next_id = next_id
    return index


@checked
def diversify(scores: Any, vectors: Any, k: int, weight: float = 0.5) -> list[int]:
    """The places of k hits that differ from each other (maximal marginal relevance).

    :param scores: The score of each hit.
    :param vectors: The vector of each hit.
    :param k: How many to choose.
    :param weight: 1 goes by the scores alone, 0 by the difference alone.
    """
    return _m2v.diversify(np.ascontiguousarray(scores, np.float32), as_matrix(vectors, "vectors"), k, weight)


def as_matrix(vectors: Any, name: str = "vectors") -> np.ndarray:
    """Float32 vectors, a row each; not copied if they are such already.

    :param name: What errors call them.
    """
    try:
        matrix = np.ascontiguousarray(array(name, vectors), dtype=np.float32)
    except (TypeError, ValueError) as problem:
        if str(problem).startswith(name):
            raise
        raise ValueError(f"{name} must be rows of numbers, all of the same length: {problem}") from None
    if matrix.ndim == 1:
        matrix = matrix[None, :]
    if matrix.ndim != 2:
        raise ValueError(f"{name} must be a list of numbers or a matrix, not an array of {matrix.ndim} dimensions")
    return matrix


def as_ids(ids: Any) -> np.ndarray:
    """Ids as int64."""
    found = np.atleast_1d(np.asarray(ids))
    if found.size == 0:
        return np.empty(0, np.int64)
    if found.dtype.kind not in "iu" or found.ndim != 1:
        raise ValueError("ids are a list of integers")
    if int(found.min()) < 0 or int(found.max()) > np.iinfo(np.int64).max:
        raise ValueError("ids are from 0 to 2^63 - 1")
    return np.ascontiguousarray(found, dtype=np.int64)


def as_column(name: str, values: Any) -> tuple[str, Any, np.ndarray | None]:
    """A column of metadata as the native index takes it: its name, its values, and which of them there are."""
    kind = values.dtype.kind if isinstance(values, np.ndarray) else "O"
    if kind in "biu":
        return name, np.ascontiguousarray(values, np.int64), None
    if kind == "f":
        return name, np.ascontiguousarray(values, np.float64), None
    values = list(values.tolist() if isinstance(values, np.ndarray) else values)
    there = np.array([value is not None for value in values], np.uint8)
    types = {type(value) for value in values if value is not None}
    if types <= {str}:
        return name, [value or "" for value in values], there
    if not all(issubclass(one, (bool, int, float, np.number, np.bool_)) for one in types):
        names = ", ".join(sorted(one.__name__ for one in types))
        raise ValueError(f'metadata: column "{name}" holds {names}; a column holds strings or numbers')
    whole = not any(issubclass(one, (float, np.floating)) for one in types)
    return name, np.array([value or 0 for value in values], np.int64 if whole else np.float64), there
