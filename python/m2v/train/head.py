"""Heads by themselves, on vectors that are there already."""

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
    """Trains a classifier of vectors: of any model's, such as `StaticModel.encode` gives.

    Arguments that are not here are those of `StaticModelForClassification.fit` and its constructor. With a model of
    these vectors, `StaticModelPipeline(model, head)` is a classifier of texts.

    :param vectors: A matrix with one row an example.
    :param labels: A label each, or a list of labels each.
    :raises ValueError: for arguments that do not fit together.
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
