"""Loading and saving."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from m2v import _m2v
from m2v.events import log_warnings
from m2v.persistence.hf import download


def resolve(
    path: str | Path, subfolder: str | None = None, token: str | None = None, force_download: bool = False
) -> Path:
    """Where a model is on this machine: a path that exists, or an id on the hub, which is downloaded if need be."""
    local = Path(path)
    if local.exists():
        return local / subfolder if subfolder else local
    return download(local.as_posix(), subfolder, token, force_download)


def load_native(
    path: str | Path, *, subfolder: str | None = None, token: str | None = None, force_download: bool = False
) -> _m2v.Model:
    """The library's model of a folder, a compiled file or an id on the hub."""
    return _m2v.Model.load(resolve(path, subfolder, token, force_download), on_event=log_warnings)


def load_pretrained(
    folder_or_repo_path: str | Path, subfolder: str | None = None, token: str | None = None, force_download: bool = False
) -> tuple[np.ndarray, Any, dict[str, Any], dict[str, Any], np.ndarray | None, np.ndarray | None]:
    """The parts of a model: vectors, tokenizer, config, what its card says, weights and mapping."""
    from m2v.model import StaticModel

    native = load_native(folder_or_repo_path, subfolder=subfolder, token=token, force_download=force_download)
    model = StaticModel._of_native(native)
    config = json.loads(native.arrays()["config"])
    metadata = {"base_model": model.base_model_name, "language": model.language}
    return model.embedding, model.tokenizer, config, metadata, model.weights, model.token_mapping


def save_pretrained(
    folder_path: Path,
    embeddings: np.ndarray,
    tokenizer: Any,
    config: dict[str, Any],
    subfolder: str | None = None,
    weights: np.ndarray | None = None,
    mapping: np.ndarray | None = None,
    base_model_name: str | None = None,
    language: list[str] | None = None,
    model_name: str | None = None,
    **_: Any,
) -> None:
    """Saves a model's parts as a folder."""
    from m2v.model import DEFAULT_MAX_LENGTH, StaticModel

    StaticModel(
        embeddings,
        tokenizer,
        config,
        normalize=config.get("normalize", False),
        base_model_name=base_model_name,
        language=language,
        weights=weights,
        token_mapping=mapping,
        max_length=config.get("max_length", DEFAULT_MAX_LENGTH),
    ).save_pretrained(folder_path, model_name=model_name, subfolder=subfolder)
