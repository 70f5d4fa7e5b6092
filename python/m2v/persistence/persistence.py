"""Loading and saving of the parts of a model, with the names of model2vec."""

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
    """Loads the parts of a model.

    :param folder_or_repo_path: A folder, a compiled file, or an id on the Hugging Face Hub.
    :param subfolder: The folder of the repository, or of the path, that contains the model.
    :param token: An access token for private models on the hub.
    :param force_download: Whether to download the files even if they are in the cache.
    :return: The vectors, tokenizer, config, metadata from the model card, weights and mapping.
    """
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
    """Saves the parts of a model to a folder. Other arguments are those of `StaticModel` and its model card.

    :param folder_path: The folder.
    :param create_model_card: Whether to create a README.md if the folder has none.
    :param subfolder: The folder in `folder_path` to save to.
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
