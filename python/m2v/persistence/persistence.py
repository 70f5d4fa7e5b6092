"""Loading and saving."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from m2v.arguments import array, checked, string, strings
from m2v.hub import load_native, resolve
from m2v.model import DEFAULT_MAX_LENGTH, StaticModel

__all__ = ["load_native", "load_pretrained", "resolve", "save_pretrained"]

@checked
def load_pretrained(
    folder_or_repo_path: str | Path, subfolder: str | None = None, token: str | None = None, force_download: bool = False
) -> tuple[np.ndarray, Any, dict[str, Any], dict[str, Any], np.ndarray | None, np.ndarray | None]:
    """The parts of a model: vectors, tokenizer, config, what its card says, weights and mapping."""
    native = load_native(folder_or_repo_path, subfolder=subfolder, token=token, force_download=force_download)
    model = StaticModel._of_native(native)
    config = json.loads(native.arrays()["config"])
    metadata = {"base_model": model.base_model_name, "language": model.language}
    return model.embedding, model.tokenizer, config, metadata, model.weights, model.token_mapping


@checked(tags=strings, license=string, mapping=array)
def save_pretrained(
    folder_path: Path,
    embeddings: np.ndarray,
    tokenizer: Any,
    config: dict[str, Any],
    create_model_card: bool = True,
    subfolder: str | None = None,
    weights: np.ndarray | None = None,
    mapping: np.ndarray | None = None,
    *,
    base_model_name: str | None = None,
    license: str = "",
    language: list[str] | None = None,
    model_name: str | None = None,
    tags: list[str] | None = None,
) -> None:
    """Saves a model's parts as a folder.

    :param folder_path: The folder.
    :param create_model_card: Whether a folder without a README.md gets one.
    :param subfolder: Saves into this folder of it.
    """
    model = StaticModel(
        embeddings,
        tokenizer,
        config,
        normalize=config.get("normalize", False),
        base_model_name=base_model_name,
        language=language,
        weights=weights,
        token_mapping=mapping,
        max_length=config.get("max_length", DEFAULT_MAX_LENGTH),
    )
    model._card = {"license": license, "tags": tags or []}
    card = Path(folder_path, subfolder or "", "README.md")
    had_card = card.exists()
    model.save_pretrained(folder_path, model_name=model_name, subfolder=subfolder)
    if not create_model_card and not had_card:
        card.unlink()
