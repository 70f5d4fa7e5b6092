"""Loading and saving models: folders, compiled files and the Hugging Face Hub."""

from m2v.persistence.hf import maybe_get_cached_model_path, push_folder_to_hub
from m2v.persistence.persistence import load_native, load_pretrained, resolve, save_pretrained

__all__ = [
    "load_native",
    "load_pretrained",
    "maybe_get_cached_model_path",
    "push_folder_to_hub",
    "resolve",
    "save_pretrained",
]
