"""Fine-tuning from Python: what is learned, and from what."""

import model2vec
import numpy as np
import pytest

import train_data
from m2v import quantize_model
from m2v.train import (
    StaticModelForClassification,
    StaticModelForPairSimilarity,
    StaticModelForRegression,
    StaticModelForSimilarity,
)
from train_data import (
    LABELS,
    MULTI_LABELS,
    MULTI_TEXTS,
    SHORT,
    SMALL,
    TEST_LABELS,
    TEST_TEXTS,
    TEXTS,
    bytes_of,
    classifier,  # noqa: F401
    folder,  # noqa: F401
    model,  # noqa: F401
    trained,  # noqa: F401
)


@pytest.mark.parametrize("names", [{}, {"bread": 7, "cats": -1, "moon": 10}], ids=["strings", "integers"])
def test_a_classifier(classifier, names):
    labels = [names.get(label, label) for label in LABELS]
    assert classifier.fit(TEXTS, labels, learning_rate=0.01) is classifier
    assert classifier.classes_ == sorted(set(labels)) and not classifier.multilabel and classifier.out_dim == 3
    predictions = classifier.predict(TEST_TEXTS)
    expected = np.array([names.get(label, label) for label in TEST_LABELS])
    assert predictions.dtype.kind == expected.dtype.kind and (predictions == expected).mean() > 0.95
    chances = classifier.predict_proba(TEST_TEXTS)
    assert chances.dtype == np.float32 and chances.shape == (100, 3)
    np.testing.assert_allclose(chances.sum(1), 1, atol=1e-6)
    assert (classifier.classes[chances.argmax(1)] == predictions).all()
    assert [layer.weight.shape for layer in classifier.head.layers] == [(16, 24), (3, 16)]
    logits = classifier.encode(TEST_TEXTS)
    np.testing.assert_allclose(np.exp(logits) / np.exp(logits).sum(1, keepdims=True), chances, atol=1e-6)
    report = classifier.evaluate(TEST_TEXTS, expected)
    assert report["accuracy"] == (predictions == expected).mean() and "macro avg" in report


def test_several_labels(classifier):
    classifier.fit(MULTI_TEXTS, MULTI_LABELS, learning_rate=0.01)
    texts, labels = train_data.several(100, seed=2)
    assert classifier.multilabel
    predictions = classifier.predict(texts)
    assert predictions.shape == (100,) and all(isinstance(labels, np.ndarray) for labels in predictions)
    assert np.mean([list(found) == sorted(wanted) for found, wanted in zip(predictions, labels)]) > 0.9
    chances = classifier.predict_proba(texts)
    for threshold in (0.1, 0.9):
        for found, row in zip(classifier.predict(texts, threshold=threshold), chances):
            assert found.tolist() == [name for name, chance in zip(classifier.classes_, row) if chance > threshold]
    assert classifier.evaluate(texts, labels)["accuracy"] > 0.9


@pytest.mark.parametrize("n_layers", [0, 1, 2])
def test_vectors(model, n_layers):
    """Each topic has a vector; the loss that is reported is that of the outputs."""
    chance = np.random.default_rng(3)
    vectors = dict(zip(train_data.TOPICS, chance.normal(size=(3, 10))))
    y, y_test = (np.array([vectors[label] for label in labels]) for labels in (LABELS, TEST_LABELS))
    for kind in (StaticModelForSimilarity, StaticModelForRegression):
        trainer = kind.from_static_model(model=model, n_layers=n_layers, hidden_dim=16)
        trainer.fit(TEXTS, y, learning_rate=0.01, X_val=TEST_TEXTS, y_val=y_test)
        outputs = trainer.encode(TEST_TEXTS)
        assert outputs.shape == (100, 10) and trainer.out_dim == 10
        lengths = np.linalg.norm(outputs, axis=1) * np.linalg.norm(y_test, axis=1)
        loss = 1 - ((outputs * y_test).sum(1) / lengths).mean()
        if kind is StaticModelForRegression:
            loss = ((outputs - y_test) ** 2).mean()
        assert loss < 0.3 and loss == pytest.approx(min(check["loss"] for check in trainer.report_), rel=1e-4)
        assert np.array_equal(trainer.to_pipeline().predict(TEST_TEXTS), outputs)


def test_pairs(model):
    """Ten words, and a word of another kind that belongs to each: after training it is the nearest of these."""
    words, partners = sum(train_data.TOPICS.values(), [])[:10], train_data.OTHERS
    trainer = StaticModelForPairSimilarity.from_static_model(model=model, n_layers=0)
    assert trainer.out_dim == 24
    trainer.fit(words * 30, partners * 30, learning_rate=0.01)
    assert trainer.to_pipeline().head.layers == []

    def found(static):
        nearest = (static.encode(words) @ static.encode(partners, normalize=True).T).argmax(1)
        return (nearest == np.arange(10)).sum()

    assert found(model) < 5 and found(trainer.to_static_model()) == 10
    wide = StaticModelForPairSimilarity.from_static_model(model=model, out_dim=7, **SMALL)
    assert wide.fit(words * 30, partners * 30, max_epochs=1).encode(words).shape == (10, 7)


def test_checks(classifier):
    """What is reported of the best check is true of the model."""
    classifier.fit(TEXTS, LABELS, X_val=TEST_TEXTS, y_val=TEST_LABELS, max_epochs=6)
    checks = classifier.report_
    assert [check["epoch"] for check in checks] == [1, 2, 3, 4, 5, 6]
    steps = classifier.summary_["steps"] // 6
    assert [check["step"] for check in checks] == [steps * epoch for epoch in range(1, 7)]
    best = [check for check in checks if check["best"]][-1]
    assert best["accuracy"] == max(check["accuracy"] for check in checks)
    assert classifier.evaluate(TEST_TEXTS, TEST_LABELS)["accuracy"] == pytest.approx(best["accuracy"], abs=1e-6)
    chances = classifier.predict_proba(TEST_TEXTS)
    right = [classifier.classes_.index(label) for label in TEST_LABELS]
    assert -np.log(chances[range(100), right]).mean() == pytest.approx(best["loss"], rel=1e-4)
    assert classifier.summary_["train_texts"] == 300 and classifier.summary_["validation_texts"] == 100
    assert checks[0]["train_loss"] > checks[-1]["train_loss"]




class Column:
    """A column that gives its values by a method, as those of pandas, polars and Arrow do."""

    def __init__(self, values, method):
        setattr(self, method, lambda: list(values))

    def __iter__(self):
        return iter([object()])  # scalars of its own


@pytest.mark.parametrize(
    "wrap",
    [tuple, np.array, lambda v: np.array(v, dtype=object), iter, *(lambda v, m=m: Column(v, m) for m in ("tolist", "to_pylist"))],
    ids=["tuple", "array", "objects", "iterator", "tolist", "to_pylist"],
)
def test_kinds_of_columns(classifier, wrap):
    expected = bytes_of(classifier.fit(TEXTS, LABELS, X_val=TEST_TEXTS, y_val=TEST_LABELS, **SHORT))
    classifier.fit(wrap(TEXTS), wrap(LABELS), X_val=wrap(TEST_TEXTS), y_val=wrap(TEST_LABELS), **SHORT)
    assert bytes_of(classifier) == expected and classifier.classes_ == sorted(train_data.TOPICS)


class Tensor:
    """What there is of a tensor."""

    def __init__(self, values):
        self.values = np.asarray(values, np.float32)
        self.ndim = self.values.ndim

    def __array__(self, dtype=None, copy=None):
        return self.values.astype(dtype)

    def __iter__(self):
        return map(Tensor, self.values)


def test_kinds_of_labels_and_vectors(model, classifier):
    numbers = [sorted(train_data.TOPICS).index(label) for label in LABELS]
    expected = bytes_of(classifier.fit(TEXTS, numbers, **SHORT))
    for labels in (np.array(numbers), np.array(numbers, np.int8), [np.int64(number) for number in numbers]):
        assert bytes_of(classifier.fit(TEXTS, labels, **SHORT)) == expected
        assert classifier.classes_ == [0, 1, 2]
    lists = [[number] for number in numbers]
    expected = bytes_of(classifier.fit(TEXTS, lists, **SHORT))
    assert classifier.multilabel
    for labels in ([(n, n) for n in numbers], [{n} for n in numbers], np.array(lists), list(np.array(lists))):
        assert bytes_of(classifier.fit(TEXTS, labels, **SHORT)) == expected
    vectors = np.random.default_rng(1).normal(size=(300, 4)).astype(np.float32)
    trainer = StaticModelForRegression.from_static_model(model=model, **SMALL)
    expected = bytes_of(trainer.fit(TEXTS, vectors, **SHORT))
    for y in (vectors.astype(np.float64), vectors.tolist(), list(vectors), Tensor(vectors), np.asfortranarray(vectors)):
        assert bytes_of(trainer.fit(TEXTS, y, **SHORT)) == expected


def test_kinds_of_models(model, folder):
    """Read from a folder, given as one of model2vec, as arrays, or with other numbers in the table."""
    expected = bytes_of(StaticModelForClassification.from_static_model(model=model, **SMALL).fit(TEXTS, LABELS, **SHORT))
    theirs = model2vec.StaticModel.from_pretrained(str(folder), force_download=False)
    for trainer in (
        StaticModelForClassification.from_pretrained(folder, **SMALL),
        StaticModelForClassification.from_static_model(model=theirs, **SMALL),
        StaticModelForClassification(vectors=Tensor(model.embedding), tokenizer=model.tokenizer, **SMALL),
        StaticModelForClassification(vectors=model.embedding.astype(float), tokenizer=theirs.tokenizer, **SMALL),
    ):
        assert bytes_of(trainer.fit(TEXTS, LABELS, **SHORT)) == expected
    for options in ({"quantize_to": "float16"}, {"quantize_to": "int8"}, {"vocabulary_quantization": 20}):
        other = quantize_model(model, **options)
        trainer = StaticModelForClassification.from_static_model(model=other, **SMALL)
        trainer.fit(TEXTS, LABELS, learning_rate=0.01)
        assert trainer.evaluate(TEST_TEXTS, TEST_LABELS)["accuracy"] > 0.7, options
        static = trainer.to_static_model()
        assert static.embedding.dtype == np.float32
        assert static.vocabulary_quantization == options.get("vocabulary_quantization")


def test_nothing_to_predict(trained):
    assert trained.predict([]).shape == (0,) and trained.predict_proba([]).shape == (0, 3)
    assert np.isfinite(trained.predict_proba(["", "\U0001f600"])).all()
