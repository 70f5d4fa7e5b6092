"""m2v fit on data that cannot be learned from, stopped in the middle, and with nowhere to write."""

import json
import os
import signal
import subprocess
import time

import numpy as np
import pytest

from labelled import multi_rows, rows, write_jsonl, write_model, write_tsv
from model_folders import contents

TWO = ("animal", "kitchen")
ENDLESS = ["--early-stopping-patience", "none"]


@pytest.fixture(scope="module")
def model(small_tokenizer, tmp_path_factory):
    return write_model(small_tokenizer, tmp_path_factory.mktemp("faults") / "model")


@pytest.fixture
def train(tmp_path):
    return write_tsv(tmp_path / "train.tsv", rows(TWO, 60))


def fails(m2v, *arguments, code=1, stdin=b""):
    done = m2v.run("fit", *arguments, stdin=stdin)
    message = done.stderr.decode("utf-8", "replace")
    assert done.returncode == code, f"exit {done.returncode}: {message}"
    assert "terminate called" not in message
    return message


# --- data ---

BAD_FILES = {
    "one class only": ("t.tsv", "a\tx\na\ty\na\tz\n", 'all texts have the label "a"', "at least two"),
    "empty texts": ("t.tsv", "a\t\nb\t\na\t\nb\t\n", "empty", "t.tsv"),
    "too few rows": ("t.tsv", "a\tx\n", "too few", "give more"),
    "no rows": ("t.tsv", "", "no texts", "t.tsv"),
    "no label": ("t.tsv", "a\tx\nno tab\n", "line 2", "a label, a tab and a text"),
    "mixed types": (
        "t.jsonl",
        '{"text": "x", "label": 1}\n{"text": "y", "label": "1"}\n',
        "line 2",
        "integers",
    ),
    "mixed kinds": (
        "t.jsonl",
        '{"text": "x", "label": "a"}\n{"text": "y", "labels": ["b"]}\n',
        "line 2",
        '"labels"',
    ),
    "no labels at all": ("t.jsonl", '{"text": "x", "labels": []}\n' * 9, "no text has a label", "t.jsonl"),
    "CSV without a column": ("t.csv", "text,class\nx,a\n", 'no column "label"', "line 1"),
    "broken JSON": ("t.jsonl", '{"text": "x", "label": "a"}\n{"text"\n', "line 2", "t.jsonl"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_files(m2v, model, tmp_path, name):
    file, content, *words = BAD_FILES[name]
    (tmp_path / file).write_text(content)
    message = fails(m2v, "-m", model, tmp_path / file, "-o", tmp_path / "out")
    assert file in message and all(word in message for word in words), message
    assert not (tmp_path / "out").exists()


def test_targets_that_are_no_numbers(m2v, model, tmp_path):
    (tmp_path / "t.tsv").write_text("1\tx\nnan\ty\n")
    message = fails(m2v, "-m", model, tmp_path / "t.tsv", "-o", tmp_path / "out", "--task", "regression")
    assert "line 2" in message and "nan" in message
    (tmp_path / "texts.txt").write_text("fox\n" * 20)
    targets = np.zeros((20, 3), np.float32)
    targets[7, 1] = np.nan
    np.save(tmp_path / "nan.npy", targets)
    np.save(tmp_path / "short.npy", targets[:7])
    np.save(tmp_path / "text.npy", np.array(["a"] * 20))
    for file, word in (("nan.npy", "not finite"), ("short.npy", "20 texts"), ("text.npy", "float32")):
        message = fails(m2v, "-m", model, tmp_path / "texts.txt", "--targets", tmp_path / file,
                        "--task", "similarity", "-o", tmp_path / "out")  # fmt: skip
        assert file in message and word in message, message


def test_labels_that_are_not_in_the_training_texts(m2v, model, train, tmp_path):
    validation = write_tsv(tmp_path / "v.tsv", rows(("animal", "travel"), 5))
    message = fails(m2v, "-m", model, train, "-o", tmp_path / "out", "--validation", validation)
    assert "v.tsv" in message and '"travel"' in message and "remove its texts" in message
    several = write_jsonl(tmp_path / "v.jsonl", multi_rows(9))
    message = fails(m2v, "-m", model, train, "-o", tmp_path / "out", "--validation", several)
    assert "several" in message or '"travel"' in message


def test_going_on_with_other_classes(m2v, model, train, tmp_path):
    m2v.check("fit", "-m", model, train, "-o", tmp_path / "first", "--max-epochs", 1)
    other = write_tsv(tmp_path / "o.tsv", rows(("animal", "travel"), 20))
    message = fails(m2v, "-m", tmp_path / "first", other, "-o", tmp_path / "out", "--continue")
    assert "o.tsv" in message and '"travel"' in message and "--continue" in message
    message = fails(m2v, "-m", model, train, "-o", tmp_path / "out", "--continue")
    assert "head.safetensors" in message


def test_one_empty_text_is_a_warning(m2v, model, tmp_path):
    path = write_tsv(tmp_path / "t.tsv", [*rows(TWO, 30), ("animal", "")])
    done = m2v.run("fit", "-m", model, path, "-o", tmp_path / "out", "--max-epochs", 1)
    assert done.returncode == 0 and b"warning" in done.stderr and b"1 text is empty: line 61\n" in done.stderr


USAGE = [
    ["TRAIN"],
    ["TRAIN", "-o", "out", "--task", "guessing"],
    ["TRAIN", "-o", "out", "--targets", "x.npy"],
    ["TRAIN", "-o", "out", "--task", "pairs", "--balanced"],
    ["TRAIN", "-o", "out", "--balanced", "--class-weight", "animal=2"],
    ["TRAIN", "-o", "out", "--class-weight", "animal"],
    ["TRAIN", "-o", "out", "--class-weight", "nobody=2"],
    ["TRAIN", "-o", "out", "--class-weight", "animal=-1"],
    ["TRAIN", "-o", "out", "--continue", "--folds", "3"],
    ["TRAIN", "-o", "out", "--continue", "--hidden-layers", "2"],
    ["TRAIN", "-o", "out", "--folds", "1"],
    ["TRAIN", "-o", "out", "--token-dropout", "1"],
    ["TRAIN", "-o", "out", "--validation-fraction", "1"],
    ["TRAIN", "-o", "out", "--learning-rate", "0"],
    ["TRAIN", "-o", "out", "--max-epochs", "0"],
    ["TRAIN", "-o", "out", "--max-length", "few"],
    ["TRAIN", "-o", "out", "--early-stopping-patience", "-1"],
    ["TRAIN", "-o", "out", "--format", "xml"],
    ["TRAIN", "-o", "out", "--freeze-weights", "--learn-weights"],
    ["-", "-o", "out", "--validation", "-"],
    ["TRAIN", "-o", "MODEL"],
]


@pytest.mark.parametrize("arguments", USAGE, ids=" ".join)
def test_wrong_usage(m2v, model, train, tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    names = {"TRAIN": train, "MODEL": model}
    before = sorted(os.listdir(model))
    fails(m2v, "-m", model, *(names.get(word, word) for word in arguments), code=2)
    assert os.listdir(tmp_path) == ["train.tsv"] and sorted(os.listdir(model)) == before


# --- stopped ---


def start_endless(m2v, model, train, out, *options):
    return m2v.start("fit", "-m", model, train, "-o", out, *ENDLESS, *options,
                     stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_fit_keeps_the_best(m2v, model, train, tmp_path, sent):
    running = start_endless(m2v, model, train, tmp_path / "out")
    time.sleep(1.5)
    running.send_signal(sent)
    out, message = running.communicate(timeout=60)
    assert running.returncode == 130 and b"has the best state so far" in message and out == b""
    training = json.loads((tmp_path / "out" / "training.json").read_text())
    assert training["cancelled"] and any(check["best"] for check in training["checks"])
    m2v.check("predict", "-m", tmp_path / "out", stdin=b"fox\n")
    assert sorted(os.listdir(tmp_path)) == ["out", "train.tsv"]


def test_interrupted_folds_leave_nothing(m2v, model, train, tmp_path):
    running = start_endless(m2v, model, train, tmp_path / "out", "--folds", 3)
    time.sleep(1.0)
    running.send_signal(signal.SIGINT)
    out, message = running.communicate(timeout=60)
    assert running.returncode == 130 and out == b"" and b"interrupted" in message
    assert os.listdir(tmp_path) == ["train.tsv"]


def test_killed_at_any_time(m2v, model, train, tmp_path):
    """There is the old folder or the new one, whole."""
    out = tmp_path / "out"
    arguments = ["fit", "-m", model, train, "-o", out, "--max-epochs", 3, "--hidden-dim", 8]
    started = time.monotonic()
    m2v.check(*arguments, "--seed", 1)
    duration = time.monotonic() - started
    heads = {contents(out)["head.safetensors"]}
    m2v.check(*arguments, "--seed", 2)
    heads.add(contents(out)["head.safetensors"])
    assert len(heads) == 2
    for step in range(12):
        running = m2v.start(*arguments, "--seed", 1 + step % 2, stderr=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL)  # fmt: skip
        time.sleep(duration * step / 11)
        running.kill()
        running.wait()
        assert contents(out)["head.safetensors"] in heads
        m2v.check("predict", "-m", out, stdin=b"fox\n")


# --- nowhere to write ---


def test_nowhere_to_write(m2v, model, train, tmp_path):
    (tmp_path / "file").write_text("")
    message = fails(m2v, "-m", model, train, "-o", tmp_path / "file", "--max-epochs", 1)
    assert "not a folder" in message
    message = fails(m2v, "-m", model, train, "-o", "/dev/full/x", "--max-epochs", 1)
    assert "/dev/full" in message
    with open("/dev/full", "wb") as full:
        done = m2v.run("fit", "-m", model, train, "-o", tmp_path / "out", "--max-epochs", 1, stdout=full)
    assert done.returncode == 1 and b"standard output" in done.stderr
    assert (tmp_path / "out" / "head.safetensors").exists(), "what was made stays"
