"""How a token's hidden states become one vector."""

from __future__ import annotations

from enum import Enum
from typing import Literal, Union

PCADimType = Union[int, None, float, Literal["auto"]]


class PoolingMode(str, Enum):
    """What is taken of a teacher's hidden states."""

    AUTO = "auto"
    MEAN = "mean"
    FIRST = "first"
    LAST = "last"
    POOLER = "pooler"
