"""What the adapters of other libraries have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from m2v import arguments
from m2v.model import StaticModel


def model_of(model: Any, options: Mapping[str, Any]) -> StaticModel:
    """A model as adapters take it: itself, or what `StaticModel.from_pretrained` takes, with its other arguments.

    :raises TypeError: for options that there are not, and for any beside a model.
    """
    if not isinstance(model, StaticModel):
        return StaticModel.from_pretrained(arguments.path("model", model), **options)
    arguments.check_known(StaticModel.from_pretrained, options)
    if options:
        raise TypeError(f"{', '.join(options)}: these are for a model that is loaded, and this one is already.")
    return model
