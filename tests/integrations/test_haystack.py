"""m2v as components of Haystack."""

import os

import numpy as np
import pytest
from haystack import Document, Pipeline
from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack.utils import Secret

from m2v import StaticModel
from m2v.haystack import M2VDocumentEmbedder, M2VTextEmbedder

MODEL = os.environ["M2V_TEST_MODEL"]


@pytest.fixture(scope="module")
def model():
    return StaticModel.from_pretrained(MODEL)


def encoded(model, text):
    return model.encode(text, dtype="float32").tolist()


def test_vectors_are_the_models(model, texts):
    documents = [Document(content=text) for text in texts]
    embedder = M2VDocumentEmbedder(MODEL)
    made = embedder.run(documents)["documents"]
    assert np.array_equal(np.array([d.embedding for d in made], np.float32), model.encode(texts, dtype="float32"))
    assert [d.content for d in made] == texts and all(d.embedding is None for d in documents)
    assert M2VTextEmbedder(MODEL).run(texts[0])["embedding"] == made[0].embedding
    assert embedder.run([])["documents"] == []


def test_what_is_put_around_texts(model):
    around = {"prefix": "query: ", "suffix": " END"}
    assert M2VTextEmbedder(MODEL, **around).run("bread")["embedding"] == encoded(model, "query: bread END")
    fields = {"meta_fields_to_embed": ["title", "no", "year"], "embedding_separator": " | "}
    embedder = M2VDocumentEmbedder(MODEL, **around, **fields)
    documents = [Document(content="dough", meta={"title": "Bread", "year": 1824, "no": None}), Document(content=None)]
    first, second = embedder.run(documents)["documents"]
    assert first.embedding == encoded(model, "query: Bread | 1824 | dough END")
    assert second.embedding == encoded(model, "query:  END")


@pytest.mark.parametrize("kind", [M2VTextEmbedder, M2VDocumentEmbedder])
def test_the_wrong_kind_of_input(kind):
    for wrong in (["a text"], Document(content="a text"), [Document(content="a"), "b"], 7):
        with pytest.raises(TypeError, match="embeds a string.*embeds documents|embeds a list of documents.*a string"):
            kind(MODEL).run(wrong)


@pytest.mark.parametrize("kind", [M2VTextEmbedder, M2VDocumentEmbedder])
def test_the_model_is_loaded_by_warm_up_once(kind):
    component = kind("no/such folder")
    with pytest.raises((ValueError, OSError), match="no/such folder"):
        component.warm_up()
    component = kind(MODEL)
    component.warm_up()
    loaded = component._loaded
    component.warm_up()
    assert component._loaded is loaded


def test_to_a_dictionary_and_back(monkeypatch):
    monkeypatch.setenv("M2V_A_SECRET", "hf_secret")
    token = Secret.from_env_var("M2V_A_SECRET")
    fields = {"meta_fields_to_embed": ["c"], "embedding_separator": "d"}
    embedder = M2VDocumentEmbedder(MODEL, token=token, prefix="a", suffix="b", **fields, dimensionality=32)
    data = embedder.to_dict()
    assert data["type"] == "m2v.haystack.M2VDocumentEmbedder" and "hf_secret" not in str(data)
    again = M2VDocumentEmbedder.from_dict(data)
    assert again.to_dict() == data and again.token == token
    document = Document(content="bread", meta={"c": "dough"})
    expected = encoded(StaticModel.from_pretrained(MODEL, dimensionality=32), "adoughdbreadb")
    assert again.run([document])["documents"][0].embedding == expected
    assert again.run([document]) == embedder.run([document])
    text = M2VTextEmbedder(MODEL, prefix="a", dimensionality=32)
    assert M2VTextEmbedder.from_dict(text.to_dict()).run("bread") == text.run("bread")


def test_a_pipeline_is_saved_and_searches():
    store = InMemoryDocumentStore()
    contents = ["Bread rises because yeast makes gas.", "The moon pulls the sea.", "A bank lends money."]
    store.write_documents(M2VDocumentEmbedder(MODEL).run([Document(content=c) for c in contents])["documents"])
    pipeline = Pipeline()
    pipeline.add_component("embedder", M2VTextEmbedder(MODEL))
    pipeline.add_component("retriever", InMemoryEmbeddingRetriever(store, top_k=1))
    pipeline.connect("embedder.embedding", "retriever.query_embedding")
    found = pipeline.run({"embedder": {"text": "baking"}})["retriever"]["documents"]
    assert "yeast" in found[0].content
    again = Pipeline.loads(pipeline.dumps(), allowed_modules=["m2v.haystack"])
    assert again.get_component("embedder").model == MODEL
