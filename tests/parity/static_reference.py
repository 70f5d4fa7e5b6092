"""Vectors and token vectors from the pinned `model2vec` package, and how near ours must be."""

import numpy as np
from model2vec import StaticModel

FLOAT32_TOLERANCE = 1e-6
FLOAT16_TOLERANCE = 1e-3


def load(folder, **options):
    """The model of a local folder."""
    return StaticModel.from_pretrained(str(folder), force_download=False, **options)


def with_table(model, table):
    """The same model over another table, e.g. a float32 copy of a float16 one."""
    return StaticModel(
        table,
        model.tokenizer,
        config=model.config,
        normalize=model.normalize,
        weights=model.weights,
        token_mapping=model.token_mapping,
        max_length=model.max_length,
    )


def encode(model, texts, **options):
    """Float64 copies of the reference's vectors, whatever their dtype."""
    return model.encode(list(texts), use_multiprocessing=False, **options).astype(np.float64)


def assert_encodes_like(m2v, folder, model, texts, tolerance=FLOAT32_TOLERANCE):
    """With the defaults, `m2v encode` makes of a folder what the reference makes of a model."""
    assert_near(m2v.encode(folder, texts), encode(model, texts), texts, tolerance)


def assert_near(got, expected, texts, tolerance):
    """Largest absolute difference within tolerance, relative where a vector is longer than 1."""
    assert got.shape == expected.shape, f"shape {got.shape}, expected {expected.shape}"
    assert np.isfinite(got).all(), "not finite"
    if not got.size:
        return
    off = np.abs(got - expected) / np.maximum(1.0, np.abs(expected).max(axis=1, keepdims=True))
    worst = off.max(axis=1)
    wrong = np.flatnonzero(worst > tolerance)
    if len(wrong):
        lines = [
            f"{len(wrong)} of {len(texts)} vectors are off by more than {tolerance}; "
            f"largest {worst.max():.3g}"
        ]
        for i in wrong[:5]:
            at = int(off[i].argmax())
            text = texts[i]
            lines.append(
                f"text {i} ({len(text)} characters) {ascii(text[:160])}\n  off by {worst[i]:.3g}; "
                f"at [{at}] expected {expected[i, at]!r}, got {got[i, at]!r}"
            )
        raise AssertionError("\n".join(lines))
