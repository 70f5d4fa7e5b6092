"""BERT's forward pass in float64 numpy, and what distillation does next: slow, plain, independent."""

import math

import numpy as np


def _erf(x):
    return np.fromiter(map(math.erf, x.ravel().tolist()), float, x.size).reshape(x.shape)


ACTIVATIONS = {
    "gelu": lambda x: 0.5 * x * (1 + _erf(x / math.sqrt(2))),
    "gelu_new": lambda x: 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
    "relu": lambda x: np.maximum(x, 0),
}


class Bert:
    """An encoder from a config.json's content and its checkpoint's tensors."""

    def __init__(self, config, tensors):
        self.config = config
        self.tensors = {
            name: array.astype(np.float64)
            for name, array in tensors.items()
            if array.dtype.kind == "f"
        }

    def _linear(self, name, x):
        return x @ self.tensors[name + ".weight"].T + self.tensors[name + ".bias"]

    def _norm(self, name, x):
        centred = x - x.mean(-1, keepdims=True)
        scaled = centred / np.sqrt(
            (centred**2).mean(-1, keepdims=True) + self.config["layer_norm_eps"]
        )
        return scaled * self.tensors[name + ".weight"] + self.tensors[name + ".bias"]

    def _attention(self, name, x):
        batch, length, width = x.shape
        heads = self.config["num_attention_heads"]

        def split(part):
            return (
                self._linear(f"{name}.self.{part}", x)
                .reshape(batch, length, heads, width // heads)
                .transpose(0, 2, 1, 3)
            )

        query, key, value = split("query"), split("key"), split("value")
        scores = query @ key.transpose(0, 1, 3, 2) / math.sqrt(width // heads)
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = weights / weights.sum(-1, keepdims=True) @ value
        return self._linear(
            f"{name}.output.dense", mixed.transpose(0, 2, 1, 3).reshape(batch, length, width)
        )

    def hidden_states(self, ids):
        """[batch, length, width] of ids [batch, length]; no padding, all of the first type."""
        ids = np.asarray(ids)
        embeddings = "embeddings."
        x = self.tensors[embeddings + "word_embeddings.weight"][ids]
        x = x + self.tensors[embeddings + "position_embeddings.weight"][: ids.shape[1]]
        x = x + self.tensors[embeddings + "token_type_embeddings.weight"][0]
        x = self._norm(embeddings + "LayerNorm", x)
        activate = ACTIVATIONS[self.config["hidden_act"]]
        for layer in range(self.config["num_hidden_layers"]):
            name = f"encoder.layer.{layer}"
            x = self._norm(
                f"{name}.attention.output.LayerNorm", x + self._attention(f"{name}.attention", x)
            )
            inner = activate(self._linear(f"{name}.intermediate.dense", x))
            x = self._norm(
                f"{name}.output.LayerNorm", x + self._linear(f"{name}.output.dense", inner)
            )
        return x

    def pooled(self, ids, pooling):
        """One vector an input."""
        return self.pool(self.hidden_states(ids), pooling)

    def pool(self, hidden, pooling):
        """One vector an input, from the hidden states."""
        if pooling == "mean":
            return hidden.mean(1)
        if pooling == "last":
            return hidden[:, -1]
        first = hidden[:, 0]
        return np.tanh(self._linear("pooler.dense", first)) if pooling == "pooler" else first


def zipf_weights(count, coefficient):
    """a / (a + p), p by Zipf's law over the order of the tokens, counted from rank 2."""
    inverse = 1 / np.arange(2, count + 2)
    return coefficient / (coefficient + inverse / inverse.sum())


def principal_components(x, keep):
    """Scores on the first `keep` components (a fraction: on as many as explain it), by the sign rule."""
    centred = x - x.mean(0)
    values, vectors = np.linalg.eigh(centred.T @ centred / (len(x) - 1))
    values, vectors = values[::-1], vectors[:, ::-1]
    if isinstance(keep, float):
        keep = int(np.searchsorted(np.cumsum(values) / values.sum(), keep) + 1)
    scores = centred @ vectors[:, :keep]
    largest = scores[np.abs(scores).argmax(0), np.arange(scores.shape[1])]
    return scores * np.sign(largest)
