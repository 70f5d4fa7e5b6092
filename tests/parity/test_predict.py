"""m2v predict and m2v evaluate, on pipelines that model2vec has saved."""

import json
import os
import signal
import subprocess

import numpy as np
import pytest
from model2vec import StaticModel
from model2vec.inference import StaticModelPipeline
from model2vec.inference.mlp import Activation, Layer, MLPHead

from labelled import WORDS, multi_rows, rows, write_csv, write_jsonl, write_model, write_tsv

CLASSES = sorted(WORDS)
TEXTS = [text for _, text in rows(CLASSES, 30, seed=9)] + ["", "???", "fox " * 900]


@pytest.fixture(scope="module")
def model(small_tokenizer, tmp_path_factory):
    return write_model(small_tokenizer, tmp_path_factory.mktemp("predict") / "model")


def save_pipeline(model, folder, activation, classes, widths=(32, 12, 3)):
    """A head by chance on a model, saved by model2vec; returns the folder and model2vec's own pipeline."""
    chance = np.random.default_rng(11)
    layers = [
        Layer(chance.normal(size=(out, into)).astype(np.float32), chance.normal(size=out).astype(np.float32))
        for into, out in zip(widths, widths[1:])
    ]
    classes = None if classes is None else np.array(classes)
    pipeline = StaticModelPipeline(StaticModel.from_pretrained(model), MLPHead(layers, activation, classes))
    pipeline.save_pretrained(str(folder))
    return folder, pipeline


@pytest.fixture(scope="module")
def single(model, tmp_path_factory):
    folder = tmp_path_factory.mktemp("single") / "pipeline"
    return save_pipeline(model, folder, Activation.SOFTMAX, CLASSES)


@pytest.fixture(scope="module")
def multi(model, tmp_path_factory):
    folder = tmp_path_factory.mktemp("multi") / "pipeline"
    return save_pipeline(model, folder, Activation.SIGMOID, CLASSES)


def lines_of(m2v, folder, *options, texts=TEXTS):
    out = m2v.check("predict", "-m", folder, *options, stdin="".join(t + "\n" for t in texts).encode())
    return out.decode().split("\n")[:-1]


# --- predict ---


def test_labels(m2v, single, multi):
    assert lines_of(m2v, single[0]) == single[1].predict(TEXTS).tolist()
    assert lines_of(m2v, multi[0]) == ["\t".join(labels) for labels in multi[1].predict(TEXTS)]
    got = lines_of(m2v, multi[0], "--threshold", 0.2)
    assert got == ["\t".join(labels) for labels in multi[1].predict(TEXTS, threshold=0.2)]


def test_probabilities(m2v, single, multi, tmp_path):
    for folder, reference in (single, multi):
        expected = reference.predict_proba(TEXTS)
        got = [list(map(float, line.split("\t"))) for line in lines_of(m2v, folder, "--probabilities")]
        np.testing.assert_allclose(got, expected, atol=1e-5)
        lines_of(m2v, folder, "-o", tmp_path / "p.npy")
        assert np.array_equal(np.load(tmp_path / "p.npy"), np.array(got, np.float32))


def test_top(m2v, single):
    expected = single[1].predict_proba(TEXTS)
    for line, row in zip(lines_of(m2v, single[0], "--top", 2), expected, strict=True):
        fields = line.split("\t")
        best = np.argsort(-row, kind="stable")[:2]
        assert fields[::2] == [CLASSES[i] for i in best]
        np.testing.assert_allclose([float(x) for x in fields[1::2]], row[best], atol=1e-5)
    assert all(line.count("\t") == 5 for line in lines_of(m2v, single[0], "--top", 99))


def test_json(m2v, single, multi, tmp_path):
    labels = [json.loads(line) for line in lines_of(m2v, single[0], "--json")]
    assert labels == [{"label": label} for label in single[1].predict(TEXTS)]
    labels = [json.loads(line) for line in lines_of(m2v, multi[0], "--json")]
    assert labels == [{"labels": list(found)} for found in multi[1].predict(TEXTS)]
    found = [json.loads(line) for line in lines_of(m2v, single[0], "--json", "--probabilities")]
    plain = lines_of(m2v, single[0], "--probabilities")
    for entry, line in zip(found, plain, strict=True):
        assert list(entry["probabilities"]) == CLASSES
        assert list(entry["probabilities"].values()) == [float(x) for x in line.split("\t")]
    found = [json.loads(line)["top"] for line in lines_of(m2v, single[0], "--json", "--top", 1)]
    assert [entry[0]["label"] for entry in found] == single[1].predict(TEXTS).tolist()
    lines_of(m2v, single[0], "-o", tmp_path / "x.jsonl")
    assert json.loads((tmp_path / "x.jsonl").read_text().split("\n")[0]) == {
        "label": single[1].predict(TEXTS)[0]
    }


def test_names_are_printed_as_they_are_and_escaped_in_json(m2v, model, tmp_path):
    names = ['a "b"', "c\\d", "é"]
    folder, reference = save_pipeline(model, tmp_path / "p", Activation.SOFTMAX, names)
    assert lines_of(m2v, folder) == reference.predict(TEXTS).tolist()
    found = [json.loads(line)["label"] for line in lines_of(m2v, folder, "--json")]
    assert found == reference.predict(TEXTS).tolist()


def test_integer_classes(m2v, model, tmp_path):
    folder, reference = save_pipeline(model, tmp_path / "p", Activation.SOFTMAX, [2, 10, -1])
    found = [json.loads(line)["label"] for line in lines_of(m2v, folder, "--json")]
    assert found == reference.predict(TEXTS).tolist()
    assert json.loads(m2v.check("info", folder, "--json"))["classes"] == [2, 10, -1]


def test_outputs_that_are_vectors(m2v, model, tmp_path):
    folder, reference = save_pipeline(model, tmp_path / "p", Activation.IDENTITY, None)
    found = [json.loads(line)["vector"] for line in lines_of(m2v, folder)]
    np.testing.assert_allclose(found, reference.predict(TEXTS), atol=1e-4)
    for option in (["--json"], ["--top", 1], ["--probabilities"]):
        done = m2v.run("predict", "-m", folder, *option, stdin=b"fox\n")
        assert done.returncode == 2 and b"vectors" in done.stderr


def test_a_compiled_pipeline(m2v, single, tmp_path):
    m2v.check("convert", single[0], "-o", tmp_path / "p.m2v")
    assert lines_of(m2v, tmp_path / "p.m2v") == lines_of(m2v, single[0])


def test_many_texts_keep_their_order(m2v, single, tmp_path):
    path = tmp_path / "many.txt"
    few = lines_of(m2v, single[0])
    path.write_text("".join(text + "\n" for text in TEXTS) * 600)
    out = m2v.check("predict", "-m", single[0], path).decode().split("\n")[:-1]
    assert out == few * 600
    m2v.check("predict", "-m", single[0], path, "-o", tmp_path / "labels.txt", "--threads", 1)
    assert (tmp_path / "labels.txt").read_text().split("\n")[:-1] == out


def test_the_reader_goes_away_and_the_disk_is_full(m2v, single, tmp_path):
    path = tmp_path / "many.txt"
    path.write_text("a quick brown fox\n" * 200_000)
    running = m2v.start("predict", "-m", single[0], path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    running.stdout.readline()
    running.stdout.close()
    message = running.stderr.read()
    assert running.wait(timeout=60) in (0, 1, 141, -signal.SIGPIPE) and message == b""
    for options in ([], ["--json"], ["--probabilities"]):
        with open("/dev/full", "wb") as full:
            done = m2v.run("predict", "-m", single[0], path, *options, stdout=full)
        assert done.returncode == 1 and b"No space left" in done.stderr
    done = m2v.run("predict", "-m", single[0], path, "-o", "/dev/full")
    assert done.returncode == 1
    done = m2v.run("predict", "-m", single[0], path, "-o", tmp_path / "no" / "x.txt")
    assert done.returncode == 1 and not (tmp_path / "no").exists()


def test_no_texts(m2v, single, tmp_path):
    assert m2v.check("predict", "-m", single[0], stdin=b"") == b""
    m2v.check("predict", "-m", single[0], "-o", tmp_path / "x.npy", stdin=b"")
    assert np.load(tmp_path / "x.npy").shape == (0, 3)


# --- evaluate ---

SCORES = ("precision", "recall", "f1-score", "support")


def same_report(ours, theirs):
    """model2vec computes F1 from precision and recall, and so with another last digit."""
    assert set(theirs) <= set(ours)
    for name, value in theirs.items():
        if name == "accuracy":
            assert ours[name] == value
            continue
        for score in SCORES:
            assert ours[name][score] == pytest.approx(value[score], abs=1e-15, rel=1e-14)


@pytest.mark.parametrize("write", [write_tsv, write_csv, write_jsonl])
def test_evaluate_as_model2vec_does(m2v, single, tmp_path, write):
    data = rows(CLASSES, 40, seed=12) + [("unheard of", "moon bread")]
    path = write(tmp_path / f"t.{write.__name__.split('_')[1]}", data)
    told = json.loads(m2v.check("evaluate", "-m", single[0], path, "--json"))
    expected = single[1].evaluate([text for _, text in data], [label for label, _ in data])
    same_report(told, expected)
    assert told["unheard of"]["support"] == 1
    text = m2v.check("evaluate", "-m", single[0], path, "--digits", 4).decode()
    assert f"{expected['accuracy']:.4f}" in text and f"{expected['macro avg']['f1-score']:.4f}" in text


AVERAGES = ["accuracy", "macro avg", "weighted avg"]


def once(pairs):
    assert len({key for key, _ in pairs}) == len(pairs), pairs
    return dict(pairs)


@pytest.mark.parametrize("name", [*AVERAGES, "micro avg", "samples avg", "accuracy (class)"])
def test_classes_called_as_averages(m2v, single, tmp_path, name):
    """No key comes twice, and neither the class nor the average is lost."""
    data = rows(CLASSES, 20, seed=3)
    plain = json.loads(m2v.check("evaluate", "-m", single[0], write_tsv(tmp_path / "a.tsv", data), "--json"))
    renamed = [(name if label == CLASSES[0] else label, text) for label, text in data]
    path = write_tsv(tmp_path / "b.tsv", renamed + [("accuracy (class)", "moon")])
    told = json.loads(m2v.check("evaluate", "-m", single[0], path, "--json"), object_pairs_hook=once)
    key = name + " (class)" if name in AVERAGES else name
    if key == "accuracy (class)" and name == "accuracy":
        key += " (class)"
    assert set(told) == {*plain, key, "accuracy (class)"}
    assert told[key]["support"] == 20 + (name == "accuracy (class)")
    assert isinstance(told["accuracy"], float)
    assert told["macro avg"]["support"] == told["weighted avg"]["support"] == 61


def test_evaluate_several_labels(m2v, multi, tmp_path):
    data = multi_rows(90, seed=13)
    path = write_jsonl(tmp_path / "t.jsonl", data)
    texts, labels = [text for _, text in data], [labels for labels, _ in data]
    for threshold in (0.5, 0.2):
        out = m2v.check("evaluate", "-m", multi[0], path, "--json", "--threshold", threshold)
        told = json.loads(out)
        same_report(told, multi[1].evaluate(texts, labels, threshold=threshold))
        assert set(told) == set(CLASSES) | {"accuracy"} | {
            f"{name} avg" for name in ("micro", "macro", "weighted", "samples")
        }
    assert "samples avg" in m2v.check("evaluate", "-m", multi[0], path).decode()


def test_what_cannot_be_evaluated(m2v, model, single, multi, tmp_path):
    plain = write_tsv(tmp_path / "t.tsv", rows(CLASSES, 3))
    several = write_jsonl(tmp_path / "t.jsonl", multi_rows(5))
    vectors, _ = save_pipeline(model, tmp_path / "p", Activation.IDENTITY, None)
    (tmp_path / "empty.tsv").write_bytes(b"")
    for folder, path, word in (
        (multi[0], plain, "several"),
        (single[0], several, "several"),
        (vectors, plain, "vectors"),
        (model, plain, "head.safetensors"),
        (single[0], tmp_path / "empty.tsv", "no texts"),
        (single[0], tmp_path / "none.tsv", "none.tsv"),
    ):
        done = m2v.run("evaluate", "-m", folder, path)
        assert done.returncode == 1 and word in done.stderr.decode(), done.stderr


def test_damaged_heads_are_refused(m2v, single, tmp_path):
    import shutil

    folder = shutil.copytree(single[0], tmp_path / "p")
    head = (folder / "head.safetensors").read_bytes()
    for damaged in (b"", head[:20], head[:-1], head + b"x"):
        (folder / "head.safetensors").write_bytes(damaged)
        done = m2v.run("predict", "-m", folder, stdin=b"fox\n")
        assert done.returncode == 1 and b"head.safetensors" in done.stderr
    os.remove(folder / "head.safetensors")
    done = m2v.run("predict", "-m", folder, stdin=b"fox\n")
    assert done.returncode == 1 and b"m2v fit" in done.stderr
