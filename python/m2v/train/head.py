"""Training of heads on precomputed vectors."""

from __future__ import annotations

from typing import Any

import numpy as np

from m2v.arguments import checked
from m2v.inference.mlp import Activation, Layer, MLPHead
from m2v.train.classifier import ClassWeight, weights_of
from m2v.train.dataset import check_aligned, check_columns, classes_of, number_labels, read_labels, read_vectors
from m2v.train.utils import DEFAULT_RANDOM_SEED, Progress, training_options
from m2v.types import OnEvent


@checked
def fit_head(
    vectors: Any,
    labels: Any,
    *,
    n_layers: int = 1,
    hidden_dim: int = 512,
    learning_rate: float = 1e-3,
    batch_size: int | None = None,
    min_epochs: int | None = None,
    max_epochs: int | None = -1,
    early_stopping_patience: int | None = 5,
    test_size: float | int = 0.1,
    class_weight: ClassWeight = None,
    validation_steps: int | None = None,
    random_seed: int = DEFAULT_RANDOM_SEED,
    focal_gamma: float = 0.0,
    calibrate: bool = False,
    threads: int | None = None,
    show_progress_bar: bool = False,
    on_event: OnEvent | None = None,
) -> MLPHead:
    """Trains a head that classifies vectors, for example those that `StaticModel.encode` returns.

    Other arguments are those of `StaticModelForClassification` and its `fit`. With the static model that the vectors
    come from, `StaticModelPipeline(model, head)` classifies texts.

    :param vectors: A matrix with one row per example.
    :param labels: One label per example, or one list of labels per example.
    :return: The trained head.
    :raises ValueError: if arguments do not match each other.
    """
    from m2v import _train

    check_columns(vectors=vectors, labels=labels)
    matrix = read_vectors(vectors, "vectors")
    multilabel, found = read_labels(labels, "labels")
    check_aligned(vectors=matrix, labels=found)
    if focal_gamma < 0:
        raise ValueError(f"focal_gamma must be non-negative, got {focal_gamma}.")
    numbered = number_labels(found, multilabel, classes_of(found, multilabel, "labels"))
    options = training_options(
        len(matrix),
        learning_rate=learning_rate,
        batch_size=batch_size,
        min_epochs=min_epochs,
        max_epochs=max_epochs,
        early_stopping_patience=early_stopping_patience,
        test_size=test_size,
        validation_steps=validation_steps,
        random_seed=random_seed,
        threads=threads,
        hidden_layers=n_layers,
        hidden_dim=hidden_dim,
        focal_gamma=focal_gamma,
        class_weights=weights_of(class_weight, numbered),
        calibrate=bool(calibrate),
    )
    with Progress(show_progress_bar, on_event) as progress:
        layers, _ = _train.fit_head(matrix, numbered.native(), options, progress)
    activation = Activation.SIGMOID if multilabel else Activation.SOFTMAX
    return MLPHead([Layer(weight, bias) for weight, bias in layers], activation, np.array(numbered.classes))
