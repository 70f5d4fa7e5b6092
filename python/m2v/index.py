"""Exact nearest-neighbour search over vectors in memory."""

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
    """Vectors with ids and optional metadata. No index structure has to be built or trained.

        index = Index(256, dtype="int8")
        index.add(model.encode(texts), metadata={"lang": ["en", "de", ...]})
        ids, scores = index.search(model.encode("a question"), k=3, filter={"lang": "en"})

    Results are exact with respect to the stored vectors, except for the dtype "bit", which may miss hits. Ties are
    broken in favour of the smaller id, so results are deterministic.
    """

    @checked(metric=one_of(*METRICS), dtype=one_of(*DTYPES))
    def __init__(self, dim: int, metric: str = "cosine", dtype: str = "float32") -> None:
        """Creates an empty index.

        :param dim: The number of dimensions.
        :param metric: "cosine" or "inner_product".
        :param dtype: How vectors are stored: "float32", "float16", "int8" (with one scale per vector), or "bit" (the
            signs select candidates, which are then scored by float16 values; cosine only).
        """
        self._native = _m2v.Index(dim, metric, dtype)
        self._next_id = 0

    @checked
    def add(
        self, vectors: Any, ids: Any = None, metadata: Mapping[str, Sequence[Any]] | None = None
    ) -> np.ndarray:
        """Adds vectors and returns their ids.

        :param vectors: One vector, or a matrix with one vector per row. Copied.
        :param ids: Non-negative integers that are not in the index yet. By default the next unused ones.
        :param metadata: Columns by name, each with one value per vector: strings, integers or floats; None where a
            vector has no value.
        :return: The ids as int64.
        :raises ValueError: if vectors have another number of dimensions or contain NaN, ids exist already, or columns
            do not match. Nothing is added then.
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
        """Removes vectors by their ids and returns how many of the ids existed."""
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
        """Finds the k vectors with the highest scores, best first.

        :param queries: One vector, or a matrix with one vector per row.
        :param k: The maximum number of hits per query.
        :param filter: A condition on metadata, such as {"lang": "en", "year": {"$gte": 2000}}; see m2v.filters.
        :param min_score: The minimum score of a hit.
        :param offset: The number of best hits to skip, for pages of results.
        :param group_by: A column; of the vectors with the same value in it, only the best one is a hit.
        :param candidates: With dtype "bit", the number of vectors that the signs select.
        :param threads: The number of threads; by default one per processor.
        :return: Ids (int64) and scores (float32): one-dimensional for a single vector, one row per query for a matrix.
            Rows with fewer hits than others are padded with the id -1 and the score -inf.
        """
        matrix = as_matrix(queries, "queries")
        lowest = -np.inf if min_score is None else min_score
        ids, scores = self._native.search(
            matrix, k, filters.parse(filter), lowest, offset, group_by or "", candidates or 0, threads or 0
        )
        ids = ids.view(np.int64)
        return (ids[0], scores[0]) if np.ndim(queries) == 1 else (ids, scores)

    def vectors(self, ids: Any) -> np.ndarray:
        """Returns the stored vectors of these ids as float32, one per row. With cosine they have length 1."""
        return self._native.vectors(as_ids(ids).view(np.uint64))

    @checked
    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the index to a file, which is replaced atomically."""
        self._native.save(path)

    @classmethod
    @checked
    def load(cls, path: str | os.PathLike[str]) -> Index:
        """Opens a saved index. The file is mapped into memory; vectors are copied only when the index is modified."""
        index = cls.__new__(cls)
        index._native = _m2v.Index.load(path)
        ids = index.ids
        index._next_id = int(ids.max()) + 1 if len(ids) else 0
        return index

    @property
    def ids(self) -> np.ndarray:
        """All ids (int64), in no particular order."""
        return self._native.ids().view(np.int64)

    @property
    def columns(self) -> list[str]:
        """The names of the metadata columns."""
        return self._native.columns()

    @property
    def dim(self) -> int:
        """The number of dimensions."""
        return self._native.dim

    @property
    def metric(self) -> str:
        """The metric: "cosine" or "inner_product"."""
        return self._native.metric

    @property
    def dtype(self) -> str:
        """How vectors are stored: "float32", "float16", "int8" or "bit"."""
        return self._native.dtype

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
    """Restores a pickled index; see `Index.__reduce__`."""
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
    """Selects k hits that differ from each other, by maximal marginal relevance.

    :param scores: The score of each hit.
    :param vectors: The vector of each hit, one per row.
    :param k: The number of hits to select.
    :param weight: The weight of the scores, from 0 (only diversity counts) to 1 (only scores count).
    :return: The positions of the selected hits.
    """
    return _m2v.diversify(np.ascontiguousarray(scores, np.float32), as_matrix(vectors, "vectors"), k, weight)


def as_matrix(vectors: Any, name: str = "vectors") -> np.ndarray:
    """Converts vectors to a float32 matrix with one vector per row. Copies only if necessary.

    :param vectors: One vector, or a matrix.
    :param name: The name of the argument, for error messages.
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
    """Converts ids to a one-dimensional int64 array.

    :raises ValueError: if they are not integers from 0 to 2^63 - 1.
    """
    found = np.atleast_1d(np.asarray(ids))
    if found.size == 0:
        return np.empty(0, np.int64)
    if found.dtype.kind not in "iu" or found.ndim != 1:
        raise ValueError("ids must be a list of integers")
    if int(found.min()) < 0 or int(found.max()) > np.iinfo(np.int64).max:
        raise ValueError("ids must be from 0 to 2^63 - 1")
    return np.ascontiguousarray(found, dtype=np.int64)


def as_column(name: str, values: Any) -> tuple[str, Any, np.ndarray | None]:
    """Converts a metadata column to the form that the native index takes: (name, values, present).

    :param name: The name of the column.
    :param values: One value per vector; None where a vector has none.
    :return: The name, the values, and a mask of the values that are present; None if all are.
    :raises ValueError: if the column mixes strings and numbers, or holds values of other types.
    """
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
