"""What m2v evaluate tells, against scikit-learn: every figure to its last digit."""

import json
import re

import numpy as np
import pytest
from conftest import PASSAGES
from sklearn.calibration import calibration_curve
from sklearn.metrics import average_precision_score, classification_report, confusion_matrix
from sklearn.preprocessing import MultiLabelBinarizer

CLASSES = ["animal", "city of the future", "Größe", "d", "e & f", "ζ", "seven", "eight", "nine", "ten"]


@pytest.fixture(scope="module")
def passages():
    return [line for line in PASSAGES.read_text(encoding="utf-8").splitlines() if line.strip()]


@pytest.fixture(scope="module")
def model(distil):
    return distil()


def write(path, labels, texts):
    with open(path, "w", encoding="utf-8") as out:
        for label, text in zip(labels, texts, strict=True):
            key = "labels" if isinstance(label, list) else "label"
            out.write(json.dumps({"text": text, key: label}) + "\n")
    return path


@pytest.fixture(scope="module")
def single(m2v, model, passages, tmp_path_factory):
    """A classifier that is often wrong, its data, and its answers: labels and probabilities."""
    folder = tmp_path_factory.mktemp("single")
    chance = np.random.default_rng(2)
    # Texts know a little about their class: its number of words.
    labels = [CLASSES[min(9, len(text) // 25 % 10)] if chance.random() < 0.7 else chance.choice(CLASSES)
              for text in passages]  # fmt: skip
    labels = [str(label) for label in labels]
    data = write(folder / "t.jsonl", labels, passages)
    m2v.run("fit", "-m", model, data, "-o", folder / "c", "--max-epochs", 4)
    return folder, labels, answers(m2v, folder / "c", data)


@pytest.fixture(scope="module")
def several(m2v, model, passages, tmp_path_factory):
    folder = tmp_path_factory.mktemp("several")
    chance = np.random.default_rng(3)
    labels = [[c for i, c in enumerate(CLASSES) if len(text) % (i + 2) == 0 or chance.random() < 0.1]
              for text in passages]  # fmt: skip
    data = write(folder / "t.jsonl", labels, passages)
    m2v.run("fit", "-m", model, data, "-o", folder / "c", "--max-epochs", 8)
    return folder, labels, answers(m2v, folder / "c", data)


def answers(m2v, folder, data):
    lines = [json.loads(line) for line in m2v.run("predict", "-m", folder, data, "--json").splitlines()]
    m2v.run("predict", "-m", folder, data, "-o", folder.parent / "p.npy")
    return [line.get("label", line.get("labels")) for line in lines], np.load(folder.parent / "p.npy")


def test_the_report_is_the_same(m2v, single):
    folder, labels, (predicted, _) = single
    data = folder / "t.jsonl"
    told = json.loads(m2v.run("evaluate", "-m", folder / "c", data, "--json"))
    assert told == classification_report(labels, predicted, output_dict=True, zero_division=0)
    assert 0.1 < told["accuracy"] < 0.95, "a report without errors would prove little"
    for digits in (2, 4):
        text = m2v.run("evaluate", "-m", folder / "c", data, "--digits", digits)
        assert text == classification_report(labels, predicted, digits=digits, zero_division=0)


@pytest.mark.parametrize("threshold", [0.5, 0.2])
def test_the_report_of_several_labels_is_the_same(m2v, several, threshold):
    folder, labels, (_, probabilities) = several
    classes = sorted(CLASSES)
    predicted = [[classes[c] for c in np.flatnonzero(row > threshold)] for row in probabilities]
    binarizer = MultiLabelBinarizer().fit(labels + predicted)
    truth, answer = binarizer.transform(labels), binarizer.transform(predicted)
    names = list(binarizer.classes_)
    arguments = ["evaluate", "-m", folder / "c", folder / "t.jsonl", "--threshold", threshold]
    told = json.loads(m2v.run(*arguments, "--json"))
    assert told.pop("accuracy") == (truth == answer).all(axis=1).mean()
    assert told == classification_report(truth, answer, target_names=names, output_dict=True, zero_division=0)
    text = m2v.run(*arguments)
    assert text.startswith(classification_report(truth, answer, target_names=names, zero_division=0))


def page_of(m2v, folder):
    m2v.run("evaluate", "-m", folder / "c", folder / "t.jsonl", "--plot", folder / "p.html")
    return (folder / "p.html").read_text(encoding="utf-8")


def test_average_precision_on_the_page(m2v, single, several):
    for folder, labels, (_, probabilities) in (single, several):
        page = page_of(m2v, folder)
        found = re.findall(r"<em>(\d\.\d{4})</em>", page)
        own = [label if isinstance(label, list) else [label] for label in labels]
        expected = [
            average_precision_score([name in of for of in own], probabilities[:, c])
            for c, name in enumerate(sorted(CLASSES))
        ]
        assert found == [f"{value:.4f}" for value in expected]


def test_calibration_on_the_page(m2v, single):
    folder, labels, (predicted, probabilities) = single
    found = re.findall(r"predicted ([\d.]+)\u202f%, right in ([\d.]+)\u202f% of (\d+)", page_of(m2v, folder))
    right = np.array(labels) == np.array(predicted)
    shares, means = calibration_curve(right, probabilities.max(axis=1), n_bins=10)
    assert [(predicted, accuracy) for predicted, accuracy, _ in found] == [
        (f"{mean * 100:.1f}", f"{share * 100:.1f}") for share, mean in zip(shares, means)
    ]
    error = sum(int(n) * abs(s - m) for (_, _, n), s, m in zip(found, shares, means)) / len(labels)
    assert f"off by {error * 100:.1f}\u202f%" in page_of(m2v, folder)


def test_confusion_on_the_page(m2v, single):
    folder, labels, (predicted, _) = single
    table = re.search(r'<table class="matrix.*?</table>', page_of(m2v, folder), re.S)[0]
    cells = re.findall(r"--a:[^>]*>([^<]*)</td>", table)
    counts = [0 if cell == "\u00b7" else int(cell) for cell in cells]
    assert counts == confusion_matrix(labels, predicted, labels=sorted(CLASSES)).ravel().tolist()
