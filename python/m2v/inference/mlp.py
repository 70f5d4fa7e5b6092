"""The head of a fine-tuned model: linear layers with ReLU between them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np


class Activation(str, Enum):
    """The function that is applied to the outputs of the last layer."""

    SOFTMAX = "softmax"
    SIGMOID = "sigmoid"
    IDENTITY = "identity"


@dataclass
class Layer:
    """A linear layer: x -> x weight^T + bias, with the weight of shape (outputs, inputs)."""

    weight: np.ndarray
    bias: np.ndarray

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Applies the layer to each row of inputs."""
        return x @ self.weight.T + self.bias


class MLPHead:
    """A multilayer perceptron that maps vectors of texts to classes or to other vectors."""

    def __init__(self, layers: list[Layer], activation: Activation, classes: np.ndarray | None = None) -> None:
        """Creates a head.

        :param layers: The layers in order; an empty list is the identity.
        :param activation: The activation of the last layer.
        :param classes: The class of each output; None if the outputs are not classes.
        """
        self.layers = layers
        self.activation = activation
        self.classes_ = classes

    def __repr__(self) -> str:
        widths = [layer.weight.shape[1] for layer in self.layers[:1]] + [len(layer.bias) for layer in self.layers]
        classes = "" if self.classes_ is None else f", {len(self.classes_)} classes"
        return f"{type(self).__name__}({' -> '.join(map(str, widths)) or 'no layers'}, {self.activation.value}{classes})"

    def logits(self, X: np.ndarray) -> np.ndarray:
        """Returns the outputs of the last layer, without its activation."""
        for layer in self.layers[:-1]:
            X = np.maximum(layer(X), 0)
        return self.layers[-1](X) if self.layers else X

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Returns the probability of each class; with the identity activation, the outputs themselves."""
        logits = self.logits(X)
        if self.activation == Activation.SOFTMAX:
            powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
            return powers / powers.sum(axis=-1, keepdims=True)
        if self.activation == Activation.SIGMOID:
            small = np.exp(-np.abs(logits))  # never overflows
            return np.where(logits >= 0, 1, small) / (1 + small)
        return logits

    def predict_index(self, X: np.ndarray) -> np.ndarray:
        """Returns the index of the most probable class of each row."""
        return self.logits(X).argmax(axis=1)

    def predict_regression(self, X: np.ndarray) -> np.ndarray:
        """Returns the outputs without the activation."""
        return self.logits(X)
