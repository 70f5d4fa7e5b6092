"""Probabilities that mean what they say, and which check is kept when accuracies tie."""

import random

import numpy as np
import pytest

from m2v.train import fit_head
from train_data import (
    LABELS,
    MULTI_LABELS,
    MULTI_TEXTS,
    SMALL,
    TEST_TEXTS,
    TEXTS,
    TOPICS,
    classifier,  # noqa: F401
    folder,  # noqa: F401
    model,  # noqa: F401
)

STEPS = {"max_epochs": 4, "learning_rate": 0.01}


def noisy(labels, seed=3):
    """Some of the labels are another one, so that no classifier can be sure."""
    chance = random.Random(seed)
    return [chance.choice(list(TOPICS)) if chance.random() < 0.3 else label for label in labels]


def test_predictions_stay_and_probabilities_are_scaled(classifier):
    labels = noisy(LABELS)
    before = classifier.fit(TEXTS, labels, **STEPS).predict_proba(TEST_TEXTS)
    predicted = classifier.predict(TEST_TEXTS)
    assert "calibration" not in classifier.summary_
    after = classifier.fit(TEXTS, labels, calibrate=True, **STEPS).predict_proba(TEST_TEXTS)
    scaling = classifier.summary_["calibration"]
    tempered = before.astype(np.float64) ** (1 / scaling["temperature"])
    np.testing.assert_allclose(after, tempered / tempered.sum(1, keepdims=True), rtol=1e-3)
    assert np.array_equal(classifier.predict(TEST_TEXTS), predicted)
    assert scaling["temperature"] != 1 and scaling["loss_after"] < scaling["loss_before"]


def test_the_temperature_is_the_likeliest_of_the_validation_texts(classifier):
    labels, checks = noisy(LABELS), noisy(LABELS, seed=7)
    classifier.fit(TEXTS, labels, X_val=TEXTS, y_val=checks, calibrate=True, **STEPS)
    scaling = classifier.summary_["calibration"]
    probabilities = classifier.predict_proba(TEXTS).astype(np.float64)
    numbers = [classifier.classes_.index(label) for label in checks]

    def loss(temperature):
        tempered = probabilities ** (1 / temperature)
        tempered /= tempered.sum(1, keepdims=True)
        return -np.log(tempered[np.arange(len(numbers)), numbers]).mean()

    assert loss(1) == pytest.approx(scaling["loss_after"], rel=1e-4)
    assert loss(1 / scaling["temperature"]) == pytest.approx(scaling["loss_before"], rel=1e-4)
    assert all(loss(1) <= loss(other) for other in (0.5, 0.9, 0.99, 1.01, 1.1, 2))


def test_several_labels(classifier):
    before = classifier.fit(MULTI_TEXTS, MULTI_LABELS, **STEPS).predict_proba(MULTI_TEXTS)
    after = classifier.fit(MULTI_TEXTS, MULTI_LABELS, calibrate=True, **STEPS).predict_proba(MULTI_TEXTS)
    assert np.array_equal(before > 0.5, after > 0.5) and not np.allclose(before, after)


def test_a_head_and_folds(classifier, model):
    vectors = model.encode(TEXTS)
    plain = fit_head(vectors, noisy(LABELS), max_epochs=3, hidden_dim=16)
    scaled = fit_head(vectors, noisy(LABELS), max_epochs=3, hidden_dim=16, calibrate=True)
    ratio = plain.layers[-1].weight / scaled.layers[-1].weight
    np.testing.assert_allclose(ratio, ratio[0, 0], rtol=1e-5)
    np.testing.assert_array_equal(plain.layers[0].weight, scaled.layers[0].weight)
    assert classifier.cross_validate(TEXTS, LABELS, folds=2, calibrate=True, **STEPS)["accuracy"]["mean"] > 0.5


def test_where_everything_is_right_the_temperature_stays_within_reason(classifier):
    """20 validation texts, all right: no more than 21 in 22 is claimed on average."""
    labels = ["cats" if "cats" in text or "fox" in text or "dog" in text else "moon" for text in TEXTS]
    classifier.fit(TEXTS, labels, test_size=20, calibrate=True, max_epochs=30, learning_rate=0.01)
    assert max(check["accuracy"] for check in classifier.report_) == 1
    assert classifier.summary_["calibration"]["error_after"] == pytest.approx(1 / 22, rel=1e-3)


def test_ties_go_to_the_lower_loss(classifier):
    classifier.fit(TEXTS, LABELS, X_val=TEXTS[:9], y_val=LABELS[:9], max_epochs=12, early_stopping_patience=None)
    checks = classifier.report_
    most = max(check["accuracy"] for check in checks)
    best = [check for check in checks if check["best"]][-1]
    assert sum(check["accuracy"] == most for check in checks) > 1
    assert best["accuracy"] == most
    assert best["loss"] == min(check["loss"] for check in checks if check["accuracy"] == most)
