"""What m2v saves loads in Sentence Transformers, and the other way round, with the same vectors."""

import json

import numpy as np
import pytest
from safetensors.numpy import load_file
from sentence_transformers import SentenceTransformer

# Float16 tables: Sentence Transformers sums and divides in float16, m2v rounds once at the end.
TOLERANCE = {"float16": 1e-3, "float32": 1e-6}


def encode(model, texts):
    """The vectors of a Sentence Transformer as float32; one text at a time cannot change them."""
    vectors = model.encode(texts, batch_size=64, show_progress_bar=False)
    return np.asarray(vectors, dtype=np.float32)


def assert_close(ours, theirs, tolerance):
    assert ours.shape == theirs.shape
    assert np.isfinite(theirs).all() and np.isfinite(ours).all()
    assert np.abs(theirs).max() > 0.01, "nothing to compare"
    difference = np.abs(ours - theirs).max(axis=1)
    worst = int(difference.argmax())
    assert difference[worst] <= tolerance, f"text {worst} differs by {difference[worst]}"


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_a_saved_model_loads(m2v, distil, texts, dtype):
    folder = distil("--quantize-to", dtype)
    assert load_file(folder / "model.safetensors")["embeddings"].dtype == dtype
    model = SentenceTransformer(str(folder), device="cpu")
    # Sentence Transformers does not truncate a static embedding.
    ours = m2v.encode(folder, texts, "--max-length", "none")
    assert_close(ours, encode(model, texts), TOLERANCE[dtype])
    norms = np.linalg.norm(ours, axis=1)
    assert np.allclose(norms, 1, atol=1e-3)


def test_similar_texts_are_near_in_both(m2v, distil):
    folder = distil("--quantize-to", "float16")
    texts = ["A dog runs over the grass", "A puppy plays on the lawn", "The bank raised its interest rate"]
    for vectors in (m2v.encode(folder, texts), encode(SentenceTransformer(str(folder), device="cpu"), texts)):
        scores = vectors @ vectors.T
        assert scores[0, 1] > scores[0, 2] + 0.1


@pytest.mark.parametrize("normalize", [True, False])
def test_what_sentence_transformers_saves_loads(m2v, distil, texts, tmp_path, normalize):
    model = SentenceTransformer(str(distil("--quantize-to", "float32")), device="cpu")
    if not normalize:
        model = SentenceTransformer(modules=[model[0]], device="cpu")
    folder = tmp_path / "saved"
    model.save(str(folder), create_model_card=False)
    types = [module["type"] for module in json.loads((folder / "modules.json").read_text())]
    assert any(name.endswith("Normalize") for name in types) == normalize
    ours = m2v.encode(folder, texts, "--max-length", "none")
    assert_close(ours, encode(model, texts), TOLERANCE["float32"])
    assert np.allclose(np.linalg.norm(ours, axis=1), 1, atol=1e-3) == normalize
