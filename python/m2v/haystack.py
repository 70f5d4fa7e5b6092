"""Haystack: m2v as components that embed queries and documents. Needs `haystack-ai`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from haystack import Document, component, default_from_dict, default_to_dict
from haystack.utils import Secret

from m2v.arguments import check_known
from m2v.model import StaticModel


class _Embedder:
    """What both components are: a model's name, and what is put around texts."""

    _parameters: tuple[str, ...] = ("model", "token", "prefix", "suffix")

    def _set_up(self, model: str, token: Secret | None, prefix: str, suffix: str, options: dict[str, Any]) -> None:
        check_known(StaticModel.from_pretrained, options, *self._parameters)
        self.model = model
        self.token = token
        self.prefix = prefix
        self.suffix = suffix
        self.options = options
        self._loaded: StaticModel | None = None

    def warm_up(self) -> None:
        """Loads the model, once."""
        if self._loaded is None:
            token = self.token.resolve_value() if self.token else None
            self._loaded = StaticModel.from_pretrained(self.model, token=token, **self.options)

    def to_dict(self) -> dict[str, Any]:
        """What `from_dict` makes the component of."""
        return default_to_dict(self, **{name: getattr(self, name) for name in self._parameters}, **self.options)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Any:
        """The component that `to_dict` was asked of."""
        return default_from_dict(cls, data)

    def _embed(self, texts: list[str]) -> list[list[float]]:
        self.warm_up()
        return self._loaded.encode([self.prefix + t + self.suffix for t in texts], dtype="float32").tolist()


@component
class M2VTextEmbedder(_Embedder):
    """Embeds a query with a static model.

        from m2v.haystack import M2VTextEmbedder

        embedder = M2VTextEmbedder("minishlab/potion-base-8M")
        embedder.run("It rains on the lake.")["embedding"]
    """

    def __init__(
        self, model: str, *, token: Secret | None = None, prefix: str = "", suffix: str = "", **options: Any
    ) -> None:
        """Keeps its arguments; `warm_up` loads the model.

        :param model: What `StaticModel.from_pretrained` takes.
        :param token: For private models on the hub; by default as `huggingface_hub` finds it.
        :param prefix: What is put before the text.
        :param suffix: What is put after it.
        :param options: Other arguments of `from_pretrained`.
        """
        self._set_up(model, token, prefix, suffix, options)

    @component.output_types(embedding=list[float])
    def run(self, text: str) -> dict[str, Any]:
        """The vector of a text.

        :param text: The text.
        :raises TypeError: if it is no string.
        """
        if not isinstance(text, str):
            raise TypeError("M2VTextEmbedder embeds a string; M2VDocumentEmbedder embeds documents")
        return {"embedding": self._embed([text])[0]}


@component
class M2VDocumentEmbedder(_Embedder):
    """Embeds documents with a static model.

        from haystack import Document
        from m2v.haystack import M2VDocumentEmbedder

        embedder = M2VDocumentEmbedder("minishlab/potion-base-8M")
        embedder.run([Document(content="It rains on the lake.")])["documents"][0].embedding
    """

    _parameters = (*_Embedder._parameters, "meta_fields_to_embed", "embedding_separator")

    def __init__(
        self,
        model: str,
        *,
        token: Secret | None = None,
        prefix: str = "",
        suffix: str = "",
        meta_fields_to_embed: list[str] | None = None,
        embedding_separator: str = "\n",
        **options: Any,
    ) -> None:
        """Keeps its arguments; `warm_up` loads the model.

        :param model: What `StaticModel.from_pretrained` takes.
        :param token: For private models on the hub; by default as `huggingface_hub` finds it.
        :param prefix: What is put before each text.
        :param suffix: What is put after it.
        :param meta_fields_to_embed: Fields of a document's meta data that come before its content.
        :param embedding_separator: What stands between these and the content.
        :param options: Other arguments of `from_pretrained`.
        """
        self._set_up(model, token, prefix, suffix, options)
        self.meta_fields_to_embed = meta_fields_to_embed or []
        self.embedding_separator = embedding_separator

    @component.output_types(documents=list[Document])
    def run(self, documents: list[Document]) -> dict[str, Any]:
        """The documents, each with its vector.

        :param documents: The documents, which stay as they are.
        :raises TypeError: if it is no list of documents.
        """
        if not isinstance(documents, list) or not all(isinstance(document, Document) for document in documents):
            raise TypeError("M2VDocumentEmbedder embeds a list of documents; M2VTextEmbedder embeds a string")
        vectors = self._embed([self._text_of(document) for document in documents])
        return {"documents": [replace(document, embedding=v) for document, v in zip(documents, vectors)]}

    def _text_of(self, document: Document) -> str:
        fields = [document.meta.get(name) for name in self.meta_fields_to_embed]
        return self.embedding_separator.join([*(str(f) for f in fields if f is not None), document.content or ""])
