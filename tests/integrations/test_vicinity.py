"""`m2v.vicinity` answers as vicinity does."""

import numpy as np
import pytest
from vicinity import Backend
from vicinity import Vicinity as Reference

from m2v.vicinity import Vicinity

VECTORS = np.random.default_rng(1).normal(size=(500, 32)).astype(np.float32)
QUERIES = np.random.default_rng(2).normal(size=(20, 32)).astype(np.float32)
ITEMS = [f"item {i}" for i in range(500)]


@pytest.fixture
def both():
    return [
        one.from_vectors_and_items(VECTORS, ITEMS, backend_type=Backend.BASIC, metric="cosine", store_vectors=True)
        for one in (Vicinity, Reference)
    ]


def assert_same(ours, theirs):
    assert len(ours) == len(theirs)
    for found, expected in zip(ours, theirs):
        expected = sorted(expected, key=lambda hit: hit[1])  # vicinity does not sort what a threshold gives
        assert [item for item, _ in found] == [item for item, _ in expected]
        assert np.allclose([d for _, d in found], [d for _, d in expected], atol=1e-5)


def assert_all_same(both):
    ours, theirs = both
    assert len(ours) == len(theirs) and ours.items == theirs.items and ours.dim == theirs.dim
    assert_same(ours.query(QUERIES, k=7), theirs.query(QUERIES, k=7))
    assert_same(ours.query(QUERIES[0]), theirs.query(QUERIES[0]))
    for threshold in (0.3, 0.7):
        expected = theirs.query_threshold(QUERIES, threshold=threshold, max_k=500)
        assert_same(ours.query_threshold(QUERIES, threshold=threshold, max_k=500), expected)


def test_queries(both):
    assert_all_same(both)
    with pytest.raises(ValueError, match="k should be >= 1"):
        both[0].query(QUERIES, k=0)


def test_insert_and_delete(both):
    for one in both:
        one.insert(["new", "item 3"], QUERIES[:2])
        one.delete(["item 7", "item 3", "new"])
        one.insert(["last"], QUERIES[2:3])
    assert_all_same(both)
    for one in both:
        with pytest.raises(ValueError, match="were not in the vector space"):
            one.delete(["item 8", "nobody"])
        with pytest.raises(ValueError):
            one.insert(["short"], QUERIES[:1, :5])
        with pytest.raises(ValueError, match="not the same length"):
            one.insert(["a", "b"], QUERIES[:1])
    assert_all_same(both)
    expected = both[1].get_vector_by_index([0, 5, 498])
    expected = expected / np.linalg.norm(expected, axis=1, keepdims=True)  # ours are kept at length 1
    assert np.allclose(both[0].get_vector_by_index([0, 5, 498]), expected, atol=1e-6)


@pytest.mark.parametrize("dtype", ["float32", "int8"])
def test_saved_and_loaded(tmp_path, dtype):
    store = Vicinity.from_vectors_and_items(VECTORS, ITEMS, dtype=dtype)
    store.delete(["item 0"])
    store.metadata["about"] = "a test"
    store.save(tmp_path / "store")
    again = Vicinity.load(tmp_path / "store")
    assert again.query(QUERIES) == store.query(QUERIES) and again.metadata == store.metadata
    again.insert(["more"], QUERIES[:1])
    assert again.query(QUERIES[0], k=1)[0][0][0] == "more"
    with pytest.raises(FileExistsError):
        store.save(tmp_path / "store")
    store.save(tmp_path / "store", overwrite=True)


def test_what_there_is_not():
    with pytest.raises(ValueError, match="there is cosine"):
        Vicinity.from_vectors_and_items(VECTORS, ITEMS, metric="euclidean")
    with pytest.raises(ValueError, match="499 items for 500 vectors"):
        Vicinity.from_vectors_and_items(VECTORS, ITEMS[1:])
