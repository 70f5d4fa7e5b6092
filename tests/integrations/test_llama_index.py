"""m2v behind LlamaIndex's interface of embeddings."""

import asyncio
import os
import pickle

import numpy as np
import pytest
from llama_index.core import Settings, VectorStoreIndex
from llama_index.core.embeddings import BaseEmbedding
from llama_index.core.schema import TextNode

from m2v import StaticModel
from m2v.llama_index import M2VEmbedding

MODEL = os.environ["M2V_TEST_MODEL"]


@pytest.fixture(scope="module")
def model():
    return StaticModel.from_pretrained(MODEL)


@pytest.fixture(scope="module")
def embedding(model):
    return M2VEmbedding(model)


def test_vectors_are_the_models(model, embedding, texts):
    expected = model.encode(texts, dtype="float32")
    small_batches = M2VEmbedding(MODEL, embed_batch_size=7)
    for made in (embedding, small_batches):
        assert isinstance(made, BaseEmbedding)
        assert np.array_equal(np.array(made.get_text_embedding_batch(texts), np.float32), expected)
        assert np.array_equal(np.array(made.get_text_embedding(texts[0]), np.float32), expected[0])
        assert np.array_equal(np.array(made.get_query_embedding(texts[1]), np.float32), expected[1])
    assert embedding.get_text_embedding_batch([]) == []


def test_asynchronously(embedding, texts):
    async def everything():
        some = M2VEmbedding(embedding._model, embed_batch_size=7).aget_text_embedding_batch(texts)
        return await some, await embedding.aget_text_embedding(texts[0]), await embedding.aget_query_embedding(texts[1])

    batch, text, query = asyncio.run(everything())
    assert batch == embedding.get_text_embedding_batch(texts)
    assert text == batch[0] and query == batch[1]


def test_saved_and_loaded():
    made = M2VEmbedding(MODEL, options={"dimensionality": 32}, token="hf_secret", embed_batch_size=5)
    assert "hf_secret" not in made.to_json() and "hf_secret" not in repr(made)
    expected = made.get_text_embedding("bread and butter")
    for again in (M2VEmbedding.from_json(made.to_json()), pickle.loads(pickle.dumps(made))):
        assert again.to_dict() == made.to_dict()
        assert again.get_text_embedding("bread and butter") == expected
    assert len(expected) == 32 and made.to_dict()["class_name"] == "M2VEmbedding"


def test_a_model_in_memory_is_pickled_with_it(embedding):
    again = pickle.loads(pickle.dumps(embedding))
    assert again.get_text_embedding("bread") == embedding.get_text_embedding("bread")
    with pytest.raises((ValueError, OSError), match="StaticModel"):
        M2VEmbedding.from_dict(embedding.to_dict())


def test_an_index(embedding, monkeypatch):
    monkeypatch.setattr(Settings, "_llm", None)
    nodes = [TextNode(text=t) for t in ("Bread rises because yeast makes gas.", "The moon pulls the sea.")]
    index = VectorStoreIndex(nodes, embed_model=embedding)
    found = index.as_retriever(similarity_top_k=1).retrieve("baking")
    assert "yeast" in found[0].text
