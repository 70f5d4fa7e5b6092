"""Classification of texts."""

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
    """A classifier with one class per text, or any number of classes per text, depending on the labels for `fit`."""

    _always_has_layer = True

    @classmethod
    def from_pipeline(cls: type[T], pipeline: StaticModelPipeline, **kwargs: Any) -> T:
        """Creates a classifier from a trained one. `fit(..., warm_start=True)` continues its training.

        :param pipeline: A pipeline with classes.
        :param kwargs: Arguments of `from_static_model` that the pipeline does not determine.
        :raises ValueError: if the pipeline has no classes.
        """
        if not isinstance(pipeline, StaticModelPipeline):
            raise wrong("pipeline", "a StaticModelPipeline", pipeline)
        if pipeline.classes_ is None:
            raise ValueError("the pipeline has no classes: it predicts vectors")
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
        """The classes, in the order of the outputs."""
        if self._trained is None:
            return [str(number) for number in range(self.out_dim)]
        return self._trained.classes_.tolist()  # type: ignore[union-attr]

    @property
    def classes(self) -> np.ndarray:
        """The classes as an array."""
        return np.array(self.classes_)

    @property
    def multilabel(self) -> bool:
        """Whether a text may have any number of classes; False before `fit`."""
        return self._trained is not None and self._trained.head.activation == Activation.SIGMOID

    def construct_head(self) -> MLPHead:
        """Returns an untrained head with the current classes; before `fit` they are "0", "1" and so on."""
        return MLPHead(super().construct_head().layers, Activation.SOFTMAX, self.classes)

    @checked
    def predict(
        self, X: Sequence[str], show_progress_bar: bool = False, batch_size: int = 1024, threshold: float = 0.5
    ) -> np.ndarray:
        """Predicts the class of each text or, with several labels per text, the classes above the threshold.

        :param X: Texts, as for `StaticModel.encode`.
        :param show_progress_bar: Whether to show a progress bar, if `tqdm` is installed.
        :param batch_size: Has no effect.
        :param threshold: With several labels per text: the probability above which a class is predicted.
        :return: An array of classes, or of arrays of classes.
        """
        return self._pipeline.predict(X, show_progress_bar, self.max_length, threshold=threshold)

    @checked
    def predict_proba(self, X: Sequence[str], show_progress_bar: bool = False, batch_size: int = 1024) -> np.ndarray:
        """Returns the probability of each class: a matrix [texts, classes], in the order of `classes_`.

        :param X: Texts, as for `StaticModel.encode`.
        :param show_progress_bar: Whether to show a progress bar, if `tqdm` is installed.
        :param batch_size: Has no effect.
        """
        return self._pipeline.predict_proba(X, show_progress_bar, self.max_length)

    @checked(y=several)
    def evaluate(self, X: Sequence[str], y: Any, batch_size: int = 1024, threshold: float = 0.5) -> dict[str, Any]:
        """Compares predictions with true labels.

        :param X: Texts.
        :param y: Their true labels.
        :param batch_size: Has no effect.
        :param threshold: With several labels per text: the probability above which a class is predicted.
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
        """Trains the model until the accuracy on the validation texts stops improving, and keeps the best state.

        Training starts from the static model with a new head, unless `warm_start` is set. Ctrl-C ends it early with the
        best state so far; before the first check it raises KeyboardInterrupt as usual. The same arguments give the same
        model, for any number of threads. Likely mistakes in the data are reported as `DataWarning`.

        :param X: Texts: a list, tuple, array, pandas, polars or Arrow column, or a column of a Hugging Face dataset.
        :param y: One label per text, or one list of labels per text: strings or integers.
        :param learning_rate: The initial learning rate of Adam, which is halved when the loss stops decreasing.
        :param batch_size: The number of texts per step; None: 32 to 512, depending on the number of texts.
        :param min_epochs: The number of epochs before which training does not stop early.
        :param max_epochs: The maximum number of epochs; -1 or None: no limit.
        :param early_stopping_patience: The number of consecutive checks without improvement after which training stops;
            None: never.
        :param test_size: The validation texts to set aside if there is no `X_val`: a fraction of the texts (a float; at
            most 10,000 texts) or their number. They are stratified by class if texts have one label each.
        :param device: Has no effect; training runs on the CPU.
        :param X_val: Validation texts of your own.
        :param y_val: Their labels.
        :param class_weight: The weight of each class: "balanced", a dictionary, or a list in the order of the classes.
        :param validation_steps: The number of steps between checks; None: an epoch, or a part of a long one.
        :param random_seed: The seed of the random numbers.
        :param token_dropout: The fraction of the tokens that is left out of each step, from 0 to below 1.
        :param focal_gamma: The gamma of the focal loss, which stresses hard texts; 0: ordinary loss.
        :param calibrate: Whether to calibrate the probabilities on the validation texts by temperature scaling, which
            does not change predictions. `summary_["calibration"]` then has the temperature, and the loss and the
            expected calibration error on these texts before and after.
        :param warm_start: Whether to continue training the current model, with its classes.
        :param threads: The number of threads; by default one per processor.
        :param show_progress_bar: Whether to show a progress bar, which requires `tqdm`.
        :param on_event: A function that is called with (kind, stage, done, total, message) of each event. Training ends
            early if it returns False.
        :raises ValueError: if arguments do not match each other.
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
            raise ValueError("warm_start=True requires a trained model: call fit without it first, or use from_pipeline.")
        if multilabel != self.multilabel:
            raise ValueError("With warm_start=True, y must be multi-label if and only if the model is.")
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
    """Converts validation labels to indices of the classes of the training labels.

    :raises ValueError: if they contain other classes, or if only one of them is multi-label.
    """
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
    """Returns the weight of each class, in the order of the classes; an empty list if `class_weight` is None.

    :raises ValueError: if a class has no weight, or, with "balanced", no texts.
    """
    if class_weight is None:
        return []
    if isinstance(class_weight, str):
        if class_weight != "balanced":
            raise ValueError(f"class_weight must be 'balanced', a dict, a list or None, got {class_weight!r}.")
        counts = labels.counts()
        if not counts.all():
            missing = [label for label, count in zip(labels.classes, counts) if not count]
            raise ValueError(f"class_weight='balanced' requires texts of every class; there are none of {missing}.")
        return (counts.sum() / (len(counts) * counts)).tolist()
    if isinstance(class_weight, Mapping):
        missing = [label for label in labels.classes if label not in class_weight]
        if missing:
            raise ValueError(f"class_weight must have a weight for each class; missing: {missing}.")
        return [float(class_weight[label]) for label in labels.classes]
    if not hasattr(class_weight, "__len__"):
        raise wrong("class_weight", "'balanced', a dict, a list or None", class_weight)
    if len(class_weight) != len(labels.classes):
        raise ValueError("class_weight must have the same length as the number of classes.")
    return [float(weight) for weight in class_weight]
