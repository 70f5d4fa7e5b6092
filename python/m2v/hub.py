"""Finds models: local folders and files, and the Hugging Face Hub by means of the library's own client."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

from m2v import _m2v
from m2v.events import log_warnings

logger = logging.getLogger("m2v")


def name_on_hub(path: str | os.PathLike[str]) -> str:
    """Returns a name for the hub client. A `Path` with one component gets its "./" back, which marks it as a path."""
    name = os.fspath(path)
    return name if isinstance(path, str) or len(Path(name).parts) > 1 else os.path.join(os.curdir, name)


def sentence_transformer_id(path: str | os.PathLike[str]) -> str:
    """Returns the hub id that Sentence Transformers uses for a name, and logs a warning if they differ.

    For example, "all-MiniLM-L6-v2" becomes "sentence-transformers/all-MiniLM-L6-v2". Paths are returned unchanged.
    """
    from m2v import _hub

    name = name_on_hub(path)
    if _hub.is_path_like(name):
        return name
    found = _hub.sentence_transformer_id(name)
    if found != name:
        logger.warning("%s: no such folder; using %s from the hub", name, found)
    return found


def resolve(
    path: str | os.PathLike[str], subfolder: str | None = None, token: str | None = None, force_download: bool = False
) -> Path:
    """Returns the local path of a model: a path that exists, or a model on the hub, which is downloaded if necessary.

    A name that can only be a path ("./model", "a/b/c", "model.m2v") is never looked up on the hub.
    """
    local = Path(path)
    if local.exists():
        return local / subfolder if subfolder else local
    return download(name_on_hub(path), subfolder, token, force_download)


def download(repo_id: str, subfolder: str | None, token: str | None, force_download: bool) -> Path:
    """Returns the folder of a model in the cache, after downloading it if necessary."""
    from m2v import _hub

    return _hub.resolve(repo_id, subfolder=subfolder or "", token=token, force_download=force_download, on_event=log_warnings)


def load_native(
    path: str | os.PathLike[str],
    *,
    subfolder: str | None = None,
    token: str | None = None,
    force_download: bool = False,
) -> _m2v.Model:
    """Loads a native model from a folder, a compiled file or the hub."""
    return _m2v.Model.load(resolve(path, subfolder, token, force_download), on_event=log_warnings)


def push_folder_to_hub(
    folder_path: Path, subfolder: str | None, repo_id: str, private: bool, token: str | None
) -> dict[str, Any]:
    """Uploads the folder of a model in one commit.

    :param folder_path: The folder.
    :param subfolder: The folder of the repository to upload to; None: its root.
    :param repo_id: The repository, which is created if it does not exist.
    :param private: Whether the repository is private if it is created.
    :param token: An access token with write permission; by default the one that `huggingface_hub` finds.
    :return: A description of the commit, with the keys url, commit, created, changed, unchanged, uploaded (bytes) and
        kept_their_card.
    """
    from m2v import _hub

    return _hub.push(
        folder_path, repo_id, subfolder=subfolder or "", make_private=private, token=token, on_event=log_warnings
    )
