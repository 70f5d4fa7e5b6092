"""A scikit-learn transformer that embeds texts with m2v. Requires `scikit-learn`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils import Tags

from m2v.model import StaticModel, quantize_model
from m2v.texts import as_strings


class StaticEmbedder(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """Embeds texts as a step of a pipeline. `fit` only loads the model; nothing is learned.

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
        """Stores the arguments. The model is not loaded yet.

        :param model: A model, or the `path` argument of `StaticModel.from_pretrained`.
        :param dimensionality: The number of dimensions to keep; None: all.
        :param normalize: Overrides the model's own setting.
        :param threads: The number of threads; by default one per processor.
        """
        self.model = model
        self.dimensionality = dimensionality
        self.normalize = normalize
        self.threads = threads

    def fit(self, X: Any, y: Any = None) -> StaticEmbedder:
        """Loads the model.

        :param X: Texts, which are ignored.
        :param y: Has no effect.
        :raises ValueError: if the model has fewer than `dimensionality` dimensions.
        """
        model = self.model
        if not isinstance(model, StaticModel):
            model = StaticModel.from_pretrained(model)
        if self.dimensionality is not None:
            model = quantize_model(model, dimensionality=self.dimensionality)
        self.model_ = model
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Returns the vectors as float32 of shape (texts, dim). Loads the model if `fit` has not been called.

        :param X: A list, array or column of texts, or a table with one column.
        :raises ValueError: if it is a single text, or has several columns.
        :raises TypeError: if a text is missing or is not a string.
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
        raise ValueError("expected a list of texts, got a single string: put it into a list")
    shape = getattr(X, "shape", (0,))
    if len(shape) == 1:
        return as_strings(X, "X")
    if len(shape) == 2 and shape[1] == 1:
        return np.asarray(X)[:, 0].tolist()
    raise ValueError(f"texts must be a single column, not an array of shape {shape}")
