"""Models that put the texts of a pair close together."""

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

#: Rows of cosines that are held at once.
_BLOCK = 1024


class StaticModelForPairSimilarity(BaseFinetuneable):
    """A model that puts the texts of a pair, a question and its answer say, closer together than to all others."""

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
        """As for all; `out_dim` is by default the width of the rows."""
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
        """Trains from the beginning, until the loss on pairs that are kept back stops falling, and keeps the best.

        Each `text_a` is to be nearer to its `text_b` than the others of its batch are (InfoNCE); texts that are equal to
        one of the two are not compared with. Arguments that are not here are those of
        `StaticModelForClassification.fit`.

        :param text_a: The first text of each pair.
        :param text_b: The second.
        :param batch_size: At least 2; large ones have more texts to be nearer than.
        :param test_size: What is kept back: a share of the pairs, at most 10,000, or a number of them.
        :param text_a_val: Pairs of your own for the checks.
        :param text_b_val: Their second texts.
        :param temperature: What cosines are divided by.
        :raises ValueError: for arguments that do not fit together.
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
    """Divided by their lengths; zero stays zero."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
