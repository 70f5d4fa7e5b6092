"""Classifiers of texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeVar

import numpy as np

from m2v import _m2v
from m2v.arguments import checked, several, wrong
from m2v.events import warn_caller
from m2v.inference import StaticModelPipeline, evaluate_single_or_multi_label
from m2v.inference.mlp import Activation, MLPHead
from m2v.train.base import BaseFinetuneable
from m2v.train.dataset import (
    Labels,
    check_aligned,
    check_both,
    check_columns,
    classes_of,
    number_labels,
    read_labels,
    read_texts,
)
from m2v.train.utils import DEFAULT_RANDOM_SEED, DataWarning, Progress, training_options
from m2v.types import OnEvent

ClassWeight = Literal["balanced"] | Mapping[Any, float] | Sequence[float] | np.ndarray | None

T = TypeVar("T", bound="StaticModelForClassification")


class StaticModelForClassification(BaseFinetuneable):
    """A classifier: of one class a text, or of any number of them, as the labels are that `fit` gets."""

    _always_has_layer = True

    @classmethod
    def from_pipeline(cls: type[T], pipeline: StaticModelPipeline, **kwargs: Any) -> T:
        """A classifier that has been trained already, to go on with by `fit(..., warm_start=True)`.

        :param pipeline: With classes.
        :param kwargs: Of the constructor; layers and normalizing are the pipeline's own.
        """
        if not isinstance(pipeline, StaticModelPipeline):
            raise wrong("pipeline", "a StaticModelPipeline", pipeline)
        if pipeline.classes_ is None:
            raise ValueError("the pipeline has no classes: it makes vectors")
        layers = pipeline.head.layers
        made = cls.from_static_model(
            model=pipeline.model,
            n_layers=len(layers) - 1,
            hidden_dim=len(layers[0].bias),
            out_dim=len(pipeline.classes_),
            normalize=pipeline.model.normalize,
            **kwargs,
        )
        made._trained = pipeline
        return made

    @property
    def classes_(self) -> list[Any]:
        """The classes, in order of the outputs."""
        if self._trained is None:
            return [str(number) for number in range(self.out_dim)]
        return self._trained.classes_.tolist()  # type: ignore[union-attr]

    @property
    def classes(self) -> np.ndarray:
        """The same as an array."""
        return np.array(self.classes_)

    @property
    def multilabel(self) -> bool:
        """Whether a text may have any number of classes."""
        return self._trained is not None and self._trained.head.activation == Activation.SIGMOID

    def construct_head(self) -> MLPHead:
        """As for all, with classes that are called "0", "1" and so on."""
        return MLPHead(super().construct_head().layers, Activation.SOFTMAX, self.classes)

    @checked
    def predict(
        self, X: Sequence[str], show_progress_bar: bool = False, batch_size: int = 1024, threshold: float = 0.5
    ) -> np.ndarray:
        """The class of each text; of several labels, those whose probability is above the threshold.

        :param X: Texts, as `StaticModel.encode` takes them.
        :param show_progress_bar: Shows one, if `tqdm` is installed.
        :param batch_size: Of no effect.
        :param threshold: For several labels a text.
        :return: An array of classes, or of arrays of classes.
        """
        return self._pipeline.predict(X, show_progress_bar, self.max_length, threshold=threshold)

    @checked
    def predict_proba(self, X: Sequence[str], show_progress_bar: bool = False, batch_size: int = 1024) -> np.ndarray:
        """The probability of each class, in order of `classes_`: a matrix with one row a text.

        :param X: Texts, as `StaticModel.encode` takes them.
        :param show_progress_bar: Shows one, if `tqdm` is installed.
        :param batch_size: Of no effect.
        """
        return self._pipeline.predict_proba(X, show_progress_bar, self.max_length)

    @checked(y=several)
    def evaluate(self, X: Sequence[str], y: Any, batch_size: int = 1024, threshold: float = 0.5) -> dict[str, Any]:
        """How good the predictions are, by class.

        :param X: Texts.
        :param y: Their right labels.
        :param batch_size: Of no effect.
        :param threshold: For several labels a text.
        :return: The report of `m2v.inference.evaluate_single_or_multi_label`.
        """
        return evaluate_single_or_multi_label(predictions=self.predict(X, threshold=threshold), y=y)

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
        class_weight: ClassWeight = None,
        validation_steps: int | None = None,
        random_seed: int = DEFAULT_RANDOM_SEED,
        token_dropout: float = 0.0,
        focal_gamma: float = 0.0,
        *,
        calibrate: bool = False,
        warm_start: bool = False,
        threads: int | None = None,
        show_progress_bar: bool = False,
        on_event: OnEvent | None = None,
    ) -> T:
        """Trains from the beginning, until the accuracy on texts that are kept back stops rising, and keeps the best.

        Ctrl-C ends it early with the best so far; before the first check it raises KeyboardInterrupt as usual. The same
        arguments give the same model, on any number of threads.

        :param X: Texts: a list, a tuple, an array, a pandas, polars or Arrow column, a column of a Hugging Face dataset.
        :param y: A label each, or a list of labels each: strings or integers.
        :param learning_rate: Of Adam; it is halved when the loss stops falling.
        :param batch_size: None: 32 to 512, by the number of texts.
        :param min_epochs: It does not stop by itself before.
        :param max_epochs: It stops then; -1 or None: when it gets no better.
        :param early_stopping_patience: Checks without getting better before it stops; None: it does not stop for that.
        :param test_size: What is kept back: a share of the texts, at most 10,000, or a number of them. Every class has
            its part of it, where texts have one label each.
        :param device: Of no effect: it runs on the CPU.
        :param X_val: Texts of your own for the checks.
        :param y_val: Their labels.
        :param class_weight: How much texts of each class count: "balanced", a dict, or a list in order of the classes.
        :param validation_steps: Steps between checks; None: an epoch, or a part of a long one.
        :param random_seed: Of everything that is chosen by chance.
        :param token_dropout: The share of the tokens that is left out of each step, below 1.
        :param focal_gamma: Above 0, texts that are hard count more (focal loss).
        :param calibrate: Whether the outputs are scaled on the texts for checks so that probabilities mean what they
            say (temperature scaling); predictions stay the same. `summary_["calibration"]` has the temperature, and
            the loss and the expected calibration error of these texts before and after.
        :param warm_start: Goes on with the model as it is, and its classes, instead of from the beginning.
        :param threads: How many; by default as many as the machine has.
        :param show_progress_bar: Shows one, if `tqdm` is installed.
        :param on_event: Called with what happens: (kind, stage, done, total, message). Returning False ends it early.
        :raises ValueError: for arguments that do not fit together.

        What looks like a mistake in the data is a `DataWarning`.
        """
        from m2v import _train

        if focal_gamma < 0:
            raise ValueError(f"focal_gamma must be non-negative, got {focal_gamma}.")
        check_columns(X=X, y=y, X_val=X_val, y_val=y_val)
        check_both(X_val=X_val, y_val=y_val)
        texts = read_texts(X, "X")
        labels = self._number(y, warm_start)
        check_aligned(X=texts, y=labels)
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
            focal_gamma=focal_gamma,
            class_weights=weights_of(class_weight, labels),
            calibrate=bool(calibrate),
        )
        if y_val is not None:
            texts_val, labels_val = read_texts(X_val, "X_val"), number_validation_labels(y_val, labels)
            check_aligned(X_val=texts_val, y_val=labels_val)
            options.update(validation_texts=_m2v.Texts(texts_val), validation_labels=labels_val.native())
        return self._train(
            _train.fit_more if warm_start else _train.fit,
            [self._pipeline._native() if warm_start else self._start._make_native(), _m2v.Texts(texts), labels.native()],
            options,
            Progress(show_progress_bar, on_event),
            Activation.SIGMOID if labels.multilabel else Activation.SOFTMAX,
            np.array(labels.classes),
        )

    def _number(self, y: Any, warm_start: bool) -> Labels:
        multilabel, labels = read_labels(y, "y")
        if not warm_start:
            return number_labels(labels, multilabel, classes_of(labels, multilabel, "y"))
        if self._trained is None:
            raise ValueError("warm_start=True goes on with a trained model: call fit without it first, or from_pipeline.")
        if multilabel != self.multilabel:
            raise ValueError("y must be multi-label if and only if the model is, which warm_start=True goes on with.")
        _check_known(classes_of(labels, multilabel, "y"), self.classes_, "y contains classes that the model does not have")
        return number_labels(labels, multilabel, self.classes_)

    def _check_data(self, texts: Sequence[str], y: Sequence[Any]) -> None:
        from m2v import _train

        for message in _train.data_problems(_m2v.Texts(texts), self._number(y, False).native()):
            warn_caller(message, DataWarning)

    def _read_targets(self, y: Any, name: str) -> list[Any]:
        return read_labels(y, name)[1]

    def _scores(self, X: Sequence[str], y: Any) -> dict[str, float]:
        report = self.evaluate(X, y)
        return {
            "accuracy": report["accuracy"],
            "macro f1-score": report["macro avg"]["f1-score"],
            "weighted f1-score": report["weighted avg"]["f1-score"],
        }


def number_validation_labels(y_val: Any, labels: Labels) -> Labels:
    """Validation labels as numbers of the same classes."""
    multilabel, found = read_labels(y_val, "y_val")
    if multilabel != labels.multilabel:
        raise ValueError("y_val must be multi-label if and only if y is multi-label.")
    _check_known(classes_of(found, multilabel, "y_val"), labels.classes, "y_val contains classes that are not in y")
    return number_labels(found, multilabel, labels.classes)


def _check_known(found: Sequence[Any], classes: Sequence[Any], problem: str) -> None:
    unknown = set(found) - set(classes)
    if unknown:
        raise ValueError(f"{problem}: {sorted(unknown, key=str)}.")


def weights_of(class_weight: ClassWeight, labels: Labels) -> list[float]:
    """The weight of each class in order; none if all are the same."""
    if class_weight is None:
        return []
    if isinstance(class_weight, str):
        if class_weight != "balanced":
            raise ValueError(f"class_weight must be 'balanced', a dict, a list or None, got {class_weight!r}.")
        counts = labels.counts()
        if not counts.all():
            missing = [label for label, count in zip(labels.classes, counts) if not count]
            raise ValueError(f"class_weight='balanced' needs texts of every class, and there are none of {missing}.")
        return (counts.sum() / (len(counts) * counts)).tolist()
    if isinstance(class_weight, Mapping):
        missing = [label for label in labels.classes if label not in class_weight]
        if missing:
            raise ValueError(f"class_weight must have a weight for each class, and has none for {missing}.")
        return [float(class_weight[label]) for label in labels.classes]
    if not hasattr(class_weight, "__len__"):
        raise wrong("class_weight", "'balanced', a dict, a list or None", class_weight)
    if len(class_weight) != len(labels.classes):
        raise ValueError("class_weight must have the same length as the number of classes.")
    return [float(weight) for weight in class_weight]
