"""LangChain's standard tests of embeddings, and what they leave out."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from langchain_core.documents import Document
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_tests.integration_tests import EmbeddingsIntegrationTests, VectorStoreIntegrationTests
from langchain_tests.unit_tests import EmbeddingsUnitTests

from m2v import StaticModel
from m2v.langchain import M2VEmbeddings, M2VVectorStore

MODEL = os.environ["M2V_TEST_MODEL"]


class TestUnit(EmbeddingsUnitTests):
    @property
    def embeddings_class(self):
        return M2VEmbeddings

    @property
    def embedding_model_params(self):
        return {"model": MODEL}


class TestIntegration(EmbeddingsIntegrationTests):
    @property
    def embeddings_class(self):
        return M2VEmbeddings

    @property
    def embedding_model_params(self):
        return {"model": MODEL}


class TestVectorStore(VectorStoreIntegrationTests):
    @pytest.fixture
    def vectorstore(self):
        return M2VVectorStore(self.get_embeddings())


@pytest.fixture(scope="module")
def embeddings():
    return M2VEmbeddings(StaticModel.from_pretrained(MODEL))


def test_vectors_are_the_models(embeddings, texts):
    expected = embeddings.model.encode(texts, dtype="float32")
    assert np.array_equal(np.array(embeddings.embed_documents(texts), np.float32), expected)
    assert np.array_equal(np.array(embeddings.embed_query(texts[0]), np.float32), expected[0])
    assert asyncio.run(embeddings.aembed_documents(texts[:5])) == embeddings.embed_documents(texts[:5])
    assert embeddings.embed_documents([]) == []


def test_a_vector_store(embeddings):
    store = InMemoryVectorStore(embeddings)
    store.add_texts(["Bread rises because yeast makes gas.", "The moon pulls the sea.", "A bank lends money."])
    assert "yeast" in store.similarity_search("baking", k=1)[0].page_content


FACTS = [
    ("Bread rises because yeast makes gas.", {"field": "food", "year": 2001}),
    ("Dough needs warmth to rise.", {"field": "food", "year": 2010.5, "tags": ["a", "b"]}),
    ("The moon pulls the sea.", {"field": "sky", "year": "unknown"}),
    ("A bank lends money.", {"true": True}),
]


def filled(embeddings, **options):
    texts, metadatas = zip(*FACTS)
    return M2VVectorStore.from_texts(
        list(texts), embeddings, list(metadatas), ids=["bread", "dough", "moon", "bank"], **options
    )


def ids(documents):
    return [document.id for document in documents]


@pytest.mark.parametrize("dtype", ["float32", "float16", "int8", "bit"])
def test_it_finds_what_langchains_own_store_finds(embeddings, dtype, texts):
    ours = M2VVectorStore(embeddings, dtype=dtype)
    theirs = InMemoryVectorStore(embeddings)
    # A short text's vector may be that of another: their order is nobody's business here.
    documents = [Document(id=str(i), page_content=text) for i, text in enumerate(texts) if len(text) > 40]
    ours.add_documents(documents)
    theirs.add_documents(documents)
    for query in ("how to bake bread", "why the sea rises and falls", "money"):
        expected = theirs.similarity_search_with_score(query, k=10)
        found = ours.similarity_search_with_score(query, k=10)
        assert np.allclose([score for _, score in found], [score for _, score in expected], atol=5e-3)
        assert len({*ids(d for d, _ in found)} & {*ids(d for d, _ in expected)}) >= 9
        if dtype == "float32":
            expected = theirs.max_marginal_relevance_search(query, k=5, fetch_k=30, lambda_mult=0.3)
            assert ids(ours.max_marginal_relevance_search(query, k=5, fetch_k=30, lambda_mult=0.3)) == ids(expected)


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        ({"field": "food"}, {"bread", "dough"}),
        ({"year": {"$gt": 2001}}, {"dough"}),
        ({"year": 2001}, {"bread"}),
        ({"year": "unknown"}, {"moon"}),  # a key may have numbers here and strings there
        ({"year": {"$in": [2001, "unknown"]}}, {"bread", "moon"}),
        ({"field": {"$ne": "food"}}, {"moon", "bank"}),
        ({"$not": {"year": {"$lt": 2005}}}, {"dough", "moon", "bank"}),
        ({"true": True}, {"bank"}),
        ({"tags": "a"}, set()),
        ({"nobody has it": 1}, set()),
        ({"nobody has it": {"$nin": ["x"]}}, {"bread", "dough", "moon", "bank"}),
        ({}, {"bread", "dough", "moon", "bank"}),
    ],
)
def test_filters(embeddings, filter, expected):
    store = filled(embeddings)
    assert set(ids(store.similarity_search("rise", k=9, filter=filter))) == expected
    assert set(ids(store.max_marginal_relevance_search("rise", k=9, filter=filter))) == expected
    assert set(ids(asyncio.run(store.asimilarity_search("rise", k=9, filter=filter)))) == expected


def test_a_filter_that_is_none(embeddings):
    with pytest.raises(ValueError, match=r"unknown operator \"\$near\""):
        filled(embeddings).similarity_search("rise", filter={"year": {"$near": 3}})


def test_saved_and_loaded(embeddings, tmp_path):
    store = filled(embeddings, dtype="int8")
    store.delete(["moon", "not there"])
    store.save(tmp_path / "store")
    again = M2VVectorStore.load(tmp_path / "store", embeddings)
    assert again.similarity_search_with_score("rise") == store.similarity_search_with_score("rise")
    again.add_documents([Document(id="bread", page_content="A loaf of rye.", metadata={"field": "food"})])
    assert len(again) == 3 and again.get_by_ids(["bread"])[0].page_content == "A loaf of rye."
    M2VVectorStore(embeddings).save(tmp_path / "empty")
    assert M2VVectorStore.load(tmp_path / "empty", embeddings).similarity_search("x") == []
    store.save(tmp_path / "mixed")
    (tmp_path / "mixed" / "documents.json").write_bytes((tmp_path / "store" / "documents.json").read_bytes())
    with pytest.raises(ValueError, match="do not belong together"):
        M2VVectorStore.load(tmp_path / "mixed", embeddings)


def test_a_save_that_breaks_off_leaves_the_store_that_was_there(embeddings, tmp_path, monkeypatch):
    store = filled(embeddings)
    store.save(tmp_path)
    store.add_documents([Document(id="rye", page_content="A loaf of rye.")])

    def broken(*arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("m2v.langchain_store.write_file", broken)
        store.save(tmp_path)
    assert len(M2VVectorStore.load(tmp_path, embeddings)) == len(store) - 1
    store.save(tmp_path)
    assert len(M2VVectorStore.load(tmp_path, embeddings)) == len(store)
    assert len(list(tmp_path.iterdir())) == 2


def test_stores_that_are_saved_and_loaded_at_once(embeddings, tmp_path):
    stores = [filled(embeddings), filled(embeddings)]
    stores[1].delete(["moon"])
    stores[0].save(tmp_path)
    with ThreadPoolExecutor(4) as pool:
        saves = [pool.submit(lambda one: [one.save(tmp_path) for _ in range(50)], store) for store in stores]
        while not all(save.done() for save in saves):
            assert len(M2VVectorStore.load(tmp_path, embeddings)) in {len(store) for store in stores}
        for save in saves:
            save.result()
    assert len(list(tmp_path.iterdir())) == 2


def test_as_a_retriever(embeddings):
    store = filled(embeddings)
    found = store.as_retriever(search_kwargs={"k": 2}).invoke("How does bread rise?")
    assert ids(found) == ["bread", "dough"]
    found[0].metadata["field"] = "changed"
    assert store.get_by_ids(["bread"])[0].metadata["field"] == "food"
    relevant = store.similarity_search_with_relevance_scores("How does bread rise?", score_threshold=0.3)
    assert ids(document for document, _ in relevant)[0] == "bread"
    assert store.delete() and len(store) == 0 and store.similarity_search("bread") == []


def test_what_does_not_fit(embeddings):
    store = M2VVectorStore(embeddings)
    with pytest.raises(ValueError, match="2 ids for 1 texts"):
        store.add_texts(["one"], ids=["a", "b"])
    assert store.add_texts([]) == []
    assert store.add_texts(["one", "two"], ids=["same", "same"]) == ["same", "same"]
    assert ids(store.similarity_search("one")) == ["same"]
    assert store.get_by_ids(["same"])[0].page_content == "two"
