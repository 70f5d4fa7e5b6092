"""Haystack components that embed queries and documents with m2v. Requires `haystack-ai`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from haystack import Document, component, default_from_dict, default_to_dict
from haystack.utils import Secret

from m2v.arguments import check_known
from m2v.model import StaticModel


class _Embedder:
    """The base class of both components, with the name of the model and the prefix and suffix of texts."""

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
        """Loads the model if it is not loaded yet."""
        if self._loaded is None:
            token = self.token.resolve_value() if self.token else None
            self._loaded = StaticModel.from_pretrained(self.model, token=token, **self.options)

    def to_dict(self) -> dict[str, Any]:
        """Returns the arguments of the component as a dictionary, for `from_dict`."""
        return default_to_dict(self, **{name: getattr(self, name) for name in self._parameters}, **self.options)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Any:
        """Creates a component from the result of `to_dict`."""
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
        """Stores the arguments; `warm_up` loads the model.

        :param model: The `path` argument of `StaticModel.from_pretrained`.
        :param token: An access token for private models on the hub; by default the one that `huggingface_hub` finds.
        :param prefix: Text to put before the query.
        :param suffix: Text to put after the query.
        :param options: Other arguments of `StaticModel.from_pretrained`.
        """
        self._set_up(model, token, prefix, suffix, options)

    @component.output_types(embedding=list[float])
    def run(self, text: str) -> dict[str, Any]:
        """Embeds a text.

        :param text: The text.
        :return: A dictionary with the vector under "embedding".
        :raises TypeError: if it is not a string.
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
        """Stores the arguments; `warm_up` loads the model.

        :param model: The `path` argument of `StaticModel.from_pretrained`.
        :param token: An access token for private models on the hub; by default the one that `huggingface_hub` finds.
        :param prefix: Text to put before each document.
        :param suffix: Text to put after each document.
        :param meta_fields_to_embed: Metadata fields to embed before the content of a document.
        :param embedding_separator: Text between the metadata fields and the content.
        :param options: Other arguments of `StaticModel.from_pretrained`.
        """
        self._set_up(model, token, prefix, suffix, options)
        self.meta_fields_to_embed = meta_fields_to_embed or []
        self.embedding_separator = embedding_separator

    @component.output_types(documents=list[Document])
    def run(self, documents: list[Document]) -> dict[str, Any]:
        """Embeds documents.

        :param documents: The documents, which are not modified.
        :return: A dictionary with copies of the documents, including their vectors, under "documents".
        :raises TypeError: if it is not a list of documents.
        """
        if not isinstance(documents, list) or not all(isinstance(document, Document) for document in documents):
            raise TypeError("M2VDocumentEmbedder embeds a list of documents; M2VTextEmbedder embeds a string")
        vectors = self._embed([self._text_of(document) for document in documents])
        return {"documents": [replace(document, embedding=v) for document, v in zip(documents, vectors)]}

    def _text_of(self, document: Document) -> str:
        fields = [document.meta.get(name) for name in self.meta_fields_to_embed]
        return self.embedding_separator.join([*(str(f) for f in fields if f is not None), document.content or ""])
