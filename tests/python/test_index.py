"""`m2v.Index`: numpy in, numpy out."""

import copy
import pickle
import threading

import numpy as np
import pytest

import m2v
from m2v import Index
from m2v.index import diversify

DTYPES = ["float32", "float16", "int8", "bit"]
TOLERANCE = {"float32": 1e-6, "float16": 1e-3, "int8": 2e-2, "bit": 1e-3}


def random_vectors(rows, dim, seed):
    return np.random.default_rng(seed).normal(size=(rows, dim)).astype(np.float32)


def unit(vectors):
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_hits_are_numpys(dtype):
    vectors, queries = random_vectors(700, 48, 1), random_vectors(20, 48, 2)
    index = Index(48, dtype=dtype)
    ids = index.add(vectors)
    assert np.array_equal(ids, np.arange(700)) and len(index) == 700
    kept = index.vectors(ids)
    assert np.abs(kept - unit(vectors)).max() <= TOLERANCE[dtype]
    expected = unit(queries) @ kept.T
    ids, scores = index.search(queries, 10)
    assert ids.shape == scores.shape == (20, 10) and ids.dtype == np.int64 and scores.dtype == np.float32
    best = np.sort(expected, axis=1)[:, ::-1][:, :10]
    assert np.abs(scores - best).max() <= 1e-6
    assert np.abs(np.take_along_axis(expected, ids, axis=1) - scores).max() <= 1e-6
    one_ids, one_scores = index.search(queries[3])
    assert np.array_equal(one_ids, ids[3]) and np.array_equal(one_scores, scores[3])


def test_inner_products():
    vectors = random_vectors(100, 8, 3) * 5
    index = Index(8, metric="inner_product")
    index.add(vectors)
    ids, scores = index.search(vectors[7], 100)
    assert np.allclose(scores, np.sort(vectors @ vectors[7])[::-1], rtol=1e-5, atol=1e-5)
    assert (index.dim, index.metric, index.dtype) == (8, "inner_product", "float32")


def test_vectors_of_other_types_and_layouts():
    vectors = random_vectors(30, 6, 4)
    index = Index(6)
    index.add(vectors)
    expected = index.search(vectors[:3], 5)
    for same in (vectors[:3].astype(np.float64), np.asfortranarray(vectors[:3]), vectors[:3].tolist()):
        found = index.search(same, 5)
        assert all(map(np.array_equal, found, expected))
    index.add(vectors[0].astype(np.float16), ids=100)
    assert set(index.search(vectors[0], 2)[0]) == {0, 100}


def test_metadata_and_filters():
    vectors = random_vectors(200, 5, 5)
    year = np.arange(200) % 50 + 1980
    lang = [["en", "de", None][i % 3] for i in range(200)]
    price = [None if i % 7 == 0 else i / 4 for i in range(200)]
    index = Index(5)
    index.add(vectors, metadata={"year": year, "lang": lang, "price": price, "new": year > 2010})
    assert index.columns == ["year", "lang", "price", "new"]
    no_price = np.array([p is None for p in price])
    prices = np.array([np.nan if p is None else p for p in price])
    langs = np.array([one or "" for one in lang])
    cases = [
        ({"year": 1999}, year == 1999),
        ({"year": {"$gte": 2000, "$lt": 2010.5}}, (year >= 2000) & (year <= 2010)),
        ({"lang": "en", "year": {"$gt": np.int32(2000)}}, (langs == "en") & (year > 2000)),
        ({"lang": {"$ne": "en"}}, langs != "en"),
        ({"lang": {"$in": ["en", "fr"]}}, langs == "en"),
        ({"lang": {"$nin": ["en"]}, "price": {"$lte": 20}}, (langs != "en") & (prices <= 20)),
        ({"$or": [{"lang": "de"}, {"price": {"$gt": 40}}]}, (langs == "de") | (prices > 40)),
        ({"$and": [{"lang": "de"}, {"$not": {"year": {"$lt": 2000}}}]}, (langs == "de") & (year >= 2000)),
        ({"price": {"$not": {"$gt": 40}}}, (prices <= 40) | no_price),
        ({"new": True}, year > 2010),
        ({"year": {"$in": []}}, np.zeros(200, bool)),
        ({}, np.ones(200, bool)),
        (None, np.ones(200, bool)),
    ]
    for filter, expected in cases:
        ids, _ = index.search(vectors[0], 200, filter=filter)
        assert set(ids) == set(np.flatnonzero(expected)), filter


def test_pages_groups_and_the_lowest_score():
    vectors = random_vectors(300, 7, 6)
    index = Index(7)
    index.add(vectors, metadata={"document": np.arange(300) // 10})
    ids, scores = index.search(vectors[5], 300)
    for offset in (0, 7, 290, 400):
        assert np.array_equal(index.search(vectors[5], 20, offset=offset)[0], ids[offset : offset + 20])
    assert np.array_equal(index.search(vectors[5], 300, min_score=0.5)[0], ids[scores >= 0.5])
    first = {}
    for id in ids.tolist():
        first.setdefault(id // 10, id)
    assert index.search(vectors[5], 12, group_by="document")[0].tolist() == list(first.values())[:12]


def test_rows_of_a_batch_may_be_of_different_lengths():
    index = Index(2)
    index.add([[1, 0], [1, 0.1], [0, 1]])
    ids, scores = index.search([[1, 0], [-1, -1]], 3, min_score=0.5)
    assert ids.tolist() == [[0, 1], [-1, -1]] and np.isneginf(scores[1]).all()
    ids, scores = index.search([[-1, -1]], 3, min_score=0.5)
    assert ids.shape == scores.shape == (1, 0)


def test_removed_and_added_again():
    vectors = random_vectors(50, 4, 7)
    index = Index(4)
    index.add(vectors)
    assert index.remove([3, 4, 99]) == 2 and 3 not in index and 5 in index and -1 not in index
    assert index.add(vectors[:1]).tolist() == [50]
    assert index.add(vectors[3:4], ids=[3]).tolist() == [3]
    assert sorted(index.ids) == [*range(4), *range(5, 51)]
    assert index.remove(index.ids) == 50 and index.search(vectors[0])[0].size == 0


@pytest.mark.parametrize("dtype", DTYPES)
def test_saved_and_loaded(dtype, tmp_path):
    vectors = random_vectors(100, 9, 8)
    index = Index(9, dtype=dtype)
    index.add(vectors, ids=np.arange(100) * 3, metadata={"n": np.arange(100), "s": ["a", None] * 50})
    index.save(tmp_path / "index.m2v")
    again = Index.load(tmp_path / "index.m2v")
    assert (len(again), again.dim, again.dtype, again.columns) == (100, 9, dtype, ["n", "s"])
    for filter in (None, {"s": "a"}, {"n": {"$lt": 30}}):
        found, expected = again.search(vectors, 5, filter=filter), index.search(vectors, 5, filter=filter)
        assert all(map(np.array_equal, found, expected))
    assert again.add(vectors[:1]).tolist() == [298]
    (tmp_path / "damaged").write_bytes((tmp_path / "index.m2v").read_bytes()[:-1])
    with pytest.raises(m2v.FormatError, match="cut off"):
        Index.load(tmp_path / "damaged")
    with pytest.raises(m2v.IoError, match="cannot open"):
        Index.load(tmp_path / "nothing")


def test_many_threads_search_at_once():
    vectors = random_vectors(3000, 64, 9)
    index = Index(64, dtype="int8")
    index.add(vectors)
    expected = index.search(vectors[:40], 5)
    found = [None] * 4

    def search(position):
        found[position] = index.search(vectors[:40], 5, threads=position % 2 + 1)

    threads = [threading.Thread(target=search, args=(position,)) for position in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.array_equal(ids, expected[0]) for ids, _ in found)


def test_diversify():
    vectors = [[1, 0], [1, 0.01], [0.5, -1]]
    assert diversify([0.9, 0.8, 0.4], vectors, 2, 0.5) == [0, 2]
    assert diversify([0.9, 0.8, 0.4], vectors, 2, 1.0) == [0, 1]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda index: index.add(np.ones((2, 4))), "vectors of 4 values for an index of 3"),
        (lambda index: index.add([[1, 2, np.nan]]), "row 0 has a value that is not finite"),
        (lambda index: index.add([[1, 2, 3]], ids=[0]), "id 0 is there already"),
        (lambda index: index.add([[1, 2, 3]], ids=[1, 2]), "2 ids for 1 vectors"),
        (lambda index: index.add([[1, 2, 3]], ids=[-1]), "ids must be from 0"),
        (lambda index: index.add([[1, 2, 3]], ids=[0.5]), "ids must be a list of integers"),
        (lambda index: index.add([[1, 2, 3]], metadata={"year": ["x"]}), "holds integers, not strings"),
        (lambda index: index.add([[1, 2, 3]], metadata={"year": [1, 2]}), "2 values for 1 vectors"),
        (lambda index: index.add([[1, 2, 3]], metadata={"new": [[1]]}), 'column "new" holds list'),
        (lambda index: index.add(np.ones((1, 1, 3))), "an array of 3 dimensions"),
        (lambda index: index.search([1, 2]), "queries of 2 values"),
        (lambda index: index.search([1, 2, np.inf]), "not finite"),
        (lambda index: index.search([1, 2, 3], filter={"month": 1}), 'no column "month" in the index; it has year'),
        (lambda index: index.search([1, 2, 3], filter={"year": "x"}), "holds numbers"),
        (lambda index: index.search([1, 2, 3], filter={"year": {"$near": 1}}), r'unknown operator "\$near"'),
        (lambda index: index.search([1, 2, 3], filter={"$nor": []}), r'unknown operator "\$nor"'),
        (lambda index: index.search([1, 2, 3], filter={"year": {"$in": "x"}}), "take a list"),
        (lambda index: index.search([1, 2, 3], filter={"year": None}), "values must be strings or numbers"),
        (lambda index: index.search([1, 2, 3], filter=3), "a filter must be a dict"),
        (lambda index: index.vectors([7]), "no vector of id 7"),
        (lambda index: Index(0), "at least one value"),
        (lambda index: Index(3, metric="l2"), "expected one of cosine, inner_product"),
        (lambda index: Index(3, dtype="int4"), "expected one of float32"),
        (lambda index: Index(3, metric="inner_product", dtype="bit"), "cosine"),
    ],
)
def test_mistakes(call, message):
    index = Index(3)
    index.add([[1, 2, 3]], metadata={"year": [2000]})
    with pytest.raises(ValueError, match=message):
        call(index)
    assert len(index) == 1


@pytest.mark.parametrize("dtype", ["float32", "int8", "bit"])
def test_copies(dtype):
    index = Index(8, dtype=dtype)
    vectors = np.random.default_rng(8).normal(size=(300, 8))
    index.add(vectors, metadata={"year": list(range(300))})
    index.remove([299])
    for twin in (pickle.loads(pickle.dumps(index)), copy.copy(index), copy.deepcopy(index)):
        for found, expected in zip(twin.search(vectors[:5]), index.search(vectors[:5])):
            assert np.array_equal(found, expected)
        assert twin.add(vectors[:1], metadata={"year": [1]}).tolist() == [300], "an id is not given again"
        assert len(index) == 299
    assert repr(index) == f"Index(299 x 8 {dtype}, cosine)"
