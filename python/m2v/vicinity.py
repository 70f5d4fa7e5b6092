"""vicinity's interface over `m2v.Index`: change the import.

    from m2v.vicinity import Backend, Metric, Vicinity  # was: from vicinity import Backend, Metric, Vicinity

There is vicinity's basic back end, which is exact, with its metrics, cosine and euclidean, and vicinity reads the folders
that are saved here, and the other way round. There are no approximate back ends, and no datasets on the hub.
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

#: The vectors as m2v keeps them.
_INDEX = "vectors.m2v"
#: What is let through before distances are looked at closely.
_SLACK = 1e-5


def _list(name: str, value: Any) -> Any:
    if not hasattr(value, "__len__"):
        raise wrong(name, "a list", value)
    return value


class Backend(str, Enum):
    """What finds neighbours: there is the exact one."""

    BASIC = "basic"


class Metric(Enum):
    """What a distance is."""

    COSINE = "cosine"
    EUCLIDEAN = "euclidean"

    @classmethod
    def from_string(cls, metric: str | Metric) -> Metric:
        """The metric of a name that vicinity has for it."""
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
    """Vectors of length 1; those of length 0 stay as they are."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.where(lengths == 0, 1, lengths)


@dataclass
class Arguments:
    """How a back end was made."""

    metric: Metric
    dtype: str


class BasicVectorStore:
    """The vectors of a Vicinity as they were given."""

    def __init__(self, *, vectors: np.ndarray) -> None:
        """Keeps them."""
        self.vectors = vectors

    def get_by_index(self, indices: list[int]) -> np.ndarray:
        """Those at these places."""
        return self.vectors[indices]

    def insert(self, vectors: np.ndarray) -> None:
        """Adds some at the end."""
        self.vectors = np.vstack([self.vectors, vectors])

    def delete(self, indices: list[int]) -> None:
        """Removes those at these places."""
        self.vectors = np.delete(self.vectors, indices, axis=0)

    def __len__(self) -> int:
        return len(self.vectors)


class BasicBackend:
    """Finds the nearest vectors by their places, which are 0, 1, 2, ... in the order in which they came.

    A euclidean distance is found by way of an inner product: for each vector x the index holds (x, -|x|^2 / 2), so that
    the largest product with (q, 1) belongs to the nearest x. Distances are then computed from the vectors themselves.
    """

    backend_type = Backend.BASIC

    def __init__(self, index: Index, metric: Metric) -> None:
        """Takes an index of vectors, in the form that the metric asks for; places go by the order of its ids."""
        self._index = index
        self._ids = np.sort(index.ids)
        self.arguments = Arguments(metric, index.dtype)

    @classmethod
    def from_vectors(cls, vectors: np.ndarray, metric: Metric, dtype: str) -> BasicBackend:
        """Of vectors, one a row."""
        dim = np.shape(vectors)[1]
        euclidean = metric is Metric.EUCLIDEAN
        index = Index(dim + euclidean, "inner_product" if euclidean else "cosine", dtype)
        made = cls(index, metric)
        made.insert(vectors)
        return made

    @property
    def dim(self) -> int:
        """The number of values a vector."""
        return self._index.dim - self._is_euclidean

    @property
    def vectors(self) -> np.ndarray:
        """All vectors as they are kept: for cosine, of length 1."""
        return self._index.vectors(self._ids)[:, : self.dim]

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def _is_euclidean(self) -> bool:
        return self.arguments.metric is Metric.EUCLIDEAN

    def insert(self, vectors: np.ndarray) -> None:
        """Adds vectors at the end."""
        if self._is_euclidean:
            squares = np.square(vectors, dtype=np.float64).sum(axis=1, keepdims=True)
            vectors = np.hstack([vectors, squares / -2])
        self._ids = np.concatenate([self._ids, self._index.add(vectors)])

    def delete(self, indices: list[int]) -> None:
        """Removes the vectors at these places."""
        self._index.remove(self._ids[indices])
        self._ids = np.delete(self._ids, indices)

    def query(self, vectors: np.ndarray, k: int) -> list[tuple[np.ndarray, np.ndarray]]:
        """The places of the k nearest of each, and their distances, nearest first."""
        return self._search(vectors, k, None)

    def threshold(self, vectors: np.ndarray, threshold: float) -> list[tuple[np.ndarray, np.ndarray]]:
        """The places of all within a distance of each, and their distances, nearest first."""
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
    """Items and their vectors; names, arguments and answers are vicinity's.

    Items are whatever you like; to be saved they must be what JSON can hold.
    """

    @checked(items=_list)
    def __init__(
        self,
        items: Sequence[T],
        backend: BasicBackend | Index,
        metadata: dict[str, Any] | None = None,
        vector_store: BasicVectorStore | None = None,
    ) -> None:
        """Takes a back end and an item for each of its vectors.

        :param items: The items.
        :param backend: A back end, or an index of cosines.
        :param metadata: Whatever you like.
        :param vector_store: The vectors as they were given.
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
        """Makes a store.

        :param vectors: One vector a row.
        :param items: One item a vector.
        :param backend_type: "basic".
        :param store_vectors: Keeps the vectors as they are, too, for `get_vector_by_index`.
        :param metric: "cosine" or "euclidean".
        :param dtype: How vectors are kept, as `m2v.Index` has it.
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
        """The number of values a vector."""
        return self.backend.dim

    @property
    def metric(self) -> Metric:
        """What a distance is."""
        return self.backend.arguments.metric

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self):,} items, {self.dim} {self.backend.arguments.dtype}, {self.metric.value})"

    @checked(k=whole(1))
    def query(self, vectors: np.ndarray, k: int = 10) -> list[list[tuple[T, float]]]:
        """The nearest items of each vector with their distances, nearest first.

        :param vectors: One vector, or one a row.
        :param k: How many items.
        """
        return self._with_items(self.backend.query(_rows(vectors), k))

    @checked
    def query_threshold(
        self, vectors: np.ndarray, threshold: float = 0.5, max_k: int = 100
    ) -> list[list[tuple[T, float]]]:
        """The items of each vector within a distance, nearest first.

        :param vectors: One vector, or one a row.
        :param threshold: The distance.
        :param max_k: Of no effect, as with vicinity's basic back end: all that are near enough are found.
        """
        return self._with_items(self.backend.threshold(_rows(vectors), threshold))

    def _with_items(self, hits: list[tuple[np.ndarray, np.ndarray]]) -> list[list[tuple[T, float]]]:
        return [[(self.items[place], distance) for place, distance in zip(*found)] for found in hits]

    @checked(tokens=_list)
    def insert(self, tokens: Sequence[T], vectors: np.ndarray) -> None:
        """Adds items with their vectors.

        :param tokens: The items.
        :param vectors: One vector a row.
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
        """Removes items; of equal ones the first. Raises ValueError if one is not there, and removes none.

        :param tokens: The items.
        """
        wanted = list(tokens)
        places = []
        for place, item in enumerate(self.items):
            if item in wanted:
                places.append(place)
                wanted = [other for other in wanted if other != item]
        if wanted:
            raise ValueError(f"Tokens {wanted} were not in the vector space.")
        self.backend.delete(places)
        if self.vector_store is not None:
            self.vector_store.delete(places)
        for place in reversed(places):
            del self.items[place]

    def get_vector_by_index(self, index: int | Iterable[int]) -> np.ndarray:
        """The vectors at places among the items, as they were given: with `store_vectors=True`.

        :param index: A place, or several.
        """
        places = [index] if isinstance(index, int) else list(several("index", index))
        if not all(0 <= place < len(self) for place in places):
            raise ValueError("Index out of bounds.")
        if self.vector_store is None:
            raise ValueError("there are no vectors as they were given: pass store_vectors=True when you make the store.")
        return self.vector_store.get_by_index(places)

    @checked
    def evaluate(
        self, full_vectors: np.ndarray, query_vectors: np.ndarray, k: int = 10, epsilon: float = 1e-3
    ) -> tuple[float, float]:
        """Queries a second, and the recall of their k nearest, which says what a smaller dtype costs.

        :param full_vectors: The vectors of all items.
        :param query_vectors: The queries.
        :param k: How many neighbours.
        :param epsilon: How much farther than the k-th neighbour one may be that counts as found.
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
        """Writes a folder that vicinity reads, too: the items as JSON, the vectors as .npy, and as an index of m2v.

        :param folder: The folder.
        :param overwrite: Whether it may exist.
        """
        place = Path(folder)
        data = {
            "items": self.items,
            "metadata": self.metadata,
            "backend_type": Backend.BASIC.value,
            "m2v": {"ids": self.backend._ids.tolist()},
        }
        text = json.dumps(data, allow_nan=False)
        place.mkdir(parents=True, exist_ok=overwrite)
        self.backend._index.save(place / _INDEX)
        write_array(place / "vectors.npy", self.backend.vectors)
        write_file(place / "arguments.json", json.dumps({"metric": self.metric.value}))
        if self.vector_store is not None:
            (place / "store").mkdir(exist_ok=overwrite)
            write_array(place / "store" / "vectors.npy", self.vector_store.vectors)
        write_file(place / "data.json", text)

    @classmethod
    @checked(filename=path)
    def load(cls, filename: str | Path) -> Vicinity[Any]:
        """Reads what `save` wrote, here or in vicinity.

        :param filename: The folder.
        """
        place = Path(filename)
        data = json.loads((place / "data.json").read_text(encoding="utf-8"))
        if data.get("backend_type", "basic") != "basic":
            raise ValueError(f"{place}: saved by vicinity's back end {data['backend_type']!r}; there is 'basic'.")
        arguments = place / "arguments.json"
        metric = json.loads(arguments.read_text())["metric"] if arguments.exists() else "cosine"
        metric = Metric.from_string(metric)
        ids = data.get("m2v", data).get("ids")  # the second: as earlier versions wrote it
        if ids is None:
            backend = BasicBackend.from_vectors(np.load(place / "vectors.npy"), metric, "float32")
        else:
            backend = BasicBackend(Index.load(place / _INDEX), metric)
            if sorted(ids) != backend._ids.tolist():
                raise ValueError(f"{place}: data.json and {_INDEX} do not belong together")
        stored = place / "store" / "vectors.npy"
        store = BasicVectorStore(vectors=np.load(stored)) if stored.exists() else None
        return cls(data["items"], backend, data["metadata"], store)


def _rows(vectors: Any) -> np.ndarray:
    return np.atleast_2d(array("vectors", vectors))
