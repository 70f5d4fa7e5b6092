"""m2v as a module of a SentenceTransformer."""

import os

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

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


def test_saved_and_loaded(inside, tmp_path, texts):
    inside.save(str(tmp_path / "out"))
    again = SentenceTransformer(str(tmp_path / "out"), device="cpu", trust_remote_code=True)
    assert np.array_equal(again.encode(texts[:50]), inside.encode(texts[:50]))


def test_rows_that_tokens_share(texts):
    """Sentence Transformers' own module cannot load such a model."""
    small = quantize_model(StaticModel.from_pretrained(MODEL), vocabulary_quantization=500)
    model = SentenceTransformer(modules=[StaticEmbedding(small)], device="cpu")
    assert np.array_equal(model.encode(texts[:50]), small.encode(texts[:50], dtype="float32"))
