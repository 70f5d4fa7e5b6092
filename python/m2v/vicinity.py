"""vicinity's interface over `m2v.Index`: change the import.

    from m2v.vicinity import Vicinity  # was: from vicinity import Vicinity
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from m2v.index import Index

COSINE = ("cosine", "cos", "dot")


class Vicinity:
    """Items and their vectors, for the cosine distance; names and arguments are vicinity's.

    Items are whatever you like; to be saved they must be what JSON can hold.
    """

    def __init__(self, items: Sequence[Any], index: Index, metadata: dict[str, Any] | None = None) -> None:
        """Takes an index and an item for each of its ids, which are 0, 1, 2, ..."""
        if len(items) != len(index):
            raise ValueError(f"{len(items)} items for {len(index)} vectors")
        self._items = dict(enumerate(items))
        self._index = index
        self.metadata = metadata or {}

    @classmethod
    def from_vectors_and_items(
        cls,
        vectors: np.ndarray,
        items: Sequence[Any],
        backend_type: Any = "m2v",
        store_vectors: bool = False,
        metric: Any = "cosine",
        dtype: str = "float32",
        **kwargs: Any,
    ) -> Vicinity:
        """Makes a store.

        :param vectors: One vector a row.
        :param items: One item a vector.
        :param backend_type: Of no effect: there is one backend, which is exact.
        :param store_vectors: Of no effect: vectors are kept.
        :param metric: "cosine".
        :param dtype: How vectors are kept, as `m2v.Index` has it.
        :param kwargs: Arguments of other backends; of no effect.
        """
        name = getattr(metric, "value", metric)
        if name not in COSINE:
            raise ValueError(f"metric {name!r}; there is cosine")
        if len(items) != len(vectors):
            raise ValueError(f"{len(items)} items for {len(vectors)} vectors")
        index = Index(np.shape(vectors)[1], dtype=dtype)
        index.add(vectors)
        return cls(items, index)

    @property
    def items(self) -> list[Any]:
        """All items, in the order in which they came."""
        return list(self._items.values())

    @property
    def dim(self) -> int:
        """The number of values a vector."""
        return self._index.dim

    @property
    def metric(self) -> str:
        """What a distance is."""
        return "cosine"

    def __len__(self) -> int:
        return len(self._items)

    def query(self, vectors: np.ndarray, k: int = 10) -> list[list[tuple[Any, float]]]:
        """The nearest items of each vector with their distances, nearest first."""
        if k < 1:
            raise ValueError(f"k should be >= 1, is now {k}")
        return self._search(vectors, k, None)

    def query_threshold(
        self, vectors: np.ndarray, threshold: float = 0.5, max_k: int = 100
    ) -> list[list[tuple[Any, float]]]:
        """The items of each vector within a distance, nearest first; at most `max_k`."""
        return self._search(vectors, max_k, 1 - threshold)

    def _search(self, vectors: np.ndarray, k: int, min_score: float | None) -> list[list[tuple[Any, float]]]:
        ids, scores = self._index.search(np.atleast_2d(vectors), k, min_score=min_score)
        distances = np.clip(1 - scores, 0, None)
        return [
            [(self._items[id], distance) for id, distance in zip(row.tolist(), nearest) if id >= 0]
            for row, nearest in zip(ids, distances)
        ]

    def insert(self, tokens: Sequence[Any], vectors: np.ndarray) -> None:
        """Adds items with their vectors."""
        if len(tokens) != len(vectors):
            raise ValueError(f"Your tokens and vectors are not the same length: {len(tokens)} != {len(vectors)}")
        self._items.update(zip(self._index.add(vectors).tolist(), tokens))

    def delete(self, tokens: Iterable[Any]) -> None:
        """Removes items; of equal ones the first. Raises ValueError if one is not there, and removes none."""
        wanted = list(tokens)
        found = []
        for id, item in self._items.items():
            if item in wanted:
                wanted.remove(item)
                found.append(id)
        if wanted:
            raise ValueError(f"Tokens {wanted} were not in the vector space.")
        self._index.remove(found)
        for id in found:
            del self._items[id]

    def get_vector_by_index(self, index: int | Iterable[int]) -> np.ndarray:
        """The vectors at places among the items, as they are kept: of length 1."""
        places = [index] if isinstance(index, int) else list(index)
        if not all(0 <= place < len(self) for place in places):
            raise ValueError("Index out of bounds.")
        ids = list(self._items)
        return self._index.vectors([ids[place] for place in places])

    def save(self, folder: str | Path, overwrite: bool = False) -> None:
        """Writes a folder: the items as JSON, the vectors as an index of m2v."""
        path = Path(folder)
        path.mkdir(parents=True, exist_ok=overwrite)
        data = {"ids": list(self._items), "items": self.items, "metadata": self.metadata}
        (path / "data.json").write_text(json.dumps(data), encoding="utf-8")
        self._index.save(path / "vectors.m2v")

    @classmethod
    def load(cls, filename: str | Path) -> Vicinity:
        """Reads what `save` wrote."""
        path = Path(filename)
        data = json.loads((path / "data.json").read_text(encoding="utf-8"))
        store = cls.__new__(cls)
        store._index = Index.load(path / "vectors.m2v")
        store._items = dict(zip(data["ids"], data["items"]))
        store.metadata = data["metadata"]
        if sorted(store._items) != sorted(store._index.ids.tolist()):
            raise ValueError(f"{path}: data.json and vectors.m2v do not belong together")
        return store
