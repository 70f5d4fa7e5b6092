"""Evaluation of predictions: precision, recall and F1 by class."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np


def _plain(label: Any) -> Any:
    return label.tolist() if hasattr(label, "tolist") else label


def _indicators(label_sets: Sequence[Iterable[Any]], classes: Sequence[Any]) -> np.ndarray:
    """Returns a Boolean matrix [texts, classes] of which text has which class."""
    column = {label: i for i, label in enumerate(classes)}
    has = np.zeros((len(label_sets), len(classes)), bool)
    for row, labels in enumerate(label_sets):
        has[row, [column[label] for label in labels]] = True
    return has


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Returns part / whole; 0 where whole is 0."""
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)


def _line(precision: float, recall: float, f1: float, support: float) -> dict[str, float]:
    return {"precision": float(precision), "recall": float(recall), "f1-score": float(f1), "support": float(support)}


def evaluate_single_or_multi_label(predictions: np.ndarray, y: Sequence[Any]) -> dict[str, Any]:
    """Returns a classification report in the form of scikit-learn's `classification_report(output_dict=True)`.

    :param predictions: One label per text, or one list of labels per text.
    :param y: The true labels, in the same form.
    :return: Precision, recall, f1-score and support for each class, "macro avg" and "weighted avg"; and "accuracy", the
        fraction of texts whose labels are exactly right.
    """
    wanted = [_plain(label) for label in y]
    found = [_plain(label) for label in predictions]
    if not wanted or not isinstance(wanted[0], (list, tuple, set)):
        wanted, found = [[label] for label in wanted], [[label] for label in found]
    classes = sorted({label for labels in (*wanted, *found) for label in labels})
    truth, guess = _indicators(wanted, classes), _indicators(found, classes)
    hits, support = (truth & guess).sum(0).astype(float), truth.sum(0).astype(float)
    precision, recall = _share(hits, guess.sum(0)), _share(hits, support)
    f1 = _share(2 * precision * recall, precision + recall)
    total = support.sum()
    weights = support / total if total > 0 else np.zeros_like(support)
    report: dict[str, Any] = {
        str(name): _line(*numbers) for name, *numbers in zip(classes, precision, recall, f1, support)
    }
    report["accuracy"] = float((truth == guess).all(axis=1).mean())
    report["macro avg"] = _line(precision.mean(), recall.mean(), f1.mean(), total)
    report["weighted avg"] = _line(precision @ weights, recall @ weights, f1 @ weights, total)
    return report
