"""What may be passed where texts are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any


def as_strings(texts: Any) -> Sequence[str]:
    """A list of the strings in a list, tuple, numpy array, pandas or Arrow column, or iterable."""
    if isinstance(texts, (list, tuple)):
        return texts
    if isinstance(texts, (str, bytes)):
        raise TypeError(f"texts are a list of strings, not one of type {type(texts).__name__}")
    for method in ("to_pylist", "tolist", "to_list"):  # Arrow; numpy and pandas; polars
        if hasattr(texts, method):
            return getattr(texts, method)()
    return list(texts)


def in_batches(texts: Iterable[str], size: int) -> Iterator[list[str]]:
    """Lists of at most `size` texts; of an iterable, no more than that is held."""
    iterator = iter(texts)
    while batch := list(islice(iterator, size)):
        yield batch
