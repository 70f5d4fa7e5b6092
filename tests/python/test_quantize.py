"""Smaller models of models, and tables by themselves."""

import model2vec
import model2vec.quantization as reference
import numpy as np
import pytest

import encode_texts
from m2v import StaticModel, quantize_model
from m2v.quantization import DType, quantize_and_reduce_dim, quantize_embeddings
from m2v.vocabulary_quantization import quantize_vocabulary

TEXTS = encode_texts.of_every_kind(73, 200)


@pytest.mark.parametrize("dtype", list(DType))
@pytest.mark.parametrize("source", ["float16", "float32", "float64"])
def test_tables(dtype, source):
    table = np.random.default_rng(3).normal(size=(50, 9)).astype(source)
    expected = reference.quantize_embeddings(table, reference.DType(dtype.value))
    assert np.array_equal(quantize_embeddings(table, dtype), expected)
    cut = quantize_and_reduce_dim(table, dtype.value, 4)
    assert np.array_equal(cut, expected[:, :4]) and cut.dtype == expected.dtype


def test_wrong_options():
    table = np.ones((5, 3), np.float32)
    with pytest.raises(ValueError, match="4 dimensions"):
        quantize_and_reduce_dim(table, None, 4)
    with pytest.raises(ValueError):
        quantize_and_reduce_dim(table, "float8", None)
    assert not quantize_embeddings(np.zeros((2, 2), np.float32), DType.Int8).any()


@pytest.mark.parametrize("options", [{"quantize_to": "int8"}, {"dimensionality": 7}, {"quantize_to": DType.Float16}])
def test_models(float_folder, options):
    ours = quantize_model(StaticModel.from_pretrained(float_folder), **options)
    theirs = model2vec.quantize_model(
        model2vec.StaticModel.from_pretrained(str(float_folder), force_download=False),
        **{k: v.value if isinstance(v, DType) else v for k, v in options.items()},
    )
    assert np.array_equal(ours.embedding, theirs.embedding) and ours.embedding.dtype == theirs.embedding.dtype
    loaded = StaticModel.from_pretrained(float_folder, **options)
    assert np.array_equal(loaded.embedding, ours.embedding)


def inertia(table, rows, mapping):
    return ((table - rows[mapping]) ** 2).sum()


def test_shared_rows(float_folder):
    model = StaticModel.from_pretrained(float_folder)
    shared = quantize_model(model, vocabulary_quantization=30)
    assert shared.embedding.shape == (30, 24) and shared.vocabulary_quantization == 30
    unit = model.embedding / np.linalg.norm(model.embedding, axis=1, keepdims=True)
    # No worse than taking thirty tokens' own rows, by far.
    own = unit[:30]
    nearest = ((unit[:, None] - own[None]) ** 2).sum(2).argmin(1)
    assert inertia(unit, shared.embedding, shared.token_mapping) < 0.8 * inertia(unit, own, nearest)
    np.testing.assert_allclose(shared.weights, np.linalg.norm(model.embedding, axis=1), rtol=1e-6)
    with pytest.raises(ValueError, match="share rows already"):
        quantize_model(shared, vocabulary_quantization=5)


def test_shared_rows_of_a_table():
    table = np.random.default_rng(4).normal(size=(300, 6)).astype(np.float32)
    rows, mapping, weights = quantize_vocabulary(12, None, table)
    assert rows.shape == (12, 6) and mapping.shape == weights.shape == (300,)
    unit = table / np.linalg.norm(table, axis=1, keepdims=True)
    assert (((unit[:, None] - rows[None]) ** 2).sum(2).argmin(1) == mapping).all()
    given = np.random.default_rng(5).random(300)
    rows, mapping, weights = quantize_vocabulary(12, given, table)
    assert weights is given
    assert (((table[:, None] - rows[None]) ** 2).sum(2).argmin(1) == mapping).all()
