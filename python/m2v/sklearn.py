"""scikit-learn: m2v as a transformer of texts into vectors. Needs `scikit-learn`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils import Tags

from m2v.model import StaticModel, quantize_model
from m2v.texts import as_strings


class StaticEmbedder(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """Embeds texts, inside of a pipeline. Nothing is learnt: `fit` only loads the model.

        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from m2v.sklearn import StaticEmbedder

        classifier = make_pipeline(StaticEmbedder("minishlab/potion-base-8M"), LogisticRegression())
    """

    def __init__(
        self,
        model: str | StaticModel = "minishlab/potion-base-8M",
        *,
        dimensionality: int | None = None,
        normalize: bool | None = None,
        threads: int | None = None,
    ) -> None:
        """Keeps its arguments, and loads nothing yet.

        :param model: A model, or what `StaticModel.from_pretrained` takes.
        :param dimensionality: Keeps so many dimensions.
        :param normalize: Instead of what the model says.
        :param threads: How many; by default as many as the machine has.
        """
        self.model = model
        self.dimensionality = dimensionality
        self.normalize = normalize
        self.threads = threads

    def fit(self, X: Any, y: Any = None) -> StaticEmbedder:
        """Loads the model.

        :param X: Texts, which are not looked at.
        :param y: Of no effect.
        :raises ValueError: if the model has not so many dimensions.
        """
        model = self.model
        if not isinstance(model, StaticModel):
            model = StaticModel.from_pretrained(model)
        if self.dimensionality is not None:
            model = quantize_model(model, dimensionality=self.dimensionality)
        self.model_ = model
        return self

    def transform(self, X: Any) -> np.ndarray:
        """The vectors, float32 of shape (texts, dim). Loads the model if `fit` has not.

        :param X: A list, array or column of texts, or a table with one column.
        :raises ValueError: if it is one text, or has more columns.
        :raises TypeError: if a text is missing or is no string.
        """
        texts = _texts_of(X)
        return self._fitted().encode(texts, normalize=self.normalize, dtype="float32", threads=self.threads)

    def _fitted(self) -> StaticModel:
        if not hasattr(self, "model_"):
            self.fit(None)
        return self.model_

    @property
    def _n_features_out(self) -> int:
        return self._fitted().dim

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.transformer_tags.preserves_dtype = []
        return tags


def _texts_of(X: Any) -> Sequence[str]:
    if isinstance(X, str):
        raise ValueError("one text, where a list of texts is expected: put it into a list")
    shape = getattr(X, "shape", (0,))
    if len(shape) == 1:
        return as_strings(X, "X")
    if len(shape) == 2 and shape[1] == 1:
        return np.asarray(X)[:, 0].tolist()
    raise ValueError(f"texts are one column, not an array of shape {shape}: select the column")
