"""Trained pipelines go to model2vec and come from it; reports are its own and scikit-learn's."""

import os

import numpy as np
import pytest
import torch
from model2vec import StaticModel as TheirModel
from model2vec import train as theirs
from model2vec.inference import StaticModelPipeline as TheirPipeline
from sklearn.metrics import accuracy_score, classification_report
from sklearn.preprocessing import MultiLabelBinarizer

from m2v import StaticModel, train
from m2v.inference import StaticModelPipeline

MODEL = os.environ["M2V_TEST_MODEL"]
TOPICS = {
    "bread": ["yeast", "dough", "oven", "flour", "loaf"],
    "moon": ["tide", "orbit", "night", "crater", "rocket"],
    "money": ["bank", "loan", "interest", "price", "market"],
}
SHORT = {"max_epochs": 4, "learning_rate": 0.003}
torch.set_num_threads(1)


def data(seed, count=200):
    """Texts, and the topics of each."""
    chance = np.random.default_rng(seed)
    topics = [[topic for topic in TOPICS if chance.random() < 0.5] for _ in range(count)]
    texts = []
    for chosen in topics:
        words = [word for topic in chosen for word in chance.choice(TOPICS[topic], 2)]
        texts.append(" ".join(["the", *words, "and", "more"]))
    return texts, topics


TEXTS, TOPICS_OF = data(1)
TEST_TEXTS, TEST_TOPICS = data(2)


def one_label(topics):
    return [chosen[0] if chosen else "none" for chosen in topics]


KINDS = {
    "one label": ("StaticModelForClassification", one_label(TOPICS_OF)),
    "numbers": ("StaticModelForClassification", [len(chosen) for chosen in TOPICS_OF]),
    "several labels": ("StaticModelForClassification", TOPICS_OF),
    "similarity": ("StaticModelForSimilarity", np.random.default_rng(3).normal(size=(200, 5)).astype(np.float32)),
    "regression": ("StaticModelForRegression", np.random.default_rng(4).normal(size=(200, 2)).astype(np.float32)),
    "pairs": ("StaticModelForPairSimilarity", [text[::-1] for text in TEXTS]),
}


def as_lists(predictions):
    return [np.asarray(labels).tolist() for labels in predictions]


def assert_the_same(one, other, classifies):
    if classifies:
        np.testing.assert_allclose(one.predict_proba(TEST_TEXTS), other.predict_proba(TEST_TEXTS), atol=1e-5)
        assert as_lists(one.predict(TEST_TEXTS)) == as_lists(other.predict(TEST_TEXTS))
    else:
        np.testing.assert_allclose(one.predict(TEST_TEXTS), other.predict(TEST_TEXTS), atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n_layers", [0, 1])
def test_pipelines_both_ways(tmp_path, kind, n_layers):
    name, y = KINDS[kind]
    classifies = name == "StaticModelForClassification"
    options = {"n_layers": n_layers, "hidden_dim": 16}
    ours = getattr(train, name).from_pretrained(MODEL, **options).fit(TEXTS, y, **SHORT)
    ours.to_pipeline().save_pretrained(tmp_path / "ours")
    assert_the_same(TheirPipeline.from_pretrained(str(tmp_path / "ours")), ours.to_pipeline(), classifies)
    made = getattr(theirs, name).from_static_model(model=TheirModel.from_pretrained(MODEL, force_download=False), **options)
    made.fit(TEXTS, torch.from_numpy(y) if isinstance(y, np.ndarray) else y, **SHORT)
    made.to_pipeline().save_pretrained(str(tmp_path / "theirs"))
    loaded = StaticModelPipeline.from_pretrained(tmp_path / "theirs")
    assert_the_same(loaded, made.to_pipeline(), classifies)
    if classifies:
        assert_the_same(loaded, made, classifies)
        before = loaded.evaluate(TEXTS, y)["accuracy"]
        again = train.StaticModelForClassification.from_pipeline(loaded).fit(TEXTS, y, **SHORT, warm_start=True)
        assert again.evaluate(TEXTS, y)["accuracy"] >= before
    static, their_static = ours.to_static_model(), made.to_static_model()
    their_static.save_pretrained(str(tmp_path / "static"))
    again = StaticModel.from_pretrained(tmp_path / "static")
    np.testing.assert_allclose(again.encode(TEST_TEXTS), their_static.encode(TEST_TEXTS), atol=1e-6)
    static.save_pretrained(tmp_path / "our static")
    again = TheirModel.from_pretrained(str(tmp_path / "our static"), force_download=False)
    np.testing.assert_allclose(again.encode(TEST_TEXTS), static.encode(TEST_TEXTS), atol=1e-6)


@pytest.fixture(scope="module", params=["one label", "numbers", "several labels"])
def classifier(request):
    """A classifier that makes mistakes, and what would be right."""
    name, y = KINDS[request.param]
    made = getattr(train, name).from_pretrained(MODEL, hidden_dim=16).fit(TEXTS, y, max_epochs=1)
    right = {"one label": one_label(TEST_TOPICS), "numbers": [len(t) for t in TEST_TOPICS], "several labels": TEST_TOPICS}
    return made, right[request.param]


def test_reports(tmp_path, classifier):
    made, right = classifier
    ours = made.evaluate(TEST_TEXTS, right)
    assert 0 < ours["accuracy"] < 1
    made.to_pipeline().save_pretrained(tmp_path / "saved")
    expected = TheirPipeline.from_pretrained(str(tmp_path / "saved")).evaluate(TEST_TEXTS, right)
    assert ours.keys() == expected.keys()
    found = made.predict(TEST_TEXTS)
    if made.multilabel:
        binarizer = MultiLabelBinarizer(classes=made.classes_).fit(right)
        truth, guess = binarizer.transform(right), binarizer.transform(found)
        accuracy, names = accuracy_score(truth, guess), made.classes_
    else:
        truth, guess, accuracy, names = right, found, accuracy_score(right, found), None
    sklearn = classification_report(truth, guess, target_names=names, output_dict=True, zero_division=0)
    assert ours.pop("accuracy") == pytest.approx(accuracy) and expected.pop("accuracy") == pytest.approx(accuracy)
    for key, line in ours.items():
        assert line == pytest.approx(expected[key]) and line == pytest.approx(sklearn[key]), key
