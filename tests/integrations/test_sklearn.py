"""m2v as a scikit-learn transformer: scikit-learn's own checks, and what they leave out."""

import os
import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator

from m2v import StaticModel
from m2v.sklearn import StaticEmbedder

MODEL = os.environ["M2V_TEST_MODEL"]
FOOD = ["Bread rises because yeast makes gas.", "Fry the onions in butter.", "A soup of beans and rice."]
SKY = ["The moon pulls the sea.", "A comet's tail points away from the Sun.", "Mars has two small moons."]

# Of the checks for arrays of numbers, these are about the numbers themselves; texts have nothing like it.
CANNOT_APPLY = {
    "check_complex_data": "texts are no complex numbers",
    "check_estimators_nan_inf": "texts are neither NaN nor infinite",
    "check_estimator_sparse_tag": "texts are never sparse, and fit looks at none",
    "check_n_features_in": "a list of texts has no width",
    "check_n_features_in_after_fitting": "a list of texts has no width",
    "check_fit1d": "a list of texts is one-dimensional",
    "check_fit2d_predict1d": "a list of texts is one-dimensional",
    "check_estimators_empty_data_messages": "no texts have no vectors, as in StaticModel.encode",
}


class OfNumbers(StaticEmbedder):
    """Reads a row of numbers as a text, so that the checks for arrays of numbers can be run."""

    def transform(self, X):
        return super().transform([" ".join(map(str, row)) for row in np.asarray(X)])

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = True
        return tags


@pytest.fixture(scope="module")
def model():
    return StaticModel.from_pretrained(MODEL)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
def test_check_estimator(model):
    check_estimator(StaticEmbedder(MODEL))
    check_estimator(StaticEmbedder(model))


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
def test_the_checks_for_numbers():
    """All pass but those listed, and each of these is still one that scikit-learn has and that does not."""
    results = check_estimator(OfNumbers(MODEL), on_fail=None, on_skip=None)
    by_status = {status: {r["check_name"] for r in results if r["status"] == status} for status in ("passed", "failed")}
    assert by_status["failed"] == set(CANNOT_APPLY)
    assert {"check_estimators_pickle", "check_transformer_general", "check_fit_idempotent"} <= by_status["passed"]


def test_vectors_are_the_models(model, texts):
    expected = model.encode(texts, dtype="float32")
    for shape in (list, np.array, pd.Series, lambda t: pd.DataFrame({"text": t}), lambda t: np.array(t)[:, None]):
        assert np.array_equal(StaticEmbedder(MODEL).transform(shape(texts)), expected)
    assert StaticEmbedder(model).fit_transform([]).shape == (0, 256)


def test_parameters(model):
    embedder = clone(StaticEmbedder(model, normalize=False)).set_params(dimensionality=32)
    vectors = embedder.fit_transform(FOOD)
    assert vectors.shape == (3, 32) and not np.allclose(np.linalg.norm(vectors, axis=1), 1)
    assert model.dim == 256
    with pytest.raises(ValueError, match="300"):
        embedder.set_params(dimensionality=300).fit(FOOD)


def test_a_pipeline_is_trained_searched_and_pickled():
    pipeline = make_pipeline(StaticEmbedder(MODEL), LogisticRegression())
    search = GridSearchCV(pipeline, {"staticembedder__dimensionality": [16, None]}, cv=3)
    search.fit(FOOD + SKY, ["food"] * 3 + ["sky"] * 3)
    again = pickle.loads(pickle.dumps(search.best_estimator_))
    assert list(again.predict(["rice with butter", "stars and planets"])) == ["food", "sky"]


def test_columns_of_a_table(model):
    table = pd.DataFrame({"title": FOOD, "price": [1.0, 2.0, 3.0]}, index=[7, 8, 9])
    columns = ColumnTransformer(
        [("text", StaticEmbedder(MODEL), "title"), ("number", StandardScaler(), ["price"])]
    ).set_output(transform="pandas")
    made = columns.fit_transform(table)
    assert list(made.index) == [7, 8, 9]
    assert list(made.columns) == [*(f"text__staticembedder{i}" for i in range(256)), "number__price"]
    assert np.array_equal(made.iloc[:, :256].to_numpy(np.float32), model.encode(FOOD, dtype="float32"))
    assert list(made.columns) == list(columns.get_feature_names_out())


def test_what_are_no_texts():
    embedder = StaticEmbedder(MODEL).fit(FOOD)
    with pytest.raises(ValueError, match="into a list"):
        embedder.transform("one text")
    with pytest.raises(ValueError, match="a single column"):
        embedder.transform(pd.DataFrame({"a": FOOD, "b": FOOD}))
    for missing in (None, float("nan")):
        with pytest.raises(TypeError):
            embedder.transform(pd.Series(["a text", missing], dtype=object))
