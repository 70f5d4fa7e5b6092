"""Splits long calls into steps, with an optional progress bar."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

#: The number of texts per step.
_STEP = 65_536


class _NoBar:
    def update(self, _: int) -> None: ...

    def __enter__(self) -> _NoBar:
        return self

    def __exit__(self, *_: object) -> None: ...


def in_steps(count: int, show_progress_bar: bool) -> Iterator[tuple[int, int]]:
    """Yields the begin and the end of each step, and advances the progress bar after it."""
    with _progress_bar(count, show_progress_bar) as bar:
        for begin in range(0, count, _STEP):
            end = min(count, begin + _STEP)
            yield begin, end
            bar.update(end - begin)


def _progress_bar(total: int, show: bool) -> Any:
    if not show:
        return _NoBar()
    try:
        from tqdm import tqdm
    except ImportError:
        from logging import getLogger  # imported here because most programs never need it

        getLogger("m2v").warning("show_progress_bar requires tqdm, which is not installed.")
        return _NoBar()
    return tqdm(total=total, unit=" texts", unit_scale=True)
