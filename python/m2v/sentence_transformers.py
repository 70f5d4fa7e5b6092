"""Sentence Transformers: m2v as a module of a `SentenceTransformer`. Needs `sentence-transformers`."""

from __future__ import annotations

import json
import shutil
from functools import wraps
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules.input_module import InputModule

from m2v.adapters import model_of
from m2v.files import write_file
from m2v.model import StaticModel

#: Where earlier versions saved the model.
_OLD_FOLDER = "m2v"
_FILES = ("config.json", "model.safetensors", "tokenizer.json")


class StaticEmbedding(InputModule):
    """Embeds texts with m2v, inside of a SentenceTransformer.

        from sentence_transformers import SentenceTransformer
        from m2v.sentence_transformers import StaticEmbedding

        model = SentenceTransformer(modules=[StaticEmbedding("minishlab/potion-base-8M")])
        vectors = model.encode(["It rains on the lake."])

    What such a model saves is loaded by Sentence Transformers without m2v, by model2vec, and by m2v.
    """

    save_in_root = True

    def __init__(self, model: str | StaticModel, **options: Any) -> None:
        """Takes a model, or loads one.

        :param model: A model, or what `StaticModel.from_pretrained` takes.
        :param options: Its other arguments.
        """
        super().__init__()
        self.model = model_of(model, options)

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
        """Saves the model into this folder, in which there may be other files."""
        with TemporaryDirectory() as folder:
            saved = Path(folder) / "model"
            _of_floats(self.model).save_pretrained(saved)
            for name in _FILES:
                shutil.copyfile(saved / name, Path(output_path) / name)

    @classmethod
    def load(cls, model_name_or_path: str, subfolder: str = "", token: Any = None, **_: Any) -> StaticEmbedding:
        """Loads what earlier versions saved as a module of its own, from a folder or the hub."""
        inner = str(PurePosixPath(subfolder, _OLD_FOLDER))
        return cls(model_name_or_path, subfolder=inner, token=token if isinstance(token, str) else None)


def _of_floats(model: StaticModel) -> StaticModel:
    """The model, with a table that torch can take the mean of."""
    if model.embedding.dtype != np.int8:
        return model
    table = model.embedding.astype(np.float32)
    if model._scales is not None:
        table *= model._scales[:, None]
    return StaticModel(
        table,
        model.tokenizer,
        model.config,
        normalize=model.normalize,
        weights=model.weights,
        token_mapping=model.token_mapping,
        max_length=model.max_length,
    )


def _saving_as_their_own(save: Any) -> Any:
    """`SentenceTransformer.save`, with our module in `modules.json` as what it does: theirs, and Normalize behind it.

    There is no other place for it: a module is saved before `modules.json` is written, and knows nothing of its neighbours.
    """

    @wraps(save)
    def saved(self: SentenceTransformer, path: str, *arguments: Any, **named: Any) -> None:
        save(self, path, *arguments, **named)
        ours = [module for module in self if isinstance(module, StaticEmbedding)]
        if path is None or not ours:
            return
        file = Path(path) / "modules.json"
        write_file(file, json.dumps(_listed(self, json.loads(file.read_text("utf-8"))), indent=2))

    return saved


def _listed(model: SentenceTransformer, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for module, entry in zip(model, entries):
        if not isinstance(module, StaticEmbedding):
            found.append(entry)
            continue
        found.append({**entry, "type": "sentence_transformers.models.StaticEmbedding"})
        if module.model.normalize:
            found.append({"path": f"{len(found)}_Normalize", "type": "sentence_transformers.models.Normalize"})
    return [{**entry, "idx": place, "name": str(place)} for place, entry in enumerate(found)]


SentenceTransformer.save = _saving_as_their_own(SentenceTransformer.save)
