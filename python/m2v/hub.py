"""Where models are found: folders and files on this machine, and the Hugging Face Hub through the library's own client."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

from m2v import _m2v
from m2v.events import log_warnings

logger = logging.getLogger("m2v")


def name_on_hub(path: str | os.PathLike[str]) -> str:
    """A name as the hub is asked for it. A `Path` of one part is a path: it may have lost its "./"."""
    name = os.fspath(path)
    return name if isinstance(path, str) or len(Path(name).parts) > 1 else os.path.join(os.curdir, name)


def sentence_transformer_id(path: str | os.PathLike[str]) -> str:
    """The id under which Sentence Transformers looks for a model: "all-MiniLM-L6-v2" is one of sentence-transformers/."""
    from m2v import _hub

    name = name_on_hub(path)
    if _hub.is_path_like(name):
        return name
    found = _hub.sentence_transformer_id(name)
    if found != name:
        logger.warning("%s: no folder of that name; taking %s of the hub", name, found)
    return found


def resolve(
    path: str | os.PathLike[str], subfolder: str | None = None, token: str | None = None, force_download: bool = False
) -> Path:
    """Where a model is on this machine: a path that exists, or an id on the hub, which is downloaded if need be.

    A name that can only be a path ("./model", "a/b/c", "model.m2v") is never asked of the hub.
    """
    local = Path(path)
    if local.exists():
        return local / subfolder if subfolder else local
    return download(name_on_hub(path), subfolder, token, force_download)


def download(repo_id: str, subfolder: str | None, token: str | None, force_download: bool) -> Path:
    """The folder of a model in the cache, downloaded if it is not there."""
    from m2v import _hub

    return _hub.resolve(repo_id, subfolder=subfolder or "", token=token, force_download=force_download, on_event=log_warnings)


def load_native(
    path: str | os.PathLike[str],
    *,
    subfolder: str | None = None,
    token: str | None = None,
    force_download: bool = False,
) -> _m2v.Model:
    """The library's model of a folder, a compiled file or an id on the hub."""
    return _m2v.Model.load(resolve(path, subfolder, token, force_download), on_event=log_warnings)


def push_folder_to_hub(
    folder_path: Path, subfolder: str | None, repo_id: str, private: bool, token: str | None
) -> dict[str, Any]:
    """Uploads a model's folder in one commit, and says what that was.

    :param folder_path: The folder.
    :param subfolder: Of the repository, into which the files go.
    :param repo_id: The repository; it is made if it does not exist.
    :param private: Whether it is private, if it is made.
    :param token: With the right to write; by default as `huggingface_hub` finds it.
    """
    from m2v import _hub

    return _hub.push(
        folder_path, repo_id, subfolder=subfolder or "", make_private=private, token=token, on_event=log_warnings
    )
