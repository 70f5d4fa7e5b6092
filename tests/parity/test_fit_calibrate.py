"""m2v fit --calibrate: the same labels, other probabilities, and model2vec has them too."""

import json

import numpy as np
import pytest
from model2vec.inference import StaticModelPipeline

from labelled import multi_rows, rows, write_jsonl, write_model, write_tsv

THREE = ("animal", "kitchen", "travel")
SHORT = ["--max-epochs", 3, "--learning-rate", 0.01]


@pytest.fixture(scope="module")
def model(small_tokenizer, tmp_path_factory):
    return write_model(small_tokenizer, tmp_path_factory.mktemp("fit") / "model")


def noisy(count):
    """Every third label is another one."""
    made = rows(THREE, count)
    return [(THREE[i // 3 % 3] if i % 3 == 0 else label, text) for i, (label, text) in enumerate(made)]


def probabilities(m2v, folder, texts):
    out = m2v.check("predict", "-m", folder, "--probabilities", stdin="".join(f"{t}\n" for t in texts).encode())
    return np.array([[float(x) for x in line.split("\t")] for line in out.decode().splitlines()])


@pytest.mark.parametrize("several", [False, True], ids=["one label", "several labels"])
def test_model2vec_reads_the_same_probabilities(m2v, model, tmp_path, several):
    data = multi_rows(200) if several else noisy(60)
    path = write_jsonl(tmp_path / "t.jsonl", data)
    m2v.check("fit", "-m", model, path, "-o", tmp_path / "plain", *SHORT)
    told = m2v.check("fit", "-m", model, path, "-o", tmp_path / "x", "--calibrate", "--json", *SHORT)
    scaling = json.loads(told)["calibration"]
    assert json.loads((tmp_path / "x" / "training.json").read_text())["calibration"] == scaling
    assert scaling["temperature"] != 1 and scaling["loss_after"] < scaling["loss_before"]
    texts = [text for _, text in data]
    plain, scaled = (probabilities(m2v, tmp_path / name, texts) for name in ("plain", "x"))
    tempered = plain ** (1 / scaling["temperature"])
    other = (1 - plain) ** (1 / scaling["temperature"]) if several else 0
    total = tempered + other if several else tempered.sum(1, keepdims=True)
    np.testing.assert_allclose(scaled, tempered / total, rtol=2e-3)
    theirs = StaticModelPipeline.from_pretrained(str(tmp_path / "x")).predict_proba(texts)
    np.testing.assert_allclose(scaled, theirs, atol=1e-5)
    same = (plain > 0.5) == (scaled > 0.5) if several else plain.argmax(1) == scaled.argmax(1)
    assert np.all(same)


def test_said_in_words(m2v, model, tmp_path):
    path = write_tsv(tmp_path / "t.tsv", noisy(60))
    out = m2v.check("fit", "-m", model, path, "-o", tmp_path / "x", "--calibrate", *SHORT).decode()
    temperature = json.loads((tmp_path / "x" / "training.json").read_text())["calibration"]["temperature"]
    assert f"temperature {temperature:.3f} (calibration error " in out


def test_goes_with_classes_and_with_folds(m2v, model, tmp_path):
    path = write_tsv(tmp_path / "t.tsv", rows(THREE, 30))
    run = m2v.run("fit", "-m", model, path, "-o", tmp_path / "x", "--task", "pairs", "--calibrate")
    assert run.returncode == 2 and "--calibrate" in run.stderr.decode()
    m2v.check("fit", "-m", model, path, "--folds", 3, "--calibrate", *SHORT)
