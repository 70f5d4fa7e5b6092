"""A spaCy component that provides vectors of documents, spans and tokens. Requires `spacy`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import srsly
from spacy.language import Language
from spacy.tokens import Doc, Span, Token

from m2v.arguments import check_known
from m2v.model import StaticModel


@Language.factory("m2v", default_config={"options": {}})
def make_vectors(nlp: Language, name: str, model: str, options: dict[str, Any]) -> M2VVectors:
    """Creates the component for `nlp.add_pipe("m2v", config={"model": ...})`."""
    return M2VVectors(model, options)


class M2VVectors:
    """Computes `vector`, `has_vector` and `similarity` of documents, spans and tokens with a static model.

        import spacy
        import m2v.spacy

        nlp = spacy.blank("en")
        nlp.add_pipe("m2v", config={"model": "minishlab/potion-base-8M"})
        nlp("It rains on the lake.").similarity(nlp("Water falls from the sky."))

    Vectors are computed on access, from the text; spaCy's tokenization does not affect them. Serialized documents do
    not contain the hooks, so documents from `nlp.pipe(..., n_process=2)` lack them.
    """

    def __init__(self, model: str, options: dict[str, Any]) -> None:
        """Stores the arguments. The model is not loaded yet, because `from_disk` may follow.

        :param model: The `path` argument of `StaticModel.from_pretrained`.
        :param options: Other arguments of `StaticModel.from_pretrained`.
        """
        check_known(StaticModel.from_pretrained, options)
        self._name = model
        self._options = options
        self._loaded: StaticModel | None = None

    # Not named `model`, because spaCy checks whether a component has this attribute, which would load the model.
    @property
    def static_model(self) -> StaticModel:
        """The model, which is loaded on first access."""
        if self._loaded is None:
            self._loaded = StaticModel.from_pretrained(self._name, **self._options)
        return self._loaded

    def __call__(self, doc: Doc) -> Doc:
        """Adds the hooks to a document, and to its spans and tokens."""
        hooks = {"vector": self._vector, "has_vector": self._has_vector, "similarity": self._similarity}
        for table in (doc.user_hooks, doc.user_span_hooks, doc.user_token_hooks):
            table.update(hooks)
        return doc

    def _vector(self, part: Doc | Span | Token) -> np.ndarray:
        return self.static_model.encode(part.text, dtype="float32")

    def _has_vector(self, part: Doc | Span | Token) -> bool:
        return bool(self._vector(part).any())

    def _similarity(self, part: Doc | Span | Token, other: Any) -> float:
        a, b = self.static_model.encode([part.text, other.text], dtype="float32", normalize=True)
        return float(a @ b)

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Saves the model, so that a saved pipeline is self-contained."""
        self.static_model.save_pretrained(path)

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> M2VVectors:
        """Loads a model that was saved by `to_disk`."""
        self._loaded = StaticModel.from_pretrained(path)
        return self

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """Returns the files of the model."""
        with TemporaryDirectory() as folder:
            self.to_disk(folder)
            return srsly.msgpack_dumps({file.name: file.read_bytes() for file in Path(folder).iterdir()})

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> M2VVectors:
        """Loads a model from the result of `to_bytes`."""
        with TemporaryDirectory() as folder:
            for name, content in srsly.msgpack_loads(data).items():
                (Path(folder) / Path(name).name).write_bytes(content)
            return self.from_disk(folder)
