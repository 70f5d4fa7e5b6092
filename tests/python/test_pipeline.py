"""Models with a head, to model2vec and back."""

import model2vec.inference as reference
import model2vec.inference.mlp as reference_mlp
import numpy as np
import pytest

import encode_texts
from m2v import FormatError, StaticModel
from m2v.inference import Activation, Layer, MLPHead, StaticModelPipeline, evaluate_single_or_multi_label

TEXTS = encode_texts.of_every_kind(79, 200)
CLASSES = np.array(["bread", "cat", "water"])


def make(folder, activation, widths=(24, 10, 3)):
    chance = np.random.default_rng(6)
    layers = [
        Layer(chance.normal(size=(out, into)).astype(np.float32), chance.normal(size=out).astype(np.float32))
        for into, out in zip(widths, widths[1:])
    ]
    classes = None if activation == Activation.IDENTITY else CLASSES
    return StaticModelPipeline(StaticModel.from_pretrained(folder), MLPHead(layers, activation, classes))


def as_lists(predictions):
    return [p.tolist() for p in predictions]


@pytest.mark.parametrize("activation", list(Activation))
@pytest.mark.parametrize("widths", [(24, 10, 3), (24, 3)])
def test_there_and_back(float_folder, tmp_path, activation, widths):
    ours = make(float_folder, activation, widths)
    ours.save_pretrained(tmp_path / "a")
    theirs = reference.StaticModelPipeline.from_pretrained(str(tmp_path / "a"))
    theirs.save_pretrained(str(tmp_path / "b"))
    again = StaticModelPipeline.from_pretrained(tmp_path / "b")
    for pipeline in (ours, again):
        if activation == Activation.IDENTITY:
            np.testing.assert_allclose(pipeline.predict(TEXTS), theirs.predict(TEXTS), atol=1e-5)
            continue
        np.testing.assert_allclose(pipeline.predict_proba(TEXTS), theirs.predict_proba(TEXTS), atol=1e-5)
        assert as_lists(pipeline.predict(TEXTS)) == as_lists(theirs.predict(TEXTS))
        assert as_lists(pipeline.predict(TEXTS[0])) == as_lists(theirs.predict(TEXTS[0]))
    assert again.head.activation == activation and "head_config" not in ours.model.config


def test_without_layers(float_folder, tmp_path):
    model = StaticModel.from_pretrained(float_folder)
    StaticModelPipeline(model, MLPHead([], Activation.IDENTITY)).save_pretrained(tmp_path / "a")
    assert np.array_equal(StaticModelPipeline.from_pretrained(tmp_path / "a").predict(TEXTS), model.encode(TEXTS))


def test_large_numbers_do_not_overflow():
    logits = np.array([[-1e4, 0, 1e4]], np.float32)
    for name in ("softmax", "sigmoid"):
        ours = MLPHead([], Activation(name)).predict_proba(logits)
        assert np.isfinite(ours).all()
        mild = logits / 1e3
        theirs = reference_mlp.MLPHead([], reference_mlp.Activation(name)).predict_proba(mild)
        np.testing.assert_allclose(MLPHead([], Activation(name)).predict_proba(mild), theirs, rtol=1e-6)


LABELS = [
    (["a", "b", "a", "c"], np.array(["a", "a", "a", "c"])),
    ([0, 1, 2], np.array([2, 1, 0])),
    ([["a"], ["a", "b"], []], [["a"], ["b"], ["c"]]),
    ([np.array(["x"]), np.array(["y"])], np.array([np.array(["x"]), np.array(["x", "y"])], dtype=object)),
]


@pytest.mark.parametrize("y, predictions", LABELS)
def test_reports(y, predictions):
    ours = evaluate_single_or_multi_label(predictions, y)
    theirs = reference.evaluate_single_or_multi_label(predictions, y)
    assert ours.keys() == theirs.keys()
    for key, value in theirs.items():
        assert ours[key] == pytest.approx(value), key


def test_evaluate(float_folder):
    pipeline = make(float_folder, Activation.SOFTMAX)
    report = pipeline.evaluate(TEXTS, pipeline.predict(TEXTS).tolist())
    assert report["accuracy"] == 1 and report["macro avg"]["support"] == len(TEXTS)
    with pytest.raises(ValueError, match="requires classes"):
        make(float_folder, Activation.IDENTITY).predict_proba(TEXTS)


def test_no_head_or_a_damaged_one(float_folder, tmp_path):
    with pytest.raises(FileNotFoundError, match="the model has no head"):
        StaticModelPipeline.from_pretrained(float_folder)
    make(float_folder, Activation.SOFTMAX).save_pretrained(tmp_path / "a")
    head = tmp_path / "a" / "head.safetensors"
    whole = head.read_bytes()
    for size in range(0, len(whole), 13):
        head.write_bytes(whole[:size])
        with pytest.raises(FormatError, match="head.safetensors"):
            StaticModelPipeline.from_pretrained(tmp_path / "a")
    head.write_bytes(whole.replace(b"head.1.bias", b"head.9.bias"))
    with pytest.raises(FormatError, match="head.1.bias"):
        StaticModelPipeline.from_pretrained(tmp_path / "a")
