"""Implements LangChain's `Embeddings` and `VectorStore` interfaces with m2v. Requires `langchain-core`."""

from __future__ import annotations

from typing import Any

from langchain_core.embeddings import Embeddings
from langchain_core.runnables.config import run_in_executor

from m2v.adapters import model_of
from m2v.langchain_store import M2VVectorStore
from m2v.model import StaticModel

__all__ = ["M2VEmbeddings", "M2VVectorStore"]


class M2VEmbeddings(Embeddings):
    """Embeds documents and queries with a static model. Queries are embedded like documents.

        from m2v.langchain import M2VEmbeddings

        embeddings = M2VEmbeddings("minishlab/potion-base-8M")
        embeddings.embed_query("It rains on the lake.")
    """

    def __init__(self, model: str | StaticModel, **options: Any) -> None:
        """Uses a model, or loads one.

        :param model: A model, or the `path` argument of `StaticModel.from_pretrained`.
        :param options: Other arguments of `StaticModel.from_pretrained`.
        """
        self.model = model_of(model, options)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Returns one vector per text."""
        return self.model.encode(texts, dtype="float32").tolist()

    def embed_query(self, text: str) -> list[float]:
        """Returns the vector of a text."""
        return self.model.encode(text, dtype="float32").tolist()

    async def aembed_documents(self, texts: list[str]) -> list[list[float]]:
        """Returns one vector per text; runs in an executor."""
        return await run_in_executor(None, self.embed_documents, texts)

    async def aembed_query(self, text: str) -> list[float]:
        """Returns the vector of a text. Runs in the event loop, because it takes too little time to block others."""
        return self.embed_query(text)
