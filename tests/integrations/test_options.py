"""Options of adapters that are misspelt, or have no effect, are errors where they are given."""

import os

import pytest
import spacy
from langchain_core.documents import Document

import m2v.spacy  # noqa: F401
from m2v import StaticModel
from m2v.haystack import M2VDocumentEmbedder, M2VTextEmbedder
from m2v.langchain import M2VEmbeddings, M2VVectorStore
from m2v.llama_index import M2VEmbedding
from m2v.sklearn import StaticEmbedder

MODEL = os.environ["M2V_TEST_MODEL"]


@pytest.mark.parametrize(
    "make",
    [
        lambda: M2VEmbeddings(MODEL, normalise=True),
        lambda: M2VEmbedding(MODEL, options={"normalise": True}),
        lambda: M2VTextEmbedder(MODEL, normalise=True),
        lambda: M2VDocumentEmbedder(MODEL, normalise=True),
        lambda: StaticEmbedder(MODEL, normalise=True),
        lambda: spacy.blank("en").add_pipe("m2v", config={"model": MODEL, "options": {"normalise": True}}),
    ],
)
def test_misspelt(make):
    with pytest.raises(TypeError, match="normalise"):
        make()


def test_fields_of_llama_index():
    with pytest.raises(TypeError, match="did you mean 'embed_batch_size'"):
        M2VEmbedding(MODEL, embed_batch_sise=3)


def test_options_beside_a_model():
    model = StaticModel.from_pretrained(MODEL)
    with pytest.raises(TypeError, match="normalize"):
        M2VEmbeddings(model, normalize=True)
    with pytest.raises(TypeError, match="model must be a path or a name"):
        M2VEmbeddings(None)


@pytest.mark.parametrize(
    "call",
    [
        lambda store: store.similarity_search("a", filters={"x": 1}),
        lambda store: store.add_texts(["a"], metadata=[{}]),
        lambda store: store.add_documents([Document(page_content="a")], id=["1"]),
        lambda store: store.delete(id=["1"]),
        lambda store: store.max_marginal_relevance_search("a", fetchk=3),
        lambda store: M2VVectorStore.from_texts(["a"], store.embeddings, id=["1"]),
    ],
)
def test_the_store(call):
    store = M2VVectorStore(M2VEmbeddings(MODEL))
    with pytest.raises(TypeError, match="unexpected keyword argument"):
        call(store)
