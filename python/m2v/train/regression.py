"""Regression: outputs that equal given numbers."""

from __future__ import annotations

import numpy as np

from m2v.train.similarity import StaticModelForSimilarity


class StaticModelForRegression(StaticModelForSimilarity):
    """A model whose outputs equal given numbers, one or several a text: their mean square error is made small."""

    _cosine = False

    @staticmethod
    def _scores_of(outputs: np.ndarray, y: np.ndarray) -> dict[str, float]:
        return {"mean squared error": float(np.square(outputs - y, dtype=np.float64).mean())}
