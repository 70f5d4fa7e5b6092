from typing import Annotated

import numpy
from numpy.typing import NDArray

import m2v._m2v


def fit(model: m2v._m2v.Model, texts: m2v._m2v.Texts, labels: dict, options: dict, on_event: object | None) -> tuple: ...

def fit_more(pipeline: m2v._m2v.Pipeline, texts: m2v._m2v.Texts, labels: dict, options: dict, on_event: object | None) -> tuple: ...

def fit_vectors(model: m2v._m2v.Model, texts: m2v._m2v.Texts, vectors: Annotated[NDArray[numpy.float32], dict(shape=(None, None), order='C', device='cpu', writable=False)], cosine: bool, options: dict, on_event: object | None) -> tuple: ...

def fit_pairs(model: m2v._m2v.Model, texts: m2v._m2v.Texts, partners: m2v._m2v.Texts, outputs: int, options: dict, on_event: object | None) -> tuple: ...

def fit_head(vectors: Annotated[NDArray[numpy.float32], dict(shape=(None, None), order='C', device='cpu', writable=False)], labels: dict, options: dict, on_event: object | None) -> tuple: ...
