"""Conversion and checks of texts, labels and vectors for training."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from m2v.texts import as_strings


@dataclass(frozen=True)
class TokenBatch:
    """The tokens of texts: the concatenated ids, and the offset and the number of those of each text."""

    ids: np.ndarray
    offsets: np.ndarray
    lengths: np.ndarray

    @classmethod
    def from_lengths(cls, ids: np.ndarray, lengths: np.ndarray) -> TokenBatch:
        """Creates a batch from concatenated ids and the number of ids of each text."""
        return cls(ids, lengths.cumsum() - lengths, lengths)

    @classmethod
    def from_token_ids(cls, token_ids: Sequence[Sequence[int]]) -> TokenBatch:
        """Creates a batch from one list of ids per text."""
        lengths = np.fromiter(map(len, token_ids), np.int64, len(token_ids))
        return cls.from_lengths(np.fromiter(chain.from_iterable(token_ids), np.int64, lengths.sum()), lengths)

    def __len__(self) -> int:
        return len(self.lengths)


@dataclass(frozen=True)
class Labels:
    """The labels of texts, as indices of classes."""

    classes: list[Any]
    #: The labels of text t are `numbers[offsets[t] : offsets[t + 1]]`, in ascending order.
    numbers: np.ndarray
    offsets: np.ndarray
    multilabel: bool

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def counts(self) -> np.ndarray:
        """Returns the number of texts of each class."""
        return np.bincount(self.numbers, minlength=len(self.classes))

    def native(self) -> dict[str, Any]:
        """Returns the labels in the form that the native module takes."""
        return {
            "names": [str(label) for label in self.classes],
            "integers": all(type(label) is int for label in self.classes),
            "numbers": self.numbers,
            "offsets": self.offsets,
            "multilabel": self.multilabel,
        }


def check_columns(**columns: Any) -> None:
    """Checks that each argument is a column of texts, labels or vectors, or None.

    :raises ValueError: if one is a table instead of a column, a single string, or not iterable.
    """
    for name, value in columns.items():
        if isinstance(value, Mapping) or hasattr(value, "column_names") or hasattr(value, "columns"):
            raise ValueError(f"{name} is a {type(value).__name__}. Pass one of its columns instead, such as data['text'].")
        if value is not None and (isinstance(value, (str, bytes)) or not hasattr(value, "__iter__")):
            raise ValueError(
                f"{name} must be a list, a tuple, an array, a tensor, or a column, got {type(value).__name__}."
            )


def check_both(**columns: Any) -> None:
    """Raises ValueError if only some of the arguments are None, e.g. validation texts without labels."""
    if len({value is None for value in columns.values()}) > 1:
        raise ValueError(f"Both {' and '.join(columns)} must be provided together, or neither.")


def check_aligned(**columns: Sequence[Any]) -> None:
    """Raises ValueError if columns have different lengths."""
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"{' and '.join(lengths)} must have the same length, got {lengths}.")


def read_texts(texts: Any, name: str) -> Sequence[str]:
    """Converts texts to a list of strings, and checks their types.

    :raises ValueError: if an item is not a string.
    """
    found = as_strings(texts, name)
    for position, text in enumerate(found):
        if not isinstance(text, str):
            raise ValueError(f"All texts in {name} must be strings, but number {position} is a {type(text).__name__}.")
    return found


def _plain(value: Any) -> Any:
    return value if isinstance(value, (str, int, list, tuple)) or not hasattr(value, "tolist") else value.tolist()


def _is_label(label: Any) -> bool:
    return isinstance(label, (str, int))


def _is_missing(label: Any) -> bool:
    """Returns whether a label is None, or one of pandas' missing values, NaN and NA."""
    return label is None or (isinstance(label, float) and label != label) or type(label).__name__ == "NAType"


def as_array(values: Any) -> np.ndarray:
    """Converts an array, or a tensor on any device, to a numpy array."""
    return np.asarray(values.detach().cpu() if hasattr(values, "detach") else values)


def read_labels(y: Any, name: str) -> tuple[bool, list[Any]]:
    """Returns whether texts may have several labels, and the label or the list of labels of each text.

    :raises ValueError: if labels are missing, of mixed kinds, or neither strings nor integers.
    """
    labels = [_plain(label) for label in as_strings(y, name)]
    if not labels:
        raise ValueError(f"{name} must not be empty.")
    multilabel = isinstance(labels[0], (list, tuple, set, frozenset))
    if multilabel:
        labels = [list(label) if isinstance(label, (list, tuple, set, frozenset)) else label for label in labels]
    kind = "lists or tuples" if multilabel else "strings or integers"
    for position, label in enumerate(labels):
        if _is_missing(label):
            raise ValueError(f"Labels in {name} must not be missing, but number {position} is.")
        if isinstance(label, list) != multilabel or not (multilabel or _is_label(label)):
            raise ValueError(
                f"Inconsistent label types in {name}. All labels must be {kind}, but number {position} is "
                f"{label!r}, a {type(label).__name__}."
            )
        if multilabel and not all(map(_is_label, label)):
            raise ValueError(f"Labels in {name} must be strings or integers, but those of number {position} are {label!r}.")
    return multilabel, labels


def classes_of(labels: Sequence[Any], multilabel: bool, name: str) -> list[Any]:
    """Returns the classes that occur, sorted.

    :raises ValueError: if strings and integers are mixed.
    """
    found = set(chain.from_iterable(labels)) if multilabel else set(labels)
    try:
        return sorted(found)
    except TypeError:
        raise ValueError(f"Labels in {name} mix strings and integers: use only one of them.") from None


def number_labels(labels: Sequence[Any], multilabel: bool, classes: Sequence[Any]) -> Labels:
    """Converts labels to indices of classes, which must include all labels. Duplicate labels of a text count once."""
    index = {label: number for number, label in enumerate(classes)}
    if multilabel:
        rows = [sorted({index[label] for label in row}) for row in labels]
        lengths = np.fromiter(map(len, rows), np.uint64, len(rows))
        numbers = np.fromiter(chain.from_iterable(rows), np.uint32, int(lengths.sum()))
    else:
        lengths = np.ones(len(labels), np.uint64)
        numbers = np.fromiter((index[label] for label in labels), np.uint32, len(labels))
    offsets = np.concatenate([np.zeros(1, np.uint64), np.cumsum(lengths)])
    return Labels(list(classes), numbers, offsets, multilabel)


def read_vectors(vectors: Any, name: str) -> np.ndarray:
    """Converts an array, a tensor or a column of lists to a float32 matrix in C order, with one vector per row.

    :raises ValueError: if vectors are missing, have different dimensions, or are not numbers.
    """
    if getattr(vectors, "ndim", 1) == 1:
        rows = as_strings(vectors, name)
        missing = next((position for position, row in enumerate(rows) if _is_missing(row)), None)
        if missing is not None:
            raise ValueError(f"Vectors in {name} must not be missing, but number {missing} is.")
        dims = Counter(len(row) if hasattr(row, "__len__") else None for row in rows)
        if not dims:
            raise ValueError(f"{name} must not be empty.")
        if None in dims:
            raise ValueError(f"Vectors in {name} must be sequences of numbers, so that {name} is 2-dimensional.")
        if len(dims) > 1:
            raise ValueError(f"All vectors in {name} must have the same dimension, got {sorted(dims)}.")
        vectors = [_plain(row) for row in rows]
    try:
        matrix = np.ascontiguousarray(as_array(vectors), np.float32)
    except (TypeError, ValueError) as problem:
        raise ValueError(f"{name} must hold lists of numbers: {problem}") from None
    if matrix.ndim != 2:
        raise ValueError(f"{name} must be 2-dimensional, got {matrix.ndim} dimensions.")
    return matrix
