"""Training on given vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np

from m2v import _m2v
from m2v.arguments import checked
from m2v.train.base import BaseFinetuneable
from m2v.train.dataset import check_aligned, check_both, check_columns, read_texts, read_vectors
from m2v.train.utils import DEFAULT_RANDOM_SEED, Progress, training_options
from m2v.types import OnEvent

T = TypeVar("T", bound="StaticModelForSimilarity")


class StaticModelForSimilarity(BaseFinetuneable):
    """A model that predicts given vectors, e.g. those of a larger model. `fit` maximizes the cosine similarity."""

    _cosine = True

    @checked
    def fit(
        self: T,
        X: Sequence[str],
        y: Any,
        learning_rate: float = 1e-3,
        batch_size: int | None = None,
        min_epochs: int | None = None,
        max_epochs: int | None = -1,
        early_stopping_patience: int | None = 5,
        test_size: float | int = 0.1,
        device: str = "auto",
        X_val: Sequence[str] | None = None,
        y_val: Any | None = None,
        validation_steps: int | None = None,
        random_seed: int = DEFAULT_RANDOM_SEED,
        token_dropout: float = 0.0,
        *,
        threads: int | None = None,
        show_progress_bar: bool = False,
        on_event: OnEvent | None = None,
    ) -> T:
        """Trains the model until the loss on the validation texts stops decreasing, and keeps the best state.

        Other arguments are those of `StaticModelForClassification.fit`.

        :param X: Texts.
        :param y: One vector per text: an array, a tensor, a list of lists, or a column of lists.
        :param test_size: The validation texts to set aside if there is no `X_val`: a fraction of the texts (a float; at
            most 10,000 texts) or their number.
        :param X_val: Validation texts of your own.
        :param y_val: Their vectors.
        :raises ValueError: if arguments do not match each other.
        """
        from m2v import _train

        check_columns(X=X, y=y, X_val=X_val, y_val=y_val)
        check_both(X_val=X_val, y_val=y_val)
        texts, vectors = read_texts(X, "X"), read_vectors(y, "y")
        check_aligned(X=texts, y=vectors)
        options = training_options(
            len(texts),
            learning_rate=learning_rate,
            batch_size=batch_size,
            min_epochs=min_epochs,
            max_epochs=max_epochs,
            early_stopping_patience=early_stopping_patience,
            test_size=test_size,
            validation_steps=validation_steps,
            random_seed=random_seed,
            threads=threads,
            token_dropout=token_dropout,
        )
        if y_val is not None:
            texts_val, vectors_val = read_texts(X_val, "X_val"), read_vectors(y_val, "y_val")
            check_aligned(X_val=texts_val, y_val=vectors_val)
            if vectors_val.shape[1] != vectors.shape[1]:
                raise ValueError(
                    f"The vectors in y_val have dimension {vectors_val.shape[1]}, but those in y have dimension "
                    f"{vectors.shape[1]}."
                )
            options.update(validation_texts=_m2v.Texts(texts_val), validation_vectors=vectors_val)
        return self._train(
            _train.fit_vectors,
            [self._start._make_native(), _m2v.Texts(texts), vectors, self._cosine],
            options,
            Progress(show_progress_bar, on_event),
        )

    _read_targets = staticmethod(read_vectors)

    def _scores(self, X: Sequence[str], y: np.ndarray) -> dict[str, float]:
        return self._scores_of(self.encode(X), y)

    @staticmethod
    def _scores_of(outputs: np.ndarray, y: np.ndarray) -> dict[str, float]:
        lengths = np.linalg.norm(outputs, axis=1) * np.linalg.norm(y, axis=1)
        return {"cosine": float(((outputs * y).sum(1) / np.maximum(lengths, 1e-12)).mean())}
