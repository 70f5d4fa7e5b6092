"""Legacy heads, which model2vec saved before `head.safetensors`: scikit-learn networks in `pipeline.skops`."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from m2v.inference.mlp import Activation, Layer, MLPHead
from m2v.inference.skops_file import Node, SkopsFile

#: The activation of the last layer, by the class of the network and scikit-learn's name of the activation.
_ACTIVATIONS = {
    "MLPClassifier": {"softmax": Activation.SOFTMAX, "logistic": Activation.SIGMOID},
    "MLPRegressor": {"identity": Activation.IDENTITY},
}


def read_legacy_head(path: Path, width: int) -> MLPHead:
    """Reads a legacy head. Nothing in the file is executed; neither scikit-learn nor skops is required.

    :param path: The `pipeline.skops` file.
    :param width: The number of dimensions of the model's vectors.
    :raises FormatError: if the file is damaged, or is not a pipeline of one MLPClassifier or MLPRegressor.
    """
    network = _network_of(SkopsFile(path).root)
    kind = network.type.rpartition(".")[2]
    hidden, last = network.attribute("activation").value(), network.attribute("out_activation_").value()
    if hidden != "relu":
        network.fail(f"Unsupported hidden activation: {hidden}. Only `relu` is supported.")
    if last not in _ACTIVATIONS[kind]:
        network.fail(f"Unsupported activation of the last layer: {last}")
    layers = _layers_of(network, width)
    if kind == "MLPRegressor":
        return MLPHead(layers, Activation.IDENTITY)
    classes = _classes_of(network)
    outputs = len(layers[-1].bias)
    if outputs == 1 and len(classes) == 2 and last == "logistic":
        return MLPHead([*layers[:-1], _two_outputs(layers[-1])], Activation.SOFTMAX, classes)
    if outputs != len(classes):
        network.fail(f"{len(classes)} classes, but {outputs} outputs")
    return MLPHead(layers, _ACTIVATIONS[kind][last], classes)


def _network_of(pipeline: Node) -> Node:
    if pipeline.type != "sklearn.pipeline.Pipeline":
        pipeline.fail(f"a Pipeline was expected here, not {pipeline.type}")
    steps = pipeline.attribute("steps").items()
    last = steps[-1].items() if steps else []
    if len(last) != 2:
        pipeline.fail("a pipeline without a last step")
    package, _, name = last[1].type.rpartition(".")
    if not package.startswith("sklearn.neural_network") or name not in _ACTIVATIONS:
        last[1].fail(f"Unsupported legacy head type: {last[1].type}. Expected MLPClassifier or MLPRegressor.")
    if len(steps) > 1:
        pipeline.fail("steps before the network are not supported")
    return last[1]


def _layers_of(network: Node, width: int) -> list[Layer]:
    weights, biases = network.attribute("coefs_").items(), network.attribute("intercepts_").items()
    if not weights or len(weights) != len(biases):
        network.fail(f"{len(weights)} coefs_ and {len(biases)} intercepts_")
    layers = []
    for weight_node, bias_node in zip(weights, biases):
        weight, bias = weight_node.array(), bias_node.array()
        if weight.dtype.kind != "f" or weight.ndim != 2 or weight.shape[0] != width or weight.shape[1] == 0:
            weight_node.fail(f"{weight.dtype} {weight.shape}, where floats of shape ({width}, outputs) are needed")
        if bias.dtype.kind != "f" or bias.shape != weight.shape[1:]:
            bias_node.fail(f"{bias.dtype} {bias.shape}, where floats of shape {weight.shape[1:]} are needed")
        layers.append(Layer(np.ascontiguousarray(weight.T), bias))
        width = len(bias)
    return layers


def _classes_of(network: Node) -> np.ndarray:
    node = network.attribute("classes_")
    if node.type == "builtins.list":
        classes = np.asarray([item.value() for item in node.items()])
    else:
        classes = node.array()
    if classes.ndim != 1 or classes.dtype.kind not in "iuUb":
        node.fail("classes must be strings or integers, in one dimension")
    return classes


def _two_outputs(layer: Layer) -> Layer:
    """Returns a layer with two outputs, whose softmax equals the logistic function of the given layer's one output.

    The logit of the first class is always 0, that of the second is the layer's output.
    """
    return Layer(np.vstack([np.zeros_like(layer.weight), layer.weight]), np.append(np.zeros_like(layer.bias), layer.bias))
