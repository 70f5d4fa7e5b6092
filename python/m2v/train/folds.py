"""Folds for cross-validation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np


def folds_of(targets: Sequence[Any], count: int, seed: int) -> list[np.ndarray]:
    """Returns the indices of the texts of each fold, in ascending order.

    :param targets: One target per text. Folds are stratified by targets that are single labels.
    :param count: The number of folds.
    :param seed: The seed of the random numbers.
    :raises ValueError: if there are fewer than two folds, or fewer texts than folds.
    """
    if not 2 <= count <= len(targets):
        raise ValueError(f"folds must be at least 2 and at most the number of texts, {len(targets)}; got {count}.")
    chance = np.random.default_rng(seed)
    members = defaultdict(list)
    for position, target in enumerate(targets):
        members[target if isinstance(target, (str, int)) else None].append(position)
    # The texts are ordered by class, so that each fold gets every count-th text of each class.
    order = np.concatenate([chance.permutation(of_class) for of_class in members.values()])
    return [np.sort(order[fold::count]) for fold in range(count)]


def rows_of(targets: Any, positions: np.ndarray) -> Any:
    """Returns the elements of a list, or the rows of an array, at these positions."""
    return targets[positions] if isinstance(targets, np.ndarray) else [targets[position] for position in positions]


def spread(values: list[float]) -> dict[str, Any]:
    """Returns the mean, the sample standard deviation, and the values themselves."""
    return {"mean": float(np.mean(values)), "std": float(np.std(values, ddof=1)), "folds": values}
