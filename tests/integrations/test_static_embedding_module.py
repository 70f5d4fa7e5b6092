"""m2v as a module of a SentenceTransformer."""

import os

import numpy as np
import model2vec
import pytest
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Dense

from m2v import StaticModel, quantize_model
from m2v.sentence_transformers import StaticEmbedding

MODEL = os.environ["M2V_TEST_MODEL"]


@pytest.fixture(scope="module")
def inside():
    return SentenceTransformer(modules=[StaticEmbedding(MODEL)], device="cpu")


def test_vectors_are_the_models(inside, texts):
    expected = StaticModel.from_pretrained(MODEL).encode(texts, dtype="float32")
    assert np.array_equal(inside.encode(texts, show_progress_bar=False), expected)
    assert inside.get_embedding_dimension() == 256
    similar = inside.similarity(expected[:2], expected[:2])
    assert np.allclose(np.diag(similar), 1, atol=1e-5)


def test_prompts_come_first(inside):
    model = StaticModel.from_pretrained(MODEL)
    expected = model.encode("query: bread and butter", dtype="float32")
    assert np.array_equal(inside.encode("bread and butter", prompt="query: "), expected)


@pytest.mark.parametrize("normalize", [True, False])
@pytest.mark.parametrize("dtype", ["float32", "float16", "int8", "shared rows"])
def test_saved_for_everybody(dtype, normalize, tmp_path, texts):
    """Sentence Transformers loads it with its own classes, and model2vec and m2v do; the vectors are the same."""
    options = {"vocabulary_quantization": 500} if dtype == "shared rows" else {"quantize_to": dtype}
    model = StaticModel.from_pretrained(MODEL, normalize=normalize, **options)
    ours = SentenceTransformer(modules=[StaticEmbedding(model)], device="cpu")
    out = tmp_path / "out"
    ours.save(str(out))
    short = [text for text in texts if len(text) < 1_000]  # Sentence Transformers does not truncate
    expected = ours.encode(short, show_progress_bar=False)
    again = SentenceTransformer(str(out), device="cpu")
    assert not any(type(module).__module__.startswith("m2v") for module in again)
    tolerance = 2e-3 * np.abs(expected).max()
    assert np.abs(again.encode(short, show_progress_bar=False) - expected).max() <= tolerance
    theirs = model2vec.StaticModel.from_pretrained(str(out), force_download=False)
    assert np.abs(theirs.encode(short).astype(np.float32) - expected).max() <= tolerance
    assert np.abs(StaticModel.from_pretrained(out).encode(short, dtype="float32") - expected).max() <= tolerance
    inner = SentenceTransformer(modules=[StaticEmbedding(str(out))], device="cpu")
    assert np.abs(inner.encode(short, show_progress_bar=False) - expected).max() <= tolerance


def test_saved_among_other_files(tmp_path):
    """A folder with files of the user's own keeps them, and a second module keeps its position."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "notes.txt").write_text("mine")
    model = SentenceTransformer(modules=[StaticEmbedding(MODEL), Dense(256, 8)], device="cpu")
    model.save(str(out), create_model_card=False)
    assert (out / "notes.txt").read_text() == "mine"
    again = SentenceTransformer(str(out), device="cpu")
    assert [type(module).__name__ for module in again] == ["StaticEmbedding", "Normalize", "Dense"]
    texts = ["bread and butter", "a dog"]
    assert np.allclose(again.encode(texts), model.encode(texts), atol=1e-3)


def test_options_of_a_model_that_is_there():
    with pytest.raises(TypeError, match="normalize"):
        StaticEmbedding(StaticModel.from_pretrained(MODEL), normalize=True)
    with pytest.raises(TypeError, match="did you mean 'normalize'"):
        StaticEmbedding(MODEL, normalise=True)


def test_rows_that_tokens_share(texts):
    """Sentence Transformers' own module cannot load such a model."""
    small = quantize_model(StaticModel.from_pretrained(MODEL), vocabulary_quantization=500)
    model = SentenceTransformer(modules=[StaticEmbedding(small)], device="cpu")
    assert np.array_equal(model.encode(texts[:50]), small.encode(texts[:50], dtype="float32"))
