"""Conversion of the types that are accepted as texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any


def as_strings(texts: Any, name: str = "texts") -> Sequence[str]:
    """Converts texts to a list or tuple. The items are not checked.

    :param texts: A list, tuple, numpy array, pandas, polars or Arrow column, or other iterable.
    :param name: The name of the argument, for error messages.
    :raises TypeError: if it is a single string, or not iterable.
    """
    if isinstance(texts, (list, tuple)):
        return texts
    if isinstance(texts, (str, bytes)):
        raise TypeError(f"{name}: texts are a list of strings, not one of type {type(texts).__name__}")
    for method in ("to_pylist", "tolist", "to_list"):  # Arrow; numpy and pandas; polars, respectively
        if hasattr(texts, method):
            found = getattr(texts, method)()
            if not isinstance(found, list):
                raise TypeError(f"{name}: texts are a list of strings, not one {type(texts).__name__}")
            return found
    if not hasattr(texts, "__iter__"):
        raise TypeError(f"{name}: texts are a list of strings, not of type {type(texts).__name__}")
    return list(texts)


def in_batches(texts: Iterable[str], size: int, name: str = "texts") -> Iterator[list[str]]:
    """Yields lists of at most `size` texts, without reading more of the iterable in advance."""
    if isinstance(texts, (str, bytes)) or not hasattr(texts, "__iter__"):
        raise TypeError(f"{name}: texts are an iterable of strings, not one of type {type(texts).__name__}")
    return _batches(iter(texts), size)


def _batches(iterator: Iterator[str], size: int) -> Iterator[list[str]]:
    while batch := list(islice(iterator, size)):
        yield batch
