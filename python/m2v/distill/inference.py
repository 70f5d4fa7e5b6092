"""Types of the distillation options, with the names of model2vec."""

from __future__ import annotations

from enum import Enum
from typing import Literal, Union

PCADimType = Union[int, None, float, Literal["auto"]]


class PoolingMode(str, Enum):
    """How the hidden states of a token are pooled into one vector."""

    AUTO = "auto"
    MEAN = "mean"
    FIRST = "first"
    LAST = "last"
    POOLER = "pooler"
