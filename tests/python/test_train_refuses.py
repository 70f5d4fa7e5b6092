"""What training refuses, and in which words."""

import copy

import numpy as np
import pytest

from m2v.train import (
    StaticModelForClassification,
    StaticModelForPairSimilarity,
    StaticModelForRegression,
)
from train_data import (
    LABELS,
    SMALL,
    TEXTS,
    bytes_of,
    folder,  # noqa: F401
    model,  # noqa: F401
    trained,  # noqa: F401
)


class Table:
    """A data frame, a table, a data set."""

    def __init__(self, attribute):
        setattr(self, attribute, ["text", "label"])


X, Y = TEXTS[:8], ["a", "b"] * 4
WRONG = [
    ((X, Y[:-1]), {}, "X and y must have the same length"),
    ((X, Y), {"X_val": X, "y_val": Y[:3]}, "X_val and y_val must have the same length"),
    ((X, Y), {"X_val": X}, "Both X_val and y_val"),
    (("text", Y), {}, "X must be a list"),
    ((X, 5), {}, "y must be a list"),
    ((Table("columns"), Y), {}, "X is a Table. Pass one of its columns"),
    ((X, Table("column_names")), {}, "y is a Table. Pass one of its columns"),
    ((X, Y), {"X_val": {"text": X}, "y_val": Y}, "X_val is a dict. Pass one of its columns"),
    (([*X[:-1], None], Y), {}, "texts in X must be strings, but number 7 is a NoneType"),
    ((X, Y), {"X_val": [1], "y_val": ["a"]}, "texts in X_val must be strings"),
    ((X, []), {}, "y must not be empty"),
    ((X, ["a", None] * 4), {}, "must not be missing, but number 1"),
    ((X, ["a", float("nan")] * 4), {}, "must not be missing, but number 1"),
    ((X, [["a"], None] * 4), {}, "must not be missing"),
    ((X, [["a"], ["b", None]] * 4), {}, "Labels in y must be strings or integers"),
    ((X, [["a"], "b"] * 4), {}, "Inconsistent label types in y. All labels must be lists or tuples"),
    ((X, ["a", ["b"]] * 4), {}, "Inconsistent label types in y. All labels must be strings or integers"),
    ((X, [0.5, 1.5] * 4), {}, "All labels must be strings or integers, but number 0 is 0.5"),
    ((X, ["a", 1] * 4), {}, "mix strings and integers"),
    ((X, ["a"] * 8), {}, 'all texts have the label "a"'),
    ((X, [[]] * 8), {}, "no text has a label"),
    ((X, Y), {"X_val": X[:2], "y_val": ["a", "c"]}, r"y_val contains classes that are not in y: \['c'\]"),
    ((X, Y), {"X_val": X[:2], "y_val": [["a"], ["b"]]}, "y_val must be multi-label if and only if y is"),
    ((X, Y), {"class_weight": "even"}, "class_weight must be 'balanced'"),
    ((X, Y), {"class_weight": {"a": 1}}, r"missing: \['b'\]"),
    ((X, Y), {"class_weight": [1, 2, 3]}, "same length as the number of classes"),
    ((X, Y), {"class_weight": [1, -1]}, "negative"),
    ((X, Y), {"focal_gamma": -1}, "focal_gamma must be non-negative"),
    ((X, Y), {"token_dropout": 1.0}, r"token_dropout must be in the range \[0, 1\)"),
    ((X, Y), {"token_dropout": -0.1}, "token_dropout"),
    ((X, Y), {"learning_rate": 0}, "learning rate"),
    ((X, Y), {"batch_size": 0}, "batch_size must be at least 1"),
    ((X, Y), {"validation_steps": 0}, "validation_steps must be at least 1"),
    ((X, Y), {"early_stopping_patience": -1}, "early_stopping_patience must be at least 0"),
    ((X, Y), {"random_seed": -1}, "random_seed must be at least 0"),
    ((X, Y), {"threads": -1}, "threads must be at least 0"),
    ((X, Y), {"test_size": True}, "test_size must be a float or an int"),
    ((X[:1], Y[:1]), {}, "too few"),
    (([""] * 8, Y), {}, "all texts are empty"),
]


@pytest.mark.parametrize("arguments, options, message", WRONG, ids=[message for *_, message in WRONG])
def test_wrong_arguments(trained, arguments, options, message):
    again = copy.copy(trained)
    with pytest.raises(ValueError, match=message):
        again.fit(*arguments, **options)
    assert bytes_of(again) == bytes_of(trained) and again.classes_ == trained.classes_, "as it was"


@pytest.mark.parametrize(
    "y, y_val, message",
    [
        ([[0.5, 1.0]] * 7 + [[0.5]], None, "must have the same dimension"),
        ([[0.5, 1.0]] * 7 + [None], None, "must not be missing, but number 7 is"),
        ([[0.5, None]] * 8, None, "lists of numbers|not finite"),
        ([["a", "b"]] * 8, None, "lists of numbers"),
        ([0.5] * 8, None, "must be sequences of numbers"),
        (np.ones(8), None, "so that y is 2-dimensional"),
        (np.ones((8, 2, 2)), None, "must be 2-dimensional, got 3"),
        (np.ones((8, 0)), None, "no values"),
        ([], None, "y must not be empty"),
        ([[0.5, np.inf]] * 8, None, "not finite"),
        ([[0.5, 1.0]] * 8, [[0.5, 1.0, 1.5]] * 2, "y_val have dimension 3, but those in y have dimension 2"),
    ],
)
def test_wrong_vectors(model, y, y_val, message):
    trainer = StaticModelForRegression.from_static_model(model=model, **SMALL)
    with pytest.raises(ValueError, match=message):
        trainer.fit(X, y, X_val=None if y_val is None else X[:2], y_val=y_val)


@pytest.mark.parametrize(
    "options, message",
    [
        ({"text_b": X[:-1]}, "text_a and text_b must have the same length"),
        ({"text_a_val": X}, "Both text_a_val and text_b_val"),
        ({"text_a_val": X, "text_b_val": X[:2]}, "text_a_val and text_b_val must have the same length"),
        ({"text_b": [*X[:-1], 3]}, "texts in text_b must be strings"),
        ({"temperature": 0}, "temperature must be positive"),
        ({"batch_size": 1}, "batch_size must be at least 2"),
        ({"test_size": 1}, "at least two are needed"),
        ({"test_size": 7}, "at least two are needed"),
    ],
)
def test_wrong_pairs(model, options, message):
    trainer = StaticModelForPairSimilarity.from_static_model(model=model, **SMALL)
    with pytest.raises(ValueError, match=message):
        trainer.fit(**{"text_a": X, "text_b": X, **options})


def test_wrong_models(model, tmp_path):
    with pytest.raises(ValueError, match="one vector per token"):
        StaticModelForClassification(vectors=model.embedding[:-1], tokenizer=model.tokenizer)
    with pytest.raises(TypeError, match="n_hidden"):
        StaticModelForClassification.from_static_model(model=model, n_hidden=3)
    with pytest.raises(ValueError, match="no static model here"):
        StaticModelForClassification.from_pretrained(tmp_path)
    with pytest.raises(ValueError, match="hidden"):
        StaticModelForClassification.from_static_model(model=model, hidden_dim=0).fit(TEXTS, LABELS)
