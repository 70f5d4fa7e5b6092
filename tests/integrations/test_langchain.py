"""LangChain's standard tests of embeddings, and what they leave out."""

import asyncio
import os

import numpy as np
import pytest
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_tests.integration_tests import EmbeddingsIntegrationTests
from langchain_tests.unit_tests import EmbeddingsUnitTests

from m2v import StaticModel
from m2v.langchain import M2VEmbeddings

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
