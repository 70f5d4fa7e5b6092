"""LangChain: m2v behind its `Embeddings` and `VectorStore` interfaces. Needs `langchain-core`."""

from __future__ import annotations

from typing import Any

from langchain_core.embeddings import Embeddings
from langchain_core.runnables.config import run_in_executor

from m2v.adapters import model_of
from m2v.langchain_store import M2VVectorStore
from m2v.model import StaticModel

__all__ = ["M2VEmbeddings", "M2VVectorStore"]


class M2VEmbeddings(Embeddings):
    """Embeds documents and queries with a static model; a query is embedded as a document is.

        from m2v.langchain import M2VEmbeddings

        embeddings = M2VEmbeddings("minishlab/potion-base-8M")
        embeddings.embed_query("It rains on the lake.")
    """

    def __init__(self, model: str | StaticModel, **options: Any) -> None:
        """Takes a model, or loads one.

        :param model: A model, or what `StaticModel.from_pretrained` takes.
        :param options: Its other arguments.
        """
        self.model = model_of(model, options)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector a text."""
        return self.model.encode(texts, dtype="float32").tolist()

    def embed_query(self, text: str) -> list[float]:
        """The vector of one text."""
        return self.model.encode(text, dtype="float32").tolist()

    async def aembed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector a text, while other tasks run."""
        return await run_in_executor(None, self.embed_documents, texts)

    async def aembed_query(self, text: str) -> list[float]:
        """The vector of one text. So short that no other task is the worse for it."""
        return self.embed_query(text)
