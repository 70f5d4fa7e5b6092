"""Heads that scikit-learn has trained and skops has saved: the same probabilities here, in scikit-learn and in
model2vec's own conversion, without either package."""

import os
import shutil
import subprocess
import sys
import warnings
import zipfile
from pathlib import Path

import model2vec.inference as reference
import numpy as np
import pytest
import skops.io
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from m2v import StaticModel
from m2v.inference import StaticModelPipeline, convert_legacy_pipeline

TEXTS = ["It rains on the lake.", "a cat and bread", "", "Öl und Wasser"]
WIDTH = 256


def fitted(kind, targets, **options):
    vectors = np.random.default_rng(3).normal(size=(len(targets), WIDTH))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return kind(max_iter=5, random_state=0, **options).fit(vectors, targets)


def as_model2vec_did():
    """Its trainer put weights of its own into a fitted network, as many outputs as classes, also for two."""
    network = fitted(MLPClassifier, ["no", "yes"] * 10, hidden_layer_sizes=(16,))
    chance = np.random.default_rng(5)
    network.coefs_ = [chance.normal(size=size).astype(np.float32) for size in ((WIDTH, 16), (16, 2))]
    network.intercepts_ = [chance.normal(size=size).astype(np.float32) for size in (16, 2)]
    network.n_outputs_, network.out_activation_ = 2, "softmax"
    network.classes_ = np.array(["no", "yes"])
    return network


def with_classes_in_a_list():
    network = as_model2vec_did()
    network.classes_ = ["no", "yes"]
    return network


NUMBERS = np.random.default_rng(4)
NETWORKS = {
    "strings": lambda: fitted(MLPClassifier, ["a", "b", "c"] * 10, hidden_layer_sizes=(8,)),
    "integers": lambda: fitted(MLPClassifier, [4, 2, 9] * 10, hidden_layer_sizes=(8, 6)),
    "objects": lambda: fitted(MLPClassifier, np.array(["a", "b", "c"] * 10, object), hidden_layer_sizes=(8,)),
    "no hidden layer": lambda: fitted(MLPClassifier, ["a", "b", "c"] * 10, hidden_layer_sizes=()),
    "several labels": lambda: fitted(MLPClassifier, NUMBERS.integers(0, 2, (30, 4)), hidden_layer_sizes=(8,)),
    "sgd, early stopping": lambda: fitted(
        MLPClassifier, ["a", "b", "c"] * 20, hidden_layer_sizes=(8,), solver="sgd", early_stopping=True
    ),
    "model2vec's": as_model2vec_did,
    "model2vec's, a list": with_classes_in_a_list,
    "vectors": lambda: fitted(MLPRegressor, NUMBERS.normal(size=(30, 5)), hidden_layer_sizes=(8,)),
    "numbers": lambda: fitted(MLPRegressor, NUMBERS.normal(size=30), hidden_layer_sizes=(8,)),
}


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """In float32, in which both packages agree to 1e-6."""
    folder = tmp_path_factory.mktemp("model") / "model"
    StaticModel.from_pretrained(os.environ["M2V_TEST_MODEL"], quantize_to="float32").save_pretrained(folder)
    return folder


@pytest.fixture
def folder(model, tmp_path):
    shutil.copytree(model, tmp_path / "model")
    return tmp_path / "model"


def dump(pipeline, folder, **options):
    skops.io.dump(pipeline, folder / "pipeline.skops", **options)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_same_numbers(folder, tmp_path, name):
    pipeline = make_pipeline(NETWORKS[name]())
    dump(pipeline, folder)
    ours, theirs = convert_legacy_pipeline(folder), reference.convert_legacy_pipeline(folder)
    vectors = ours.model.encode(TEXTS)
    if isinstance(pipeline[-1], MLPRegressor):
        expected = pipeline.predict(vectors).reshape(len(TEXTS), -1)
        np.testing.assert_allclose(ours.predict(TEXTS), expected, atol=1e-6)
        np.testing.assert_allclose(ours.predict(TEXTS), theirs.predict(TEXTS), atol=1e-6)
    else:
        np.testing.assert_allclose(ours.predict_proba(TEXTS), pipeline.predict_proba(vectors), atol=1e-6)
        np.testing.assert_allclose(ours.predict_proba(TEXTS), theirs.predict_proba(TEXTS), atol=1e-6)
        assert [p.tolist() for p in ours.predict(TEXTS)] == [p.tolist() for p in theirs.predict(TEXTS)]
    ours.save_pretrained(tmp_path / "new")
    again = StaticModelPipeline.from_pretrained(tmp_path / "new")
    assert np.array_equal(again.head.logits(vectors), ours.head.logits(vectors))


@pytest.mark.parametrize("classes", [["no", "yes"], [0, 1]])
def test_two_classes_with_one_output(folder, classes):
    """model2vec's conversion of it fails when it predicts."""
    pipeline = make_pipeline(fitted(MLPClassifier, classes * 10, hidden_layer_sizes=(8,)))
    dump(pipeline, folder, compression=zipfile.ZIP_DEFLATED)
    ours = convert_legacy_pipeline(folder)
    vectors = ours.model.encode(TEXTS)
    np.testing.assert_allclose(ours.predict_proba(TEXTS), pipeline.predict_proba(vectors), atol=1e-6)
    assert ours.predict(TEXTS).tolist() == pipeline.predict(vectors).tolist()


def test_steps_before_the_network_are_not_left_out(folder):
    """model2vec's conversion leaves them out, and predicts something else."""
    network = fitted(MLPClassifier, ["a", "b"] * 10, hidden_layer_sizes=(8,))
    dump(make_pipeline(StandardScaler(), network), folder)
    with pytest.raises(ValueError, match="steps before the network"):
        convert_legacy_pipeline(folder)


def test_nothing_is_imported(folder):
    dump(make_pipeline(NETWORKS["strings"]()), folder)
    program = (
        "import sys\n"
        "from m2v.inference import convert_legacy_pipeline\n"
        "convert_legacy_pipeline(sys.argv[1]).predict(['a cat'])\n"
        "print(sorted({'sklearn', 'skops', 'scipy', 'joblib'} & set(sys.modules)))\n"
    )
    command = [sys.executable, "-c", program, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_other_objects_are_refused(folder):
    network = NETWORKS["strings"]()
    network.extra = Path("/tmp")
    dump(make_pipeline(network), folder)
    with pytest.raises(ValueError, match=r"extra: Untrusted type pathlib"):
        convert_legacy_pipeline(folder)
