"""What looks like a mistake in labelled texts is a warning, in fit and once in cross_validate."""

import warnings

import pytest

from m2v.train import DataWarning, StaticModelForPairSimilarity
from train_data import (
    LABELS,
    TEXTS,
    classifier,  # noqa: F401
    folder,  # noqa: F401
    model,  # noqa: F401
)

ONE = {"max_epochs": 1}


def told(run):
    """The warnings of a call."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        run()
    assert all(warning.category is DataWarning for warning in caught)
    assert all(warning.filename == __file__ for warning in caught), "they point to the caller"
    return [str(warning.message) for warning in caught]


CASES = {
    "empty text": (["", " \u00a0\n"], ["cats", "moon"], "2 texts are empty: texts 300 and 301"),
    "case": (["a fox"] * 2, ["Cats", "Cats"], '"Cats" and "cats"): texts 300 and 301'),
    "white space": (["a fox"] * 2, ["cats ", "cats "], '"cats" and "cats "): texts 300 and 301'),
    "one text": (["a dog from home"], ["dogs"], 'the class "dogs" has one text only: text 300'),
    "conflict": (["one and the same"] * 4, ["cats", "moon"] * 2, "4 texts have other labels elsewhere in the data"),
    "header": (["Text"], ["Label"], "looks like the header of the table: text 300"),
}


@pytest.mark.parametrize("case", CASES)
def test_in_fit_and_in_folds(classifier, case):
    texts, labels, message = CASES[case]
    texts, labels = TEXTS + texts, LABELS + labels
    for run in (
        lambda: classifier.fit(texts, labels, **ONE),
        lambda: classifier.cross_validate(texts, labels, folds=2, **ONE),
    ):
        found = told(run)
        assert len(found) == 1 and message in found[0], found
    assert sum(classifier.summary_["data_problems"].values()) == len(texts) - len(TEXTS)


def test_swapped_columns(classifier):
    texts = [f"{text} {number}" for number, text in enumerate(TEXTS)]
    (found,) = told(lambda: classifier.fit(LABELS, texts, **ONE))
    assert "the columns may be swapped" in found


def test_an_error_if_warnings_are_errors(classifier):
    with warnings.catch_warnings():
        warnings.simplefilter("error", DataWarning)
        with pytest.raises(DataWarning, match="1 text is empty: text 300"):
            classifier.fit([*TEXTS, ""], [*LABELS, "cats"], **ONE)


def test_data_without_a_mistake_and_other_tasks(classifier, model):
    assert told(lambda: classifier.fit(TEXTS, LABELS, **ONE)) == []
    pairs = StaticModelForPairSimilarity.from_static_model(model=model)
    assert told(lambda: pairs.fit(TEXTS, TEXTS, **ONE)) == []
