"""Regression: prediction of numbers."""

from __future__ import annotations

import numpy as np

from m2v.train.similarity import StaticModelForSimilarity


class StaticModelForRegression(StaticModelForSimilarity):
    """A model that predicts one or several numbers per text. `fit` minimizes the mean squared error."""

    _cosine = False

    @staticmethod
    def _scores_of(outputs: np.ndarray, y: np.ndarray) -> dict[str, float]:
        return {"mean squared error": float(np.square(outputs - y, dtype=np.float64).mean())}
