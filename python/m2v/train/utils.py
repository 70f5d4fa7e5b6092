"""Options and progress of `fit`."""

from __future__ import annotations

import operator
from collections.abc import Callable
from numbers import Integral
from typing import Any

from m2v.arguments import number
from m2v.events import warn_caller
from m2v.types import OnEvent


class DataWarning(UserWarning):
    """A likely mistake in labelled texts, e.g. empty texts, labels that differ only in case, or swapped columns."""


DEFAULT_RANDOM_SEED = 42
MAX_VALIDATION_SIZE = 10_000
#: The number of epochs that stands for "no limit", as in model2vec.
_UNBOUNDED_MAX_EPOCHS = 9999


def validation_count(texts: int, test_size: float | int) -> int:
    """Returns the number of texts to set aside for validation, at least 1.

    :param texts: The number of texts.
    :param test_size: A fraction (a float), which gives at most MAX_VALIDATION_SIZE texts, or their number (an int).
    """
    if isinstance(test_size, bool):
        raise ValueError("test_size must be a float or an int, not a bool.")
    number("test_size", test_size)
    count = int(test_size) if isinstance(test_size, Integral) else min(round(texts * test_size), MAX_VALIDATION_SIZE)
    return min(max(1, count), max(texts - 1, 1))


def training_options(
    texts: int,
    *,
    learning_rate: float,
    batch_size: int | None,
    min_epochs: int | None,
    max_epochs: int | None,
    early_stopping_patience: int | None,
    test_size: float | int,
    validation_steps: int | None,
    random_seed: int,
    threads: int | None,
    **others: Any,
) -> dict[str, Any]:
    """Checks the arguments that all `fit` methods share, and returns the options for the native module.

    :param texts: The number of texts, from which the validation texts are taken.
    :param others: Further options, which are passed on.
    :raises ValueError: if an argument is out of range.
    """
    for name, value, least in (
        ("batch_size", batch_size, 1),
        ("validation_steps", validation_steps, 1),
        ("min_epochs", min_epochs, 0),
        ("early_stopping_patience", early_stopping_patience, 0),
        ("random_seed", random_seed, 0),
        ("threads", threads, 0),
    ):
        if value is not None and operator.index(value) < least:
            raise ValueError(f"{name} must be at least {least}, got {value}.")
    if not 0 <= others.get("token_dropout", 0) < 1:
        raise ValueError(f"token_dropout must be in the range [0, 1), got {others['token_dropout']}.")
    unbounded = max_epochs is None or max_epochs < 0
    return {
        "learning_rate": float(learning_rate),
        "batch_size": int(batch_size or 0),
        "min_epochs": int(min_epochs or 0),
        "max_epochs": _UNBOUNDED_MAX_EPOCHS if unbounded else int(max_epochs),  # type: ignore[arg-type]
        "early_stopping_patience": None if early_stopping_patience is None else int(early_stopping_patience),
        "validation_count": validation_count(texts, test_size),
        "validation_steps": int(validation_steps or 0),
        "seed": int(random_seed),
        "threads": int(threads or 0),
        **others,
    }


class Progress:
    """Passes events to `on_event`, optionally shows a progress bar per epoch, and issues warnings as Python's own."""

    def __init__(self, show: bool, on_event: OnEvent | None) -> None:
        """Creates a handler of events.

        :param show: Whether to show progress bars, which requires `tqdm`.
        :param on_event: The function to pass events to, or None.
        """
        self._on_event = on_event
        self._bar: Any = None
        self._stage = ""
        self._make: Callable[..., Any] | None = None
        if show:
            from tqdm import tqdm

            self._make = tqdm

    def __call__(self, kind: str, stage: str, done: int, total: int, message: str) -> bool | None:
        """Handles an event. Returns the result of `on_event`, or None."""
        if kind == "warning":
            warn_caller(message, DataWarning if stage == "training data" else UserWarning)
        if self._make is not None and kind == "progress":
            if stage != self._stage:
                self.__exit__()
                self._stage, self._bar = stage, self._make(total=total, desc=stage.capitalize(), unit="step")
            self._bar.update(done - self._bar.n)
        return None if self._on_event is None else self._on_event(kind, stage, done, total, message)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()
