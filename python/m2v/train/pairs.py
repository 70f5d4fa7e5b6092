"""Training on pairs of related texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np

from m2v import _m2v
from m2v.arguments import checked
from m2v.model import DEFAULT_MAX_LENGTH
from m2v.train.base import BaseFinetuneable, with_defaults
from m2v.train.dataset import check_aligned, check_both, check_columns, read_texts
from m2v.train.utils import DEFAULT_RANDOM_SEED, Progress, training_options
from m2v.types import OnEvent

T = TypeVar("T", bound="StaticModelForPairSimilarity")

#: The number of rows of the cosine matrix that are computed at a time.
_BLOCK = 1024


class StaticModelForPairSimilarity(BaseFinetuneable):
    """A model whose vectors of the two texts of a pair, e.g. a question and its answer, are closest to each other."""

    @checked
    def __init__(
        self,
        *,
        vectors: Any,
        tokenizer: Any,
        n_layers: int = 1,
        hidden_dim: int = 512,
        out_dim: int | None = None,
        token_mapping: Sequence[int] | None = None,
        weights: Any | None = None,
        freeze: bool = False,
        normalize: bool = True,
        freeze_weights: bool | None = None,
        max_length: int | None = DEFAULT_MAX_LENGTH,
    ) -> None:
        """As for the base class, except that `out_dim` is the number of columns of `vectors` by default."""
        super().__init__(
            vectors=vectors,
            tokenizer=tokenizer,
            n_layers=n_layers,
            hidden_dim=hidden_dim,
            out_dim=np.shape(vectors)[-1] if out_dim is None else out_dim,
            token_mapping=token_mapping,
            weights=weights,
            freeze=freeze,
            normalize=normalize,
            freeze_weights=freeze_weights,
            max_length=max_length,
        )

    from_pretrained = with_defaults(BaseFinetuneable.from_pretrained, out_dim=None)
    from_static_model = with_defaults(BaseFinetuneable.from_static_model, out_dim=None)

    @checked
    def fit(
        self: T,
        text_a: Sequence[str],
        text_b: Sequence[str],
        learning_rate: float = 1e-3,
        batch_size: int | None = None,
        min_epochs: int | None = None,
        max_epochs: int | None = -1,
        early_stopping_patience: int | None = 5,
        test_size: float | int = 0.1,
        device: str = "auto",
        text_a_val: Sequence[str] | None = None,
        text_b_val: Sequence[str] | None = None,
        validation_steps: int | None = None,
        random_seed: int = DEFAULT_RANDOM_SEED,
        temperature: float = 0.05,
        token_dropout: float = 0.0,
        *,
        threads: int | None = None,
        show_progress_bar: bool = False,
        on_event: OnEvent | None = None,
    ) -> T:
        """Trains the model until the loss on the validation pairs stops decreasing, and keeps the best state.

        The loss is InfoNCE with in-batch negatives: each `text_a` should be closer to its `text_b` than to the other
        texts of the batch. Texts that equal one of the two are not used as negatives. Other arguments are those of
        `StaticModelForClassification.fit`.

        :param text_a: The first text of each pair.
        :param text_b: The second text of each pair.
        :param batch_size: The number of pairs per step, at least 2. Larger batches have more negatives.
        :param test_size: The validation pairs to set aside if there are no own ones: a fraction of the pairs (a float;
            at most 10,000 pairs) or their number.
        :param text_a_val: The first texts of validation pairs of your own.
        :param text_b_val: The second texts of these pairs.
        :param temperature: The temperature, by which cosines are divided.
        :raises ValueError: if arguments do not match each other.
        """
        from m2v import _train

        check_columns(text_a=text_a, text_b=text_b, text_a_val=text_a_val, text_b_val=text_b_val)
        check_both(text_a_val=text_a_val, text_b_val=text_b_val)
        first, second = read_texts(text_a, "text_a"), read_texts(text_b, "text_b")
        check_aligned(text_a=first, text_b=second)
        if temperature <= 0:
            raise ValueError(f"temperature must be positive, got {temperature}.")
        if batch_size is not None and batch_size < 2:
            raise ValueError(f"batch_size must be at least 2, got {batch_size}.")
        options = training_options(
            len(first),
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
            temperature=temperature,
        )
        if text_a_val is not None:
            first_val, second_val = read_texts(text_a_val, "text_a_val"), read_texts(text_b_val, "text_b_val")
            check_aligned(text_a_val=first_val, text_b_val=second_val)
            options.update(validation_texts=_m2v.Texts(first_val), validation_partners=_m2v.Texts(second_val))
        return self._train(
            _train.fit_pairs,
            [self._start._make_native(), _m2v.Texts(first), _m2v.Texts(second), self.out_dim],
            options,
            Progress(show_progress_bar, on_event),
        )

    _read_targets = staticmethod(read_texts)

    def _scores(self, X: Sequence[str], y: Sequence[str]) -> dict[str, float]:
        first, second = unit_vectors(self.encode(X)), unit_vectors(self.encode(y))
        found = 0
        for begin in range(0, len(first), _BLOCK):
            cosines = first[begin : begin + _BLOCK] @ second.T
            own = cosines[np.arange(len(cosines)), begin + np.arange(len(cosines))]
            found += int((own + 1e-6 >= cosines.max(1)).sum())
        return {"partner is nearest": found / len(first)}


def unit_vectors(vectors: np.ndarray) -> np.ndarray:
    """Scales each row to length 1; rows of zeros are unchanged."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
