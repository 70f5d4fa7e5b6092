"""Implements LlamaIndex's `BaseEmbedding` interface with m2v. Requires `llama-index-core`."""

from __future__ import annotations

import asyncio
from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding, Embedding
from llama_index.core.bridge.pydantic import Field, PrivateAttr

from m2v.arguments import check_known, unknown
from m2v.model import StaticModel


class M2VEmbedding(BaseEmbedding):
    """Embeds nodes and queries with a static model. Queries are embedded like texts.

        from m2v.llama_index import M2VEmbedding

        embedding = M2VEmbedding("minishlab/potion-base-8M")
        embedding.get_query_embedding("It rains on the lake.")
    """

    embed_batch_size: int = Field(default=2048, description="The number of texts per call.", gt=0, le=2048)
    options: dict[str, Any] = Field(default_factory=dict, description="Other arguments of StaticModel.from_pretrained.")
    _model: StaticModel = PrivateAttr()

    def __init__(self, model_name: str | StaticModel, *, token: str | None = None, **fields: Any) -> None:
        """Uses a model, or loads one.

        :param model_name: A model, or the `path` argument of `StaticModel.from_pretrained`. `to_dict` can only save the
            latter.
        :param token: An access token for private models on the hub. It is not stored.
        :param fields: `options` (other arguments of `StaticModel.from_pretrained`), `embed_batch_size`, and the other
            fields of `BaseEmbedding`.
        """
        check_known(StaticModel.from_pretrained, fields.get("options", {}))
        for name in fields:
            if name not in type(self).model_fields:
                raise unknown(type(self).__name__, name, type(self).model_fields)
        given = isinstance(model_name, StaticModel)
        super().__init__(model_name=repr(model_name) if given else str(model_name), **fields)
        self._model = model_name if given else StaticModel.from_pretrained(model_name, token=token, **self.options)

    @classmethod
    def class_name(cls) -> str:
        """Returns the name under which LlamaIndex saves the class."""
        return "M2VEmbedding"

    def _get_text_embeddings(self, texts: list[str]) -> list[Embedding]:
        return self._model.encode(texts, dtype="float32").tolist()

    def _get_text_embedding(self, text: str) -> Embedding:
        return self._model.encode(text, dtype="float32").tolist()

    _get_query_embedding = _get_text_embedding

    async def _aget_text_embeddings(self, texts: list[str]) -> list[Embedding]:
        return await asyncio.to_thread(self._get_text_embeddings, texts)

    async def _aget_query_embedding(self, query: str) -> Embedding:
        return self._get_text_embedding(query)  # takes too little time to block other tasks
