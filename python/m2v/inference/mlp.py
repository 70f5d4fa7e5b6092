"""The head of a fine-tuned model: linear layers with ReLU between them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np


class Activation(str, Enum):
    """What is done with the last layer's numbers."""

    SOFTMAX = "softmax"
    SIGMOID = "sigmoid"
    IDENTITY = "identity"


@dataclass
class Layer:
    """x -> x weight^T + bias; the weight is of shape (outputs, inputs)."""

    weight: np.ndarray
    bias: np.ndarray

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Applies the layer to rows of inputs."""
        return x @ self.weight.T + self.bias


class MLPHead:
    """Turns vectors of texts into classes, or into other vectors."""

    def __init__(self, layers: list[Layer], activation: Activation, classes: np.ndarray | None = None) -> None:
        """Puts layers together.

        :param layers: In order; without any, vectors stay as they are.
        :param activation: Of the last layer's numbers.
        :param classes: The class of each of them, if they stand for classes.
        """
        self.layers = layers
        self.activation = activation
        self.classes_ = classes

    def __repr__(self) -> str:
        widths = [layer.weight.shape[1] for layer in self.layers[:1]] + [len(layer.bias) for layer in self.layers]
        classes = "" if self.classes_ is None else f", {len(self.classes_)} classes"
        return f"{type(self).__name__}({' -> '.join(map(str, widths)) or 'no layers'}, {self.activation.value}{classes})"

    def logits(self, X: np.ndarray) -> np.ndarray:
        """The last layer's numbers."""
        for layer in self.layers[:-1]:
            X = np.maximum(layer(X), 0)
        return self.layers[-1](X) if self.layers else X

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """The probability of each class; for the identity, the numbers themselves."""
        logits = self.logits(X)
        if self.activation == Activation.SOFTMAX:
            powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
            return powers / powers.sum(axis=-1, keepdims=True)
        if self.activation == Activation.SIGMOID:
            small = np.exp(-np.abs(logits))  # never overflows
            return np.where(logits >= 0, 1, small) / (1 + small)
        return logits

    def predict_index(self, X: np.ndarray) -> np.ndarray:
        """The number of the likeliest class."""
        return self.logits(X).argmax(axis=1)

    def predict_regression(self, X: np.ndarray) -> np.ndarray:
        """The numbers themselves."""
        return self.logits(X)
