"""The page of m2v evaluate --plot: whole, safe, by itself, and with the right values."""

import html.parser
import json
import re

import numpy as np
import pytest

from labelled import ENOUGH, WORDS, multi_rows, rows, write_jsonl, write_model, write_tsv

CLASSES = sorted(WORDS)
NASTY = ["</p><script>alert(1)</script>", '"quoted" & \'single\' <b>', "\x01\x7f \u202e mirrored", "a\ud7ffb"]


class Page(html.parser.HTMLParser):
    """Checks that every tag is closed, and collects what there is."""

    VOID = {"meta"}

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.text, self.ids = [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == [], self.open

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self.ids += [value for name, value in attributes if name == "id"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> where {self.open[-3:]} are open"
        self.open.pop()

    def handle_data(self, data):
        self.text.append(data)


def page_of(m2v, folder, data, path):
    m2v.check("evaluate", "-m", folder, data, "--plot", path)
    text = path.read_text(encoding="utf-8")
    page = Page(text)
    assert len(text) < 1_000_000
    for tag, attributes in page.tags:
        assert tag not in ("link", "img", "iframe", "object", "base") and "src" not in attributes
        assert attributes.get("href", "#").startswith("#"), "it leads elsewhere"
    assert "url(" not in text and "@import" not in text and "default-src 'none'" in text
    return page, text


@pytest.fixture(scope="module")
def model(small_tokenizer, tmp_path_factory):
    return write_model(small_tokenizer, tmp_path_factory.mktemp("page") / "model")


@pytest.fixture(scope="module")
def fitted(m2v, model, tmp_path_factory):
    """Fitted for too short a time to be right always."""
    folder = tmp_path_factory.mktemp("fitted")
    train = write_tsv(folder / "train.tsv", rows(CLASSES, 30))
    m2v.check("fit", "-m", model, train, "-o", folder / "classifier", "--max-epochs", 2)
    return folder / "classifier"


def test_every_section_is_there(m2v, fitted, tmp_path):
    data = rows(CLASSES, 50, seed=5)
    page, text = page_of(m2v, fitted, write_tsv(tmp_path / "t.tsv", data), tmp_path / "p.html")
    assert page.ids[:7] == ["classes", "confusion", "curves", "calibration", "errors", "class", "words"]
    assert "learning" in page.ids and text.count("<svg") == 5
    told = json.loads(m2v.check("evaluate", "-m", fitted, tmp_path / "t.tsv", "--json"))
    assert f"{told['accuracy'] * 100:.1f}\u202f%" in text
    for name in CLASSES:
        assert f"{told[name]['f1-score']:.3f}" in text
    marks = [attributes for tag, attributes in page.tags if tag == "mark"]
    assert marks and all(re.fullmatch(r"[+-]?\d+(\.\d+)?", mark["title"]) for mark in marks)


def test_the_confusions_add_up(m2v, fitted, tmp_path):
    data = rows(CLASSES, 50, seed=5)
    _, text = page_of(m2v, fitted, write_tsv(tmp_path / "t.tsv", data), tmp_path / "p.html")
    table = re.search(r'<table class="matrix.*?</table>', text, re.S)[0]
    cells = re.findall(r"<td class=\"[^\"]*\" style=\"--a:[^>]*>([^<]*)</td>", table)
    counts = np.array([0 if cell == "\u00b7" else int(cell) for cell in cells]).reshape(3, 3)
    got = m2v.check("predict", "-m", fitted, tmp_path / "t.tsv").decode().split("\n")[:-1]
    expected = np.zeros((3, 3), int)
    for (label, _), other in zip(data, got, strict=True):
        expected[CLASSES.index(label), CLASSES.index(other)] += 1
    assert np.array_equal(counts, expected) and counts[~np.eye(3, dtype=bool)].sum() > 0
    assert text.count("<article") == min(50, counts[~np.eye(3, dtype=bool)].sum())


def test_texts_and_names_are_only_text(m2v, model, tmp_path):
    data = [(name, f"{name} {text}") for name, (_, text) in zip(NASTY * 30, rows(CLASSES, 40))]
    train = write_jsonl(tmp_path / "<i>t.jsonl", data)
    m2v.check("fit", "-m", model, train, "-o", tmp_path / "<u>c", "--max-epochs", 1)
    page, text = page_of(m2v, tmp_path / "<u>c", train, tmp_path / "p.html")
    assert text.count("<script>") == 1 and "\x01" not in text and "\x7f" not in text
    assert not {"b", "u"} & {tag for tag, attributes in page.tags if tag != "b" or attributes}
    assert "<u>c" in "".join(page.text) and "<i>t.jsonl" in "".join(page.text)
    assert any("alert(1)" in piece for piece in page.text)


def test_several_labels_a_text(m2v, model, tmp_path):
    train = write_jsonl(tmp_path / "t.jsonl", multi_rows(150))
    m2v.check("fit", "-m", model, train, "-o", tmp_path / "c", "--max-epochs", 2)
    page, text = page_of(m2v, tmp_path / "c", train, tmp_path / "p.html")
    assert "confusion" not in page.ids and "micro F1" in text and "missed" in text


def test_nothing_to_complain_about(m2v, model, tmp_path):
    """No errors, no training.json, and a class that no text has."""
    train = write_tsv(tmp_path / "t.tsv", rows(CLASSES, 60))
    m2v.check("fit", "-m", model, train, "-o", tmp_path / "c", *ENOUGH)
    (tmp_path / "c" / "training.json").unlink()
    few = write_tsv(tmp_path / "few.tsv", [("animal", "fox dog cat"), ("kitchen", "bread dough")])
    page, text = page_of(m2v, tmp_path / "c", few, tmp_path / "p.html")
    assert "There are none." in text and "learning" not in page.ids


def test_labels_that_the_model_does_not_know(m2v, fitted, tmp_path):
    data = [*rows(CLASSES, 5), ("unheard of", "fox bread"), ("unheard of", "")]
    page, text = page_of(m2v, fitted, write_tsv(tmp_path / "t.tsv", data), tmp_path / "p.html")
    assert text.count("unheard of") > 2


def test_long_texts_and_many_classes_stay_small(m2v, model, tmp_path):
    chance = np.random.default_rng(3)
    words = [word for of in WORDS.values() for word in of]
    data = [(f"class {i % 60}", " ".join(chance.choice(words, size=400))) for i in range(600)]
    train = write_tsv(tmp_path / "t.tsv", data)
    m2v.check("fit", "-m", model, train, "-o", tmp_path / "c", "--max-epochs", 1)
    page, _ = page_of(m2v, tmp_path / "c", train, tmp_path / "p.html")
    assert sum(tag == "article" for tag, _ in page.tags) == 50


def test_a_damaged_training_file_and_nowhere_to_write(m2v, fitted, tmp_path):
    import shutil

    data = write_tsv(tmp_path / "t.tsv", rows(CLASSES, 5))
    done = m2v.run("evaluate", "-m", fitted, data, "--plot", tmp_path / "no" / "p.html")
    assert done.returncode == 1 and done.stdout == b""
    done = m2v.run("evaluate", "-m", fitted, data, "--plot", "/dev/full")
    assert done.returncode == 1 and b"/dev/full" in done.stderr
    copy = shutil.copytree(fitted, tmp_path / "copy")
    for damaged in ("", "{", "[]", '{"checks": 1}', '{"train_texts": -1}'):
        (copy / "training.json").write_text(damaged)
        done = m2v.run("evaluate", "-m", copy, data, "--plot", tmp_path / "p.html")
        assert done.returncode == 1 and b"training.json" in done.stderr
        m2v.check("evaluate", "-m", copy, data)
