"""Sentence Transformers: m2v as a module of a `SentenceTransformer`. Needs `sentence-transformers`."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any

import torch
from sentence_transformers.base.modules.input_module import InputModule

from m2v.model import StaticModel

_FOLDER = "m2v"


class StaticEmbedding(InputModule):
    """Embeds texts with m2v, inside of a SentenceTransformer.

        from sentence_transformers import SentenceTransformer
        from m2v.sentence_transformers import StaticEmbedding

        model = SentenceTransformer(modules=[StaticEmbedding("minishlab/potion-base-8M")])
        vectors = model.encode(["It rains on the lake."])
    """

    save_in_root = True

    def __init__(self, model: str | StaticModel, **options: Any) -> None:
        """Takes a model, or loads one.

        :param model: A model, or what `StaticModel.from_pretrained` takes.
        :param options: Its other arguments.
        """
        super().__init__()
        self.model = model if isinstance(model, StaticModel) else StaticModel.from_pretrained(model, **options)

    def preprocess(self, inputs: list[Any], prompt: str | None = None, **_: Any) -> dict[str, Any]:
        """Texts stay texts until `forward`: there the vectors are made, not one a token but one a text."""
        texts = [(prompt or "") + str(text) for text in inputs]
        return {"sentence_embedding": torch.from_numpy(self.model.encode(texts, dtype="float32"))}

    tokenize = preprocess

    def forward(self, features: dict[str, torch.Tensor], **_: Any) -> dict[str, torch.Tensor]:
        """The vectors, which are there already."""
        return features

    @property
    def tokenizer(self) -> Any:
        """m2v's tokenizer."""
        return self.model.tokenizer

    @property
    def max_seq_length(self) -> int | None:
        """After how many tokens texts are cut."""
        return self.model.max_length

    @max_seq_length.setter
    def max_seq_length(self, value: int | None) -> None:
        self.model.max_length = value

    def get_embedding_dimension(self) -> int:
        """How many numbers a vector has."""
        return self.model.dim

    get_sentence_embedding_dimension = get_embedding_dimension

    def save(self, output_path: str, *_: Any, **__: Any) -> None:
        """Saves the model into a folder of its own there, which `load` reads."""
        self.model.save_pretrained(Path(output_path) / _FOLDER)

    @classmethod
    def load(cls, model_name_or_path: str, subfolder: str = "", token: Any = None, **_: Any) -> StaticEmbedding:
        """Loads what `save` has saved, from a folder or the hub."""
        inner = str(PurePosixPath(subfolder, _FOLDER))
        return cls(model_name_or_path, subfolder=inner, token=token if isinstance(token, str) else None)
