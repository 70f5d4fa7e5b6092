"""A module for Sentence Transformers that embeds texts with m2v. Requires `sentence-transformers`."""

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

#: The folder in which earlier versions saved the model.
_OLD_FOLDER = "m2v"
_FILES = ("config.json", "model.safetensors", "tokenizer.json")


class StaticEmbedding(InputModule):
    """Embeds texts with m2v as a module of a `SentenceTransformer`.

        from sentence_transformers import SentenceTransformer
        from m2v.sentence_transformers import StaticEmbedding

        model = SentenceTransformer(modules=[StaticEmbedding("minishlab/potion-base-8M")])
        vectors = model.encode(["It rains on the lake."])

    A saved model can be loaded by Sentence Transformers without m2v, by model2vec, and by m2v.
    """

    save_in_root = True

    def __init__(self, model: str | StaticModel, **options: Any) -> None:
        """Uses a model, or loads one.

        :param model: A model, or the `path` argument of `StaticModel.from_pretrained`.
        :param options: Other arguments of `StaticModel.from_pretrained`.
        """
        super().__init__()
        self.model = model_of(model, options)

    def preprocess(self, inputs: list[Any], prompt: str | None = None, **_: Any) -> dict[str, Any]:
        """Computes the vectors of texts, each with the prompt before it, instead of token ids."""
        texts = [(prompt or "") + str(text) for text in inputs]
        return {"sentence_embedding": torch.from_numpy(self.model.encode(texts, dtype="float32"))}

    tokenize = preprocess

    def forward(self, features: dict[str, torch.Tensor], **_: Any) -> dict[str, torch.Tensor]:
        """Returns the features, in which `preprocess` has put the vectors already."""
        return features

    @property
    def tokenizer(self) -> Any:
        """m2v's tokenizer."""
        return self.model.tokenizer

    @property
    def max_seq_length(self) -> int | None:
        """The maximum length of a text in tokens; None: no limit."""
        return self.model.max_length

    @max_seq_length.setter
    def max_seq_length(self, value: int | None) -> None:
        self.model.max_length = value

    def get_embedding_dimension(self) -> int:
        """Returns the number of dimensions of the vectors."""
        return self.model.dim

    get_sentence_embedding_dimension = get_embedding_dimension

    def save(self, output_path: str, *_: Any, **__: Any) -> None:
        """Saves the model to a folder, which may contain other files."""
        with TemporaryDirectory() as folder:
            saved = Path(folder) / "model"
            _of_floats(self.model).save_pretrained(saved)
            for name in _FILES:
                shutil.copyfile(saved / name, Path(output_path) / name)

    @classmethod
    def load(cls, model_name_or_path: str, subfolder: str = "", token: Any = None, **_: Any) -> StaticEmbedding:
        """Loads a module that an earlier version saved, from a folder or the hub."""
        inner = str(PurePosixPath(subfolder, _OLD_FOLDER))
        return cls(model_name_or_path, subfolder=inner, token=token if isinstance(token, str) else None)


def _of_floats(model: StaticModel) -> StaticModel:
    """Returns the model with a floating-point table, which torch's mean pooling requires."""
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
    """Wraps `SentenceTransformer.save` so that `modules.json` lists their `StaticEmbedding` instead of ours.

    A model that normalizes also gets their `Normalize`. The module itself cannot do this, because it is saved before
    `modules.json` is written and has no access to the other modules.
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
    return [{**entry, "idx": position, "name": str(position)} for position, entry in enumerate(found)]


SentenceTransformer.save = _saving_as_their_own(SentenceTransformer.save)
