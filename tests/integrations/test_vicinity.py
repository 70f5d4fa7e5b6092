"""`m2v.vicinity` answers as vicinity does."""

import copy
import pickle

import numpy as np
import pytest
from vicinity import Backend
from vicinity import Vicinity as Reference

from m2v.vicinity import Metric, Vicinity

VECTORS = np.random.default_rng(1).normal(size=(500, 32)).astype(np.float32)
QUERIES = np.random.default_rng(2).normal(size=(20, 32)).astype(np.float32)
ITEMS = [f"item {i}" for i in range(500)]


@pytest.fixture(params=["cosine", "euclidean"])
def both(request):
    return [
        one.from_vectors_and_items(VECTORS, ITEMS, backend_type=Backend.BASIC, metric=request.param, store_vectors=True)
        for one in (Vicinity, Reference)
    ]


def assert_same(ours, theirs):
    assert len(ours) == len(theirs)
    for found, expected in zip(ours, theirs):
        expected = sorted(expected, key=lambda hit: hit[1])  # vicinity does not sort what a threshold gives
        assert [item for item, _ in found] == [item for item, _ in expected]
        assert np.allclose([d for _, d in found], [d for _, d in expected], atol=5e-3)  # theirs are differences of squares


def assert_all_same(both):
    ours, theirs = both
    assert len(ours) == len(theirs) and ours.items == theirs.items and ours.dim == theirs.dim
    assert_same(ours.query(QUERIES, k=7), theirs.query(QUERIES, k=7))
    assert_same(ours.query(QUERIES[0]), theirs.query(QUERIES[0]))
    for threshold in (0.3, 0.7, 1.0, 6.0, 8.0, 100.0):
        assert_same(ours.query_threshold(QUERIES, threshold), theirs.query_threshold(QUERIES, threshold))


def test_queries(both):
    assert_all_same(both)
    with pytest.raises(ValueError, match="k must be at least 1"):
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
    for position in (3, [0, 5, 498]):
        assert np.array_equal(both[0].get_vector_by_index(position), both[1].get_vector_by_index(position))


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


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
@pytest.mark.parametrize("stores", [True, False])
def test_folders_go_both_ways(tmp_path, metric, stores):
    made = [
        one.from_vectors_and_items(VECTORS, [*ITEMS[:-1], {"a": [1]}], metric=metric, store_vectors=stores)
        for one in (Vicinity, Reference)
    ]
    for one, folder in zip(made, ("ours", "theirs")):
        one.delete(["item 3"])
        one.insert(["new"], QUERIES[:1])
        one.metadata["about"] = "a test"
        one.save(tmp_path / folder)
    for folder in ("ours", "theirs"):
        ours, theirs = Vicinity.load(tmp_path / folder), Reference.load(tmp_path / folder)
        assert_same(ours.query(QUERIES), theirs.query(QUERIES))
        assert ours.items == theirs.items and ours.metadata == theirs.metadata
        assert (ours.vector_store is None) == (theirs.vector_store is None) == (not stores)
    theirs.save(tmp_path / "ours", overwrite=True)  # what is left of ours there does not count
    assert_same(Vicinity.load(tmp_path / "ours").query(QUERIES), theirs.query(QUERIES))


def test_evaluation():
    for dtype, least in (("float32", 1.0), ("bit", 0.9)):
        store = Vicinity.from_vectors_and_items(VECTORS, ITEMS, dtype=dtype)
        speed, recall = store.evaluate(VECTORS, QUERIES, k=5)
        assert speed > 0 and least <= recall <= 1
    reference = Reference.from_vectors_and_items(VECTORS, ITEMS, metric="euclidean")
    ours = Vicinity.from_vectors_and_items(VECTORS, ITEMS, metric="euclidean")
    assert ours.evaluate(VECTORS, QUERIES)[1] == reference.evaluate(VECTORS, QUERIES)[1] == 1


def test_far_from_the_origin():
    """Where squares are large, distances are still computed from differences."""
    near = (VECTORS + 1000).astype(np.float32)
    store = Vicinity.from_vectors_and_items(near, ITEMS, metric=Metric.EUCLIDEAN)
    for position in range(10):
        (item, distance), *_ = store.query(near[position], k=1)[0]
        assert item == ITEMS[position] and distance == 0


def test_what_there_is_not():
    with pytest.raises(ValueError, match="metric must be 'cosine' or 'euclidean'"):
        Vicinity.from_vectors_and_items(VECTORS, ITEMS, metric="hamming")
    with pytest.raises(ValueError, match="backend_type must be 'basic'"):
        Vicinity.from_vectors_and_items(VECTORS, ITEMS, backend_type=Backend.HNSW)
    with pytest.raises(TypeError, match="ef_construction"):
        Vicinity.from_vectors_and_items(VECTORS, ITEMS, ef_construction=200)
    with pytest.raises(ValueError, match="499 items for 500 vectors"):
        Vicinity.from_vectors_and_items(VECTORS, ITEMS[1:])
    with pytest.raises(ValueError, match="store_vectors=True"):
        Vicinity.from_vectors_and_items(VECTORS, ITEMS).get_vector_by_index(0)
    with pytest.raises(TypeError, match="(?i)json"):
        Vicinity.from_vectors_and_items(VECTORS[:1], [object()]).save("never-made")


def test_copies():
    store = Vicinity.from_vectors_and_items(VECTORS, ITEMS, metric="euclidean", store_vectors=True)
    store.delete(["item 4"])
    for twin in (pickle.loads(pickle.dumps(store)), copy.deepcopy(store)):
        assert twin.query(QUERIES) == store.query(QUERIES) and twin.items == store.items
        twin.insert(["more"], QUERIES[:1])
        assert len(twin) == len(store) + 1
    assert repr(store) == "Vicinity(499 items, 32 float32, euclidean)"
