"""The interface of the package vicinity over `m2v.Index`. To switch, change the import:

    from m2v.vicinity import Backend, Metric, Vicinity  # was: from vicinity import Backend, Metric, Vicinity

Only vicinity's basic back end, which is exact, is provided, with its metrics, cosine and euclidean. vicinity can load
folders that are saved here, and vice versa. Approximate back ends and datasets on the hub are not supported.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from time import perf_counter
from typing import Any, Generic, TypeVar

import numpy as np

from m2v.arguments import array, checked, one_of, path, several, shown, whole, wrong
from m2v.files import write_array, write_file
from m2v.index import DTYPES, Index

T = TypeVar("T")

#: The file of the index.
_INDEX = "vectors.m2v"
#: The tolerance of the first selection by score, before exact distances are compared with the threshold.
_SLACK = 1e-5


def _list(name: str, value: Any) -> Any:
    if not hasattr(value, "__len__"):
        raise wrong(name, "a list", value)
    return value


class Backend(str, Enum):
    """The back ends; only the exact one is supported."""

    BASIC = "basic"


class Metric(Enum):
    """The distance: 1 - cosine, or euclidean."""

    COSINE = "cosine"
    EUCLIDEAN = "euclidean"

    @classmethod
    def from_string(cls, metric: str | Metric) -> Metric:
        """Returns the metric for one of vicinity's names.

        :raises ValueError: if there is none.
        """
        name = getattr(metric, "value", metric)
        found = _METRICS.get(name.lower()) if isinstance(name, str) else None
        if found is None:
            raise ValueError(f"metric must be 'cosine' or 'euclidean', got {shown(metric)}.")
        return found


_METRICS = {
    "cos": Metric.COSINE,
    "cosine": Metric.COSINE,
    "dot": Metric.COSINE,
    "euclidean": Metric.EUCLIDEAN,
    "l2": Metric.EUCLIDEAN,
}


def normalize(vectors: np.ndarray) -> np.ndarray:
    """Scales vectors to length 1; vectors of length 0 are unchanged."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.where(lengths == 0, 1, lengths)


@dataclass
class Arguments:
    """The arguments of a back end."""

    metric: Metric
    dtype: str


class BasicVectorStore:
    """The original vectors of a Vicinity."""

    def __init__(self, *, vectors: np.ndarray) -> None:
        """Stores the vectors, one per row, without copying them."""
        self.vectors = vectors

    def get_by_index(self, indices: list[int]) -> np.ndarray:
        """Returns the vectors at these positions."""
        return self.vectors[indices]

    def insert(self, vectors: np.ndarray) -> None:
        """Appends vectors."""
        self.vectors = np.vstack([self.vectors, vectors])

    def delete(self, indices: list[int]) -> None:
        """Removes the vectors at these positions."""
        self.vectors = np.delete(self.vectors, indices, axis=0)

    def __len__(self) -> int:
        return len(self.vectors)


class BasicBackend:
    """Finds nearest vectors. Vectors are identified by their positions 0, 1, 2, ... in the order of insertion.

    Euclidean distances are reduced to inner products: for each vector x the index holds (x, -|x|^2 / 2), so that the
    largest product with (q, 1) belongs to the nearest x. Distances are then computed from the vectors themselves.
    """

    backend_type = Backend.BASIC

    def __init__(self, index: Index, metric: Metric) -> None:
        """Wraps an index, whose vectors must have the form that the metric requires.

        :param index: The index. Positions follow the order of its ids.
        :param metric: The metric.
        """
        self._index = index
        self._ids = np.sort(index.ids)
        self.arguments = Arguments(metric, index.dtype)

    @classmethod
    def from_vectors(cls, vectors: np.ndarray, metric: Metric, dtype: str) -> BasicBackend:
        """Creates a back end from vectors, one per row."""
        dim = np.shape(vectors)[1]
        euclidean = metric is Metric.EUCLIDEAN
        index = Index(dim + euclidean, "inner_product" if euclidean else "cosine", dtype)
        made = cls(index, metric)
        made.insert(vectors)
        return made

    @property
    def dim(self) -> int:
        """The number of dimensions."""
        return self._index.dim - self._is_euclidean

    @property
    def vectors(self) -> np.ndarray:
        """All stored vectors, one per row. With cosine they have length 1."""
        return self._index.vectors(self._ids)[:, : self.dim]

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def _is_euclidean(self) -> bool:
        return self.arguments.metric is Metric.EUCLIDEAN

    def insert(self, vectors: np.ndarray) -> None:
        """Appends vectors."""
        if self._is_euclidean:
            squares = np.square(vectors, dtype=np.float64).sum(axis=1, keepdims=True)
            vectors = np.hstack([vectors, squares / -2])
        self._ids = np.concatenate([self._ids, self._index.add(vectors)])

    def delete(self, indices: list[int]) -> None:
        """Removes the vectors at these positions."""
        self._index.remove(self._ids[indices])
        self._ids = np.delete(self._ids, indices)

    def query(self, vectors: np.ndarray, k: int) -> list[tuple[np.ndarray, np.ndarray]]:
        """Returns the positions of the k nearest vectors of each query, and their distances, nearest first."""
        return self._search(vectors, k, None)

    def threshold(self, vectors: np.ndarray, threshold: float) -> list[tuple[np.ndarray, np.ndarray]]:
        """Returns the positions of all vectors within a distance of each query, and their distances, nearest first."""
        return self._search(vectors, max(len(self), 1), threshold)

    def _search(self, queries: np.ndarray, k: int, limit: float | None) -> list[tuple[np.ndarray, np.ndarray]]:
        if self._is_euclidean:
            return [self._near(query, k, limit) for query in np.asarray(queries, np.float32)]
        lowest = None if limit is None else 1 - limit - _SLACK
        ids, scores = self._index.search(queries, k, min_score=lowest)
        return [self._within(found, np.clip(1 - near, 0, None), limit) for found, near in zip(ids, scores)]

    def _near(self, query: np.ndarray, k: int, limit: float | None) -> tuple[np.ndarray, np.ndarray]:
        lowest = None
        if limit is not None:
            square = float(np.square(query, dtype=np.float64).sum())
            lowest = (square - limit**2) / 2 - _SLACK * (1 + square + limit**2)
        ids, _ = self._index.search(np.append(query, np.float32(1)), k, min_score=lowest)
        kept = self._index.vectors(ids)[:, : self.dim].astype(np.float64)
        distances = np.linalg.norm(kept - query, axis=1)
        order = np.argsort(distances, kind="stable")
        return self._within(ids[order], distances[order], limit)

    def _within(self, ids: np.ndarray, distances: np.ndarray, limit: float | None) -> tuple[np.ndarray, np.ndarray]:
        kept = ids >= 0 if limit is None else (ids >= 0) & (distances <= limit)
        return np.searchsorted(self._ids, ids[kept]), distances[kept]


class Vicinity(Generic[T]):
    """Items and their vectors, with the methods, arguments and results of vicinity.

    Items may be any objects. To be saved, they must be representable in JSON.
    """

    @checked(items=_list)
    def __init__(
        self,
        items: Sequence[T],
        backend: BasicBackend | Index,
        metadata: dict[str, Any] | None = None,
        vector_store: BasicVectorStore | None = None,
    ) -> None:
        """Combines a back end with one item for each of its vectors.

        :param items: The items.
        :param backend: A back end, or an index with the metric "cosine".
        :param metadata: Any metadata.
        :param vector_store: The original vectors.
        :raises ValueError: if the numbers of items and vectors differ.
        """
        if isinstance(backend, Index):
            backend = BasicBackend(backend, Metric.COSINE)
        if not isinstance(backend, BasicBackend):
            raise wrong("backend", "a BasicBackend or an Index", backend)
        if len(items) != len(backend):
            raise ValueError(f"{len(items)} items for {len(backend)} vectors")
        self.items: list[T] = list(items)
        self.backend = backend
        self.metadata = metadata or {}
        self.vector_store = vector_store

    @classmethod
    @checked(items=_list, dtype=one_of(*DTYPES))
    def from_vectors_and_items(
        cls,
        vectors: np.ndarray,
        items: Sequence[T],
        backend_type: Backend | str = Backend.BASIC,
        store_vectors: bool = False,
        *,
        metric: Metric | str = Metric.COSINE,
        dtype: str = "float32",
    ) -> Vicinity[T]:
        """Creates a store.

        :param vectors: A matrix with one vector per row.
        :param items: One item per vector.
        :param backend_type: Must be "basic".
        :param store_vectors: Whether to keep the original vectors for `get_vector_by_index`.
        :param metric: "cosine" or "euclidean".
        :param dtype: How vectors are stored, as in `m2v.Index`.
        :raises ValueError: if the arguments do not match each other.
        """
        name = getattr(backend_type, "value", backend_type)
        if name != Backend.BASIC.value:
            raise ValueError(f"backend_type must be 'basic', which is exact, got {shown(backend_type)}.")
        if np.ndim(vectors) != 2:
            raise ValueError(f"vectors must be a matrix, got an array of {np.ndim(vectors)} dimensions.")
        if len(items) != len(vectors):
            raise ValueError(f"{len(items)} items for {len(vectors)} vectors")
        store = BasicVectorStore(vectors=np.asarray(vectors)) if store_vectors else None
        return cls(items, BasicBackend.from_vectors(vectors, Metric.from_string(metric), dtype), vector_store=store)

    @property
    def dim(self) -> int:
        """The number of dimensions."""
        return self.backend.dim

    @property
    def metric(self) -> Metric:
        """The metric."""
        return self.backend.arguments.metric

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self):,} items, {self.dim} {self.backend.arguments.dtype}, {self.metric.value})"

    @checked(k=whole(1))
    def query(self, vectors: np.ndarray, k: int = 10) -> list[list[tuple[T, float]]]:
        """Returns the items nearest to each query, and their distances, nearest first.

        :param vectors: One query, or a matrix with one query per row.
        :param k: The maximum number of items per query.
        """
        return self._with_items(self.backend.query(_rows(vectors), k))

    @checked
    def query_threshold(
        self, vectors: np.ndarray, threshold: float = 0.5, max_k: int = 100
    ) -> list[list[tuple[T, float]]]:
        """Returns the items within a distance of each query, and their distances, nearest first.

        :param vectors: One query, or a matrix with one query per row.
        :param threshold: The maximum distance.
        :param max_k: Has no effect, as in vicinity's basic back end: all items within the distance are returned.
        """
        return self._with_items(self.backend.threshold(_rows(vectors), threshold))

    def _with_items(self, hits: list[tuple[np.ndarray, np.ndarray]]) -> list[list[tuple[T, float]]]:
        return [[(self.items[position], distance) for position, distance in zip(*found)] for found in hits]

    @checked(tokens=_list)
    def insert(self, tokens: Sequence[T], vectors: np.ndarray) -> None:
        """Adds items with their vectors.

        :param tokens: The items.
        :param vectors: A matrix with one vector per row.
        :raises ValueError: if the numbers of items and vectors differ, or the vectors have other dimensions.
        """
        if len(tokens) != len(vectors):
            raise ValueError(f"Your tokens and vectors are not the same length: {len(tokens)} != {len(vectors)}")
        if np.ndim(vectors) != 2 or np.shape(vectors)[1] != self.dim:
            raise ValueError(f"vectors must be a matrix with {self.dim} values a row, got one of shape {np.shape(vectors)}.")
        self.backend.insert(vectors)
        if self.vector_store is not None:
            self.vector_store.insert(vectors)
        self.items.extend(tokens)

    @checked(tokens=several)
    def delete(self, tokens: Iterable[T]) -> None:
        """Removes items. Of several equal items, the first one is removed.

        :param tokens: The items.
        :raises ValueError: if an item does not exist. Nothing is removed then.
        """
        wanted = list(tokens)
        positions = []
        for position, item in enumerate(self.items):
            if item in wanted:
                positions.append(position)
                wanted = [other for other in wanted if other != item]
        if wanted:
            raise ValueError(f"Tokens {wanted} were not in the vector space.")
        self.backend.delete(positions)
        if self.vector_store is not None:
            self.vector_store.delete(positions)
        for position in reversed(positions):
            del self.items[position]

    def get_vector_by_index(self, index: int | Iterable[int]) -> np.ndarray:
        """Returns the original vectors of items. Requires `store_vectors=True`.

        :param index: The position of an item, or several.
        :raises ValueError: if a position is out of range, or the original vectors were not kept.
        """
        positions = [index] if isinstance(index, int) else list(several("index", index))
        if not all(0 <= position < len(self) for position in positions):
            raise ValueError("Index out of bounds.")
        if self.vector_store is None:
            raise ValueError("the original vectors were not kept: pass store_vectors=True when creating the store.")
        return self.vector_store.get_by_index(positions)

    @checked
    def evaluate(
        self, full_vectors: np.ndarray, query_vectors: np.ndarray, k: int = 10, epsilon: float = 1e-3
    ) -> tuple[float, float]:
        """Measures the speed in queries per second, and the recall, which shows the effect of a smaller dtype.

        :param full_vectors: The vectors of all items.
        :param query_vectors: The queries.
        :param k: The number of neighbours per query.
        :param epsilon: The tolerance by which a correct result may be farther than the true k-th neighbour.
        :return: The number of queries per second, and the mean recall.
        """
        exact = Vicinity.from_vectors_and_items(full_vectors, self.items, metric=Metric.from_string(self.metric))
        farthest = [hits[-1][1] + epsilon for hits in exact.query(query_vectors, k)]
        begin = perf_counter()
        found = self.query(query_vectors, k)
        seconds = perf_counter() - begin
        recalls = [sum(d <= far for _, d in hits) / k for hits, far in zip(found, farthest)]
        return len(found) / seconds if seconds > 0 else float("inf"), float(np.mean(recalls))

    @checked(folder=path)
    def save(self, folder: str | Path, overwrite: bool = False) -> None:
        """Saves the items (JSON), the vectors (.npy) and the index to a folder, which vicinity can load, too.

        :param folder: The folder.
        :param overwrite: Whether the folder may exist.
        """
        root = Path(folder)
        data = {
            "items": self.items,
            "metadata": self.metadata,
            "backend_type": Backend.BASIC.value,
            "m2v": {"ids": self.backend._ids.tolist()},
        }
        text = json.dumps(data, allow_nan=False)
        root.mkdir(parents=True, exist_ok=overwrite)
        self.backend._index.save(root / _INDEX)
        write_array(root / "vectors.npy", self.backend.vectors)
        write_file(root / "arguments.json", json.dumps({"metric": self.metric.value}))
        if self.vector_store is not None:
            (root / "store").mkdir(exist_ok=overwrite)
            write_array(root / "store" / "vectors.npy", self.vector_store.vectors)
        write_file(root / "data.json", text)

    @classmethod
    @checked(filename=path)
    def load(cls, filename: str | Path) -> Vicinity[Any]:
        """Loads a folder that was saved by `save`, or by vicinity with its basic back end.

        :param filename: The folder.
        :raises ValueError: if it was saved by another back end, or its files do not match.
        """
        root = Path(filename)
        data = json.loads((root / "data.json").read_text(encoding="utf-8"))
        if data.get("backend_type", "basic") != "basic":
            raise ValueError(f"{root}: saved by vicinity's back end {data['backend_type']!r}; only 'basic' is supported.")
        arguments = root / "arguments.json"
        metric = json.loads(arguments.read_text())["metric"] if arguments.exists() else "cosine"
        metric = Metric.from_string(metric)
        ids = data.get("m2v", data).get("ids")  # earlier versions wrote "ids" at the top level
        if ids is None:
            backend = BasicBackend.from_vectors(np.load(root / "vectors.npy"), metric, "float32")
        else:
            backend = BasicBackend(Index.load(root / _INDEX), metric)
            if sorted(ids) != backend._ids.tolist():
                raise ValueError(f"{root}: data.json and {_INDEX} do not belong together")
        stored = root / "store" / "vectors.npy"
        store = BasicVectorStore(vectors=np.load(stored)) if stored.exists() else None
        return cls(data["items"], backend, data["metadata"], store)


def _rows(vectors: Any) -> np.ndarray:
    return np.atleast_2d(array("vectors", vectors))
