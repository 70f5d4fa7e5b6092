"""Access to the Hugging Face Hub by means of the library's own client."""

from __future__ import annotations

import os
from pathlib import Path

from m2v.arguments import checked
from m2v.hub import download, push_folder_to_hub

__all__ = ["HF_HUB_CACHE", "download", "maybe_get_cached_model_path", "push_folder_to_hub"]

HF_HUB_CACHE = os.environ.get("HF_HUB_CACHE") or os.path.join(
    os.environ.get("HF_HOME") or os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "huggingface"),
    "hub",
)


@checked
def maybe_get_cached_model_path(model_id: str) -> Path | None:
    """Returns the folder of the newest snapshot of a repository in the cache; None if there is none."""
    if model_id.count("/") != 1:
        return None
    snapshots = Path(HF_HUB_CACHE) / f"models--{model_id.replace('/', '--')}" / "snapshots"
    found = sorted(snapshots.iterdir(), key=lambda path: path.stat().st_mtime) if snapshots.is_dir() else []
    return found[-1] if found else None
