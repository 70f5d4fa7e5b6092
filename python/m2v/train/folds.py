"""Cross-validation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np


def folds_of(targets: Sequence[Any], count: int, seed: int) -> list[np.ndarray]:
    """The members of each fold, in rising order. Texts with the same single label are dealt out evenly.

    :raises ValueError: for fewer than two folds, or fewer texts than folds.
    """
    if not 2 <= count <= len(targets):
        raise ValueError(f"folds must be at least 2 and at most the number of texts, {len(targets)}; got {count}.")
    chance = np.random.default_rng(seed)
    members = defaultdict(list)
    for place, target in enumerate(targets):
        members[target if isinstance(target, (str, int)) else None].append(place)
    # One class behind the other, so that each fold gets every count-th text of each.
    order = np.concatenate([chance.permutation(of_class) for of_class in members.values()])
    return [np.sort(order[fold::count]) for fold in range(count)]


def rows_of(targets: Any, places: np.ndarray) -> Any:
    """Some elements of a list, or rows of an array."""
    return targets[places] if isinstance(targets, np.ndarray) else [targets[place] for place in places]


def spread(values: list[float]) -> dict[str, Any]:
    """Mean and standard deviation of a sample, and the values."""
    return {"mean": float(np.mean(values)), "std": float(np.std(values, ddof=1)), "folds": values}
