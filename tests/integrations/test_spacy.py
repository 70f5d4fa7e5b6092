"""m2v as a component of spaCy."""

import os
import subprocess
import sys
import tomllib
import warnings
from pathlib import Path

import numpy as np
import pytest
import spacy

import m2v.spacy
from m2v import StaticModel

MODEL = os.environ["M2V_TEST_MODEL"]
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def model():
    return StaticModel.from_pretrained(MODEL)


@pytest.fixture(scope="module")
def nlp():
    nlp = spacy.blank("en")
    nlp.add_pipe("m2v", config={"model": MODEL})
    return nlp


def test_vectors_are_the_models(nlp, model):
    doc = nlp("Bread rises because yeast makes gas.")
    for part in (doc, doc[1:4], doc[0]):
        expected = model.encode(part.text, dtype="float32")
        assert np.array_equal(part.vector, expected) and part.has_vector
        assert part.vector_norm == pytest.approx(np.linalg.norm(expected), rel=1e-5)
    nothing = nlp("")
    assert not nothing.has_vector and nothing.vector_norm == 0 and nothing.similarity(doc) == 0


def test_many_documents(nlp, model):
    texts = ["It rains.", "The cat sleeps.", "Beethoven was deaf."]
    for doc, expected in zip(nlp.pipe(texts), model.encode(texts, dtype="float32"), strict=True):
        assert np.array_equal(doc.vector, expected)


def test_similarity_is_the_cosine(nlp, model):
    bread, dough, bank = (nlp(t) for t in ("Bread rises.", "Dough swells.", "Banks lend."))
    a, b = model.encode(["Bread rises.", "Dough swells."], dtype="float32", normalize=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # spaCy warns where it has no vectors of its own
        assert bread.similarity(dough) == pytest.approx(float(a @ b), abs=1e-6)
        assert bread.similarity(dough) > bread.similarity(bank)
        assert bread.similarity(bread[:]) == pytest.approx(1, abs=1e-6)
        assert bread[0].similarity(dough[0]) > bread[0].similarity(bank[0])
        assert bread[0:1].similarity(nlp.vocab["bread"]) > 0.9


def test_saved_and_loaded(nlp, tmp_path):
    nlp.to_disk(tmp_path / "pipeline")
    text = "Bread rises because yeast makes gas."
    config = (tmp_path / "pipeline" / "config.cfg").read_text().replace(MODEL, "no/such folder")
    (tmp_path / "pipeline" / "config.cfg").write_text(config)  # the folder is all that is needed
    assert np.array_equal(spacy.load(tmp_path / "pipeline")(text).vector, nlp(text).vector)
    again = spacy.blank("en")
    again.add_pipe("m2v", config={"model": "no/such folder"})
    assert np.array_equal(again.from_bytes(nlp.to_bytes())(text).vector, nlp(text).vector)


def test_options(model):
    nlp = spacy.blank("en")
    nlp.add_pipe("m2v", config={"model": MODEL, "options": {"dimensionality": 32, "normalize": False}})
    bread = nlp("bread")
    assert bread.vector.shape == (32,) and abs(bread.vector_norm - 1) > 0.01
    assert bread.similarity(nlp("bread")) == pytest.approx(1, abs=1e-6)
    with pytest.raises(ValueError, match="model"):
        spacy.blank("en").add_pipe("m2v")


def test_an_installed_package_is_found_without_import(tmp_path):
    """spaCy finds the factory by the entry point of the distribution."""
    points = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]["spacy_factories"]
    (tmp_path / "m2v-0.dist-info").mkdir()
    lines = [f"{name} = {value}\n" for name, value in points.items()]
    (tmp_path / "m2v-0.dist-info" / "entry_points.txt").write_text("[spacy_factories]\n" + "".join(lines))
    (tmp_path / "m2v-0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: m2v\nVersion: 0\n")
    program = "import spacy; spacy.blank('en').add_pipe('m2v', config={'model': 'a name'}); print('found')"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
    assert done.stdout == "found\n", done.stderr
