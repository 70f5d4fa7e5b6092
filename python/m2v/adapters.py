"""Code shared by the adapters for other libraries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from m2v import arguments
from m2v.model import StaticModel


def model_of(model: Any, options: Mapping[str, Any]) -> StaticModel:
    """Returns `model` itself, or loads it by `StaticModel.from_pretrained`.

    :param model: A model, or the `path` argument of `StaticModel.from_pretrained`.
    :param options: Other arguments of `StaticModel.from_pretrained`.
    :raises TypeError: if an option is unknown, or if there are options although the model is already loaded.
    """
    if not isinstance(model, StaticModel):
        return StaticModel.from_pretrained(arguments.path("model", model), **options)
    arguments.check_known(StaticModel.from_pretrained, options)
    if options:
        raise TypeError(f"{', '.join(options)}: only for loading a model, but a loaded model was given.")
    return model
