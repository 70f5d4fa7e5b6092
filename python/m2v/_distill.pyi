import os
from typing import Annotated

import numpy
from numpy.typing import NDArray

import m2v._m2v


def distill(teacher: str | os.PathLike, options: dict, on_event: object | None) -> m2v._m2v.Model: ...

def convert(model: m2v._m2v.Model, options: dict, on_event: object | None) -> m2v._m2v.Model: ...

def share_rows(vectors: Annotated[NDArray[numpy.float32], dict(shape=(None, None), order='C', device='cpu', writable=False)], count: int) -> tuple: ...
