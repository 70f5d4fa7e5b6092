"""LangChain's `VectorStore` interface over `m2v.Index`. Import it from `m2v.langchain`."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.vectorstores import VectorStore

from m2v import filters
from m2v.files import locked, write_file
from m2v.index import Index, diversify

NUMBER = "\x1fnumber"
#: The file name of a saved index, which is different each time a store is saved.
_INDEX = re.compile(r"vectors-[0-9a-f]{32}\.m2v")


def column_of(key: str, value: Any) -> str:
    """Returns the column of a value. A column holds one type only, so strings and numbers of a key are separated."""
    return key if isinstance(value, str) else key + NUMBER


class M2VVectorStore(VectorStore):
    """An in-memory store with exact search by cosine similarity.

        from m2v.langchain import M2VEmbeddings, M2VVectorStore

        store = M2VVectorStore.from_texts(texts, M2VEmbeddings("minishlab/potion-base-8M"), metadatas=metadatas)
        store.similarity_search("baking", k=3, filter={"lang": "en", "year": {"$gte": 2000}})

    A filter is a condition on metadata values that are strings, numbers or Booleans; see `m2v.filters`. All methods are
    thread-safe.
    """

    def __init__(self, embedding: Embeddings, dtype: str = "float32") -> None:
        """Creates an empty store.

        :param embedding: Embeds the texts.
        :param dtype: How vectors are stored, as in `m2v.Index`: "float32", "float16", "int8" or "bit".
        """
        self._embedding = embedding
        self._dtype = dtype
        self._index: Index | None = None  # created with the first vectors, which determine its dimensions
        self._documents: dict[int, Document] = {}
        self._numbers: dict[str, int] = {}
        self._lock = Lock()

    @property
    def embeddings(self) -> Embeddings:
        """The object that embeds the texts."""
        return self._embedding

    def __len__(self) -> int:
        return len(self._documents)

    def add_texts(
        self,
        texts: Iterable[str],
        metadatas: list[dict] | None = None,
        *,
        ids: list[str] | None = None,
    ) -> list[str]:
        """Adds texts and returns their ids. Documents with the same ids are replaced.

        :param texts: The texts.
        :param metadatas: One dictionary per text.
        :param ids: One id per text; by default random ones.
        :raises ValueError: if the lists have different lengths.
        """
        texts = list(texts)
        return self._add(texts, self._embedding.embed_documents(texts), metadatas, ids)

    def add_documents(
        self, documents: list[Document], *, ids: list[str] | None = None, batch_size: int | None = None
    ) -> list[str]:
        """Adds documents and returns their ids. Documents with the same ids are replaced.

        :param documents: The documents.
        :param ids: One id per document, instead of its own.
        :param batch_size: Has no effect; LangChain's indexing passes it.
        """
        return self.add_texts(**_parts_of(documents, ids))

    async def aadd_texts(
        self,
        texts: Iterable[str],
        metadatas: list[dict] | None = None,
        *,
        ids: list[str] | None = None,
    ) -> list[str]:
        """Like `add_texts`, but embeds the texts asynchronously."""
        texts = list(texts)
        return self._add(texts, await self._embedding.aembed_documents(texts), metadatas, ids)

    async def aadd_documents(
        self, documents: list[Document], *, ids: list[str] | None = None, batch_size: int | None = None
    ) -> list[str]:
        """Like `add_documents`, but embeds the texts asynchronously."""
        return await self.aadd_texts(**_parts_of(documents, ids))

    def _add(
        self,
        texts: list[str],
        vectors: list[list[float]],
        metadatas: Sequence[dict] | None,
        ids: Sequence[str | None] | None,
    ) -> list[str]:
        for name, given in (("metadatas", metadatas), ("ids", ids)):
            if given is not None and len(given) != len(texts):
                raise ValueError(f"{len(given)} {name} for {len(texts)} texts")
        names = [str(uuid.uuid4()) if id is None else id for id in ids or [None] * len(texts)]
        metadatas = metadatas or [{}] * len(texts)
        last = {name: position for position, name in enumerate(names)}  # of several texts with the same id, the last one wins
        if not last:
            return names
        positions = list(last.values())
        with self._lock:
            if self._index is None:
                self._index = Index(len(vectors[0]), dtype=self._dtype)
            old = [self._numbers[name] for name in last if name in self._numbers]
            columns = _columns([metadatas[position] for position in positions])
            numbers = self._index.add([vectors[position] for position in positions], metadata=columns).tolist()
            self._forget(old)
            for name, number, position in zip(last, numbers, positions):
                self._numbers[name] = number
                self._documents[number] = Document(
                    id=name, page_content=texts[position], metadata=dict(metadatas[position])
                )
        return names

    def _forget(self, numbers: Sequence[int]) -> None:
        if self._index is not None:
            self._index.remove(numbers)
        for number in numbers:
            del self._numbers[self._documents.pop(number).id]

    def delete(self, ids: Sequence[str] | None = None) -> bool:
        """Removes documents, by default all. Unknown ids are ignored."""
        with self._lock:
            known = self._numbers if ids is None else dict.fromkeys(id for id in ids if id in self._numbers)
            self._forget([self._numbers[id] for id in list(known)])
        return True

    def get_by_ids(self, ids: Sequence[str], /) -> list[Document]:
        """Returns the documents with these ids. Unknown ids are ignored."""
        with self._lock:
            return [self._document(self._numbers[id]) for id in ids if id in self._numbers]

    def _document(self, number: int) -> Document:
        """Returns a copy of a document, so that callers may modify it."""
        kept = self._documents[number]
        return Document(id=kept.id, page_content=kept.page_content, metadata=dict(kept.metadata))

    def _hits(self, embedding: list[float], k: int, filter: dict | None) -> tuple[np.ndarray, np.ndarray]:
        """Returns the numbers and scores of the nearest documents. The caller must hold the lock."""
        if self._index is None:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        tree = filters.parse(filter, column_of)
        known = None if tree is None else filters.without_unknown(tree, self._index.columns)
        return self._index.search(np.asarray(embedding, np.float32), k, filter=known)

    def similarity_search_with_score_by_vector(
        self, embedding: list[float], k: int = 4, filter: dict | None = None
    ) -> list[tuple[Document, float]]:
        """Returns the documents nearest to a vector, and their cosines, nearest first."""
        with self._lock:
            numbers, scores = self._hits(embedding, k, filter)
            return [
                (self._document(number), score) for number, score in zip(numbers.tolist(), scores.tolist())
            ]

    def similarity_search_by_vector(
        self, embedding: list[float], k: int = 4, filter: dict | None = None
    ) -> list[Document]:
        """Returns the documents nearest to a vector, nearest first."""
        return [document for document, _ in self.similarity_search_with_score_by_vector(embedding, k, filter)]

    def similarity_search_with_score(
        self, query: str, k: int = 4, filter: dict | None = None
    ) -> list[tuple[Document, float]]:
        """Returns the documents nearest to a text, and their cosines, nearest first."""
        return self.similarity_search_with_score_by_vector(self._embedding.embed_query(query), k, filter)

    def similarity_search(
        self, query: str, k: int = 4, filter: dict | None = None
    ) -> list[Document]:
        """Returns the documents nearest to a text, nearest first."""
        return self.similarity_search_by_vector(self._embedding.embed_query(query), k, filter)

    def _select_relevance_score_fn(self) -> Callable[[float], float]:
        return lambda cosine: max(0.0, cosine)

    def max_marginal_relevance_search_by_vector(
        self,
        embedding: list[float],
        k: int = 4,
        fetch_k: int = 20,
        lambda_mult: float = 0.5,
        filter: dict | None = None,
    ) -> list[Document]:
        """Selects k diverse documents among the `fetch_k` nearest to a vector, by maximal marginal relevance."""
        with self._lock:
            numbers, scores = self._hits(embedding, max(k, fetch_k), filter)
            if len(numbers) == 0:
                return []
            positions = diversify(scores, self._index.vectors(numbers), k, lambda_mult)
            return [self._document(int(numbers[position])) for position in positions]

    def max_marginal_relevance_search(
        self,
        query: str,
        k: int = 4,
        fetch_k: int = 20,
        lambda_mult: float = 0.5,
        filter: dict | None = None,
    ) -> list[Document]:
        """Selects k diverse documents among the `fetch_k` nearest to a text, by maximal marginal relevance."""
        return self.max_marginal_relevance_search_by_vector(
            self._embedding.embed_query(query), k, fetch_k, lambda_mult, filter
        )

    @classmethod
    def from_texts(
        cls,
        texts: list[str],
        embedding: Embeddings,
        metadatas: list[dict] | None = None,
        *,
        ids: list[str] | None = None,
        dtype: str = "float32",
    ) -> M2VVectorStore:
        """Creates a store with these texts."""
        store = cls(embedding, dtype=dtype)
        store.add_texts(texts, metadatas, ids=ids)
        return store

    def save(self, folder: str | Path) -> None:
        """Saves the documents as JSON, which their metadata must allow, and the index to a folder.

        A store in the folder is replaced atomically: it remains valid until `documents.json`, which is written last and
        names the new index, is replaced.
        """
        path = Path(folder)
        path.mkdir(parents=True, exist_ok=True)
        index = f"vectors-{uuid.uuid4().hex}.m2v"
        with self._lock, locked(path, shared=False):
            documents = [
                {"number": number, "id": one.id, "text": one.page_content, "metadata": one.metadata}
                for number, one in self._documents.items()
            ]
            content = {"dtype": self._dtype, "index": index, "documents": documents}
            text = json.dumps(content, ensure_ascii=False)
            if self._index is not None:
                self._index.save(path / index)
            write_file(path / "documents.json", text)
            for other in path.iterdir():
                if _INDEX.fullmatch(other.name) and other.name != index:
                    other.unlink()

    @classmethod
    def load(cls, folder: str | Path, embedding: Embeddings) -> M2VVectorStore:
        """Loads a store that was written by `save`. Nothing in the files is executed.

        :raises ValueError: if the documents and the index do not match.
        """
        path = Path(folder)
        with locked(path, shared=True):
            data = json.loads((path / "documents.json").read_text(encoding="utf-8"))
            index = path / Path(data.get("index", "vectors.m2v")).name
            found = Index.load(index) if index.exists() else None
        store = cls(embedding, dtype=data["dtype"])
        for one in data["documents"]:
            document = Document(id=one["id"], page_content=one["text"], metadata=one["metadata"])
            store._documents[one["number"]] = document
            store._numbers[one["id"]] = one["number"]
        store._index = found
        numbers = [] if found is None else found.ids.tolist()
        if sorted(numbers) != sorted(store._documents):
            raise ValueError(f"{path}: documents.json and {index.name} do not belong together")
        return store


def _columns(metadatas: Sequence[dict]) -> dict[str, list[Any]]:
    """Returns one column for the strings and one for the numbers of each key. Numbers become floats."""
    columns: dict[str, list[Any]] = {}
    for position, metadata in enumerate(metadatas):
        for key, value in metadata.items():
            if isinstance(value, (str, bool, int, float)):
                column = columns.setdefault(column_of(key, value), [None] * len(metadatas))
                column[position] = value if isinstance(value, str) else float(value)
    return columns


def _parts_of(documents: Sequence[Document], ids: Sequence[str | None] | None) -> dict[str, Any]:
    """Returns the arguments of `add_texts` for documents, with `ids` instead of their own ids if given."""
    return {
        "texts": [document.page_content for document in documents],
        "metadatas": [document.metadata for document in documents],
        "ids": ids or [document.id for document in documents],
    }
