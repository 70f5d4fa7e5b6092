"""The Hugging Face Hub, through the library's own client."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from m2v.events import log_warnings

HF_HUB_CACHE = os.environ.get("HF_HUB_CACHE") or os.path.join(
    os.environ.get("HF_HOME") or os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "huggingface"),
    "hub",
)


def download(repo_id: str, subfolder: str | None, token: str | None, force_download: bool) -> Path:
    """The folder of a model in the cache, downloaded if it is not there."""
    from m2v import _hub

    return _hub.resolve(repo_id, subfolder=subfolder or "", token=token, force_download=force_download, on_event=log_warnings)


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


def maybe_get_cached_model_path(model_id: str) -> Path | None:
    """The folder of the newest snapshot of a repository in the cache, if there is one."""
    if model_id.count("/") != 1:
        return None
    snapshots = Path(HF_HUB_CACHE) / f"models--{model_id.replace('/', '--')}" / "snapshots"
    found = sorted(snapshots.iterdir(), key=lambda path: path.stat().st_mtime) if snapshots.is_dir() else []
    return found[-1] if found else None
