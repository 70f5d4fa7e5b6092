"""Trained models: to go on with, to copy, to save; training that is stopped; folds and heads."""

import copy
import pickle
import signal

import model2vec.inference
import numpy as np
import pytest

import train_data
from m2v.inference import MLPHead, StaticModelPipeline
from m2v.train import (
    StaticModelForClassification,
    StaticModelForPairSimilarity,
    StaticModelForRegression,
    StaticModelForSimilarity,
    fit_head,
)
from m2v.train.folds import folds_of
from train_data import (
    LABELS,
    MULTI_LABELS,
    MULTI_TEXTS,
    SHORT,
    SMALL,
    TEST_LABELS,
    TEST_TEXTS,
    TEXTS,
    bytes_of,
    classifier,  # noqa: F401
    folder,  # noqa: F401
    model,  # noqa: F401
    trained,  # noqa: F401
)


def test_a_warm_start(trained):
    """Steps too small to matter leave the model as it is, where without a warm start nothing is left of it."""
    tiny = {"learning_rate": 1e-9, "max_epochs": 1}
    chances = trained.predict_proba(TEST_TEXTS)
    for start in (copy.deepcopy(trained), StaticModelForClassification.from_pipeline(trained.to_pipeline())):
        assert np.array_equal(start.predict_proba(TEST_TEXTS), chances)
        start.fit(TEXTS[:50], [label if label != "moon" else "cats" for label in LABELS[:50]], warm_start=True, **tiny)
        assert start.classes_ == trained.classes_
        np.testing.assert_allclose(start.predict_proba(TEST_TEXTS), chances, atol=1e-5)
    assert np.abs(start.fit(TEXTS, LABELS, **tiny).predict_proba(TEST_TEXTS) - chances).max() > 0.1


def test_a_warm_start_learns(classifier):
    first = classifier.fit(TEXTS, LABELS, **SHORT).report_[0]["train_loss"]
    assert classifier.fit(TEXTS, LABELS, warm_start=True, **SHORT).report_[0]["train_loss"] < first / 2


def test_no_warm_start(model, classifier, trained):
    with pytest.raises(ValueError, match="call fit without it first"):
        classifier.fit(TEXTS, LABELS, warm_start=True)
    again = copy.deepcopy(trained)
    with pytest.raises(ValueError, match=r"does not have: \['rain'\]"):
        again.fit(TEXTS[:2], ["bread", "rain"], warm_start=True)
    with pytest.raises(ValueError, match="multi-label if and only if the model is"):
        again.fit(TEXTS, [[label] for label in LABELS], warm_start=True)
    with pytest.raises(ValueError, match="requires texts of every class"):
        again.fit(TEXTS[:9], ["bread", "cats", "cats"] * 3, warm_start=True, class_weight="balanced")
    vectors = StaticModelForRegression.from_static_model(model=model, **SMALL).fit(TEXTS, np.ones((300, 2)), max_epochs=1)
    with pytest.raises(ValueError, match="predicts vectors"):
        StaticModelForClassification.from_pipeline(vectors.to_pipeline())


@pytest.mark.parametrize("twin_of", [copy.deepcopy, lambda trainer: pickle.loads(pickle.dumps(trainer))])
def test_copies(trained, classifier, twin_of):
    twin = twin_of(trained)
    assert np.array_equal(twin.predict_proba(TEST_TEXTS), trained.predict_proba(TEST_TEXTS))
    assert twin.classes_ == trained.classes_ and twin.report_ == trained.report_
    before = bytes_of(trained)
    expected = bytes_of(classifier.fit(TEXTS, LABELS, random_seed=7, **SHORT))
    assert bytes_of(twin.fit(TEXTS, LABELS, random_seed=7, **SHORT)) == expected
    assert bytes_of(trained) == before != expected


def test_what_is_made_of_it_is_its_own(trained):
    before = trained.predict_proba(TEST_TEXTS)
    pipeline, static = trained.to_pipeline(), trained.to_static_model()
    pipeline.head.layers[0].weight[:] = 0
    pipeline.model.max_length = static.max_length = 1
    static.normalize = False
    assert np.array_equal(trained.predict_proba(TEST_TEXTS), before)
    assert trained.to_static_model().max_length == 512 and trained.to_static_model().normalize


@pytest.mark.parametrize("texts, labels", [(TEXTS, LABELS), (MULTI_TEXTS, MULTI_LABELS)], ids=["one", "several"])
def test_pipelines(classifier, tmp_path, texts, labels):
    """Saved, loaded here and by model2vec."""
    classifier.fit(texts, labels, **SHORT)
    classifier.to_pipeline().save_pretrained(tmp_path / "saved")
    theirs = model2vec.inference.StaticModelPipeline.from_pretrained(str(tmp_path / "saved"))
    for pipeline in (StaticModelPipeline.from_pretrained(tmp_path / "saved"), theirs):
        np.testing.assert_allclose(pipeline.predict_proba(TEST_TEXTS), classifier.predict_proba(TEST_TEXTS), atol=1e-5)
        found = [np.asarray(labels).tolist() for labels in pipeline.predict(TEST_TEXTS)]
        assert found == [np.asarray(labels).tolist() for labels in classifier.predict(TEST_TEXTS)]


def test_many_texts_and_few(trained):
    """Many go through the library's head, few through numpy's; a head of one's own is always used."""
    pipeline = trained.to_pipeline()
    many = (TEST_TEXTS * 4)[:350]
    chances = pipeline.predict_proba(many)
    np.testing.assert_allclose(pipeline.predict_proba(many[:9]), chances[:9], atol=1e-6)
    pipeline.head.layers[0].weight[:] = 0  # as it is now
    assert np.ptp(pipeline.predict_proba(many), axis=0).max() < 1e-6 < np.ptp(chances, axis=0).max()

    class Constant(MLPHead):
        def logits(self, X):
            return np.zeros((len(X), 3))

    pipeline.head = Constant(pipeline.head.layers, pipeline.head.activation, pipeline.head.classes_)
    assert (pipeline.predict_proba(many) == 1 / 3).all()


def stop_at(epoch, how):
    def on_event(kind, stage, done, total, message):
        return how() if stage == f"epoch {epoch}" and done == 1 else None

    return on_event


@pytest.mark.parametrize("how", [lambda: False, lambda: signal.raise_signal(signal.SIGINT)], ids=["False", "Ctrl-C"])
def test_stopped(classifier, caplog, how):
    """The best of the checks that there were is kept."""
    expected = bytes_of(classifier.fit(TEXTS, LABELS, learning_rate=0.003, max_epochs=2))
    assert not classifier.summary_["cancelled"]
    classifier.fit(TEXTS, LABELS, learning_rate=0.003, on_event=stop_at(3, how))
    assert bytes_of(classifier) == expected and classifier.summary_["cancelled"] and len(classifier.report_) == 2
    assert "the best of 2 checks" in caplog.text


def test_stopped_before_the_first_check(classifier, trained):
    again = copy.deepcopy(trained)
    with pytest.raises(KeyboardInterrupt):
        again.fit(TEXTS, LABELS, on_event=stop_at(1, lambda: signal.raise_signal(signal.SIGINT)))
    assert bytes_of(again) == bytes_of(trained), "as it was"
    with pytest.raises(RuntimeError, match="of my own"):
        again.fit(TEXTS, LABELS, on_event=stop_at(3, lambda: raise_my_own()))
    assert bytes_of(again) == bytes_of(trained)


def raise_my_own():
    raise RuntimeError("of my own")


def test_a_progress_bar(classifier, capsys):
    classifier.fit(TEXTS, LABELS, max_epochs=2)
    assert capsys.readouterr().err == ""
    classifier.fit(TEXTS, LABELS, max_epochs=2, show_progress_bar=True)
    shown = capsys.readouterr().err
    assert "Epoch 1: 100%" in shown and "Epoch 2: 100%" in shown




def test_cross_validation(model, classifier):
    found = classifier.cross_validate(TEXTS, LABELS, folds=4, **SHORT)
    assert set(found) == {"accuracy", "macro f1-score", "weighted f1-score"}
    for measure in found.values():
        assert len(measure["folds"]) == 4 and measure["mean"] == pytest.approx(np.mean(measure["folds"]))
        assert measure["std"] == pytest.approx(np.std(measure["folds"], ddof=1))
    assert found == classifier.cross_validate(iter(TEXTS), np.array(LABELS), folds=4, **SHORT)
    assert not hasattr(classifier, "report_") and classifier.out_dim == 2, "nothing is kept"
    kept, held_out = np.split(np.arange(300), [0])[1], folds_of(LABELS, 4, 42)[0]
    kept = np.setdiff1d(kept, held_out)
    classifier.fit([TEXTS[i] for i in kept], [LABELS[i] for i in kept], **SHORT)
    report = classifier.evaluate([TEXTS[i] for i in held_out], [LABELS[i] for i in held_out])
    assert report["accuracy"] == found["accuracy"]["folds"][0]
    assert classifier.cross_validate(MULTI_TEXTS, MULTI_LABELS, folds=2, **SHORT)["accuracy"]["mean"] > 0
    y = np.random.default_rng(0).normal(size=(300, 3)).astype(np.float32)
    for kind, measure in ((StaticModelForSimilarity, "cosine"), (StaticModelForRegression, "mean squared error")):
        trainer = kind.from_static_model(model=model, **SMALL)
        assert list(trainer.cross_validate(TEXTS, y, folds=2, **SHORT)) == [measure]
    pairs = StaticModelForPairSimilarity.from_static_model(model=model, n_layers=0)
    exact = pairs.cross_validate(TEXTS, TEXTS, folds=2, max_epochs=1)
    assert exact == {"partner is nearest": {"mean": 1.0, "std": 0.0, "folds": [1.0, 1.0]}}


@pytest.mark.parametrize("labels", [LABELS, MULTI_LABELS, np.zeros((301, 2))], ids=["one", "several", "vectors"])
def test_folds(labels):
    folds = folds_of(labels, 7, 1)
    assert sorted(np.concatenate(folds).tolist()) == list(range(len(labels)))
    assert max(map(len, folds)) - min(map(len, folds)) <= 1
    if labels is LABELS:
        for label in train_data.TOPICS:
            counts = [sum(labels[position] == label for position in fold) for fold in folds]
            assert max(counts) - min(counts) <= 1
    for wrong in (1, len(labels) + 1):
        with pytest.raises(ValueError, match="folds must be at least 2"):
            folds_of(labels, wrong, 1)


def test_a_head_alone(model):
    vectors, test_vectors = model.encode(TEXTS), model.encode(TEST_TEXTS)
    head = fit_head(vectors, LABELS, hidden_dim=16, learning_rate=0.01)
    assert [layer.weight.shape for layer in head.layers] == [(16, 24), (3, 16)]
    assert (head.classes_[head.predict_index(test_vectors)] == TEST_LABELS).mean() > 0.65
    pipeline = StaticModelPipeline(model, head)
    np.testing.assert_allclose(pipeline.predict_proba(TEST_TEXTS), head.predict_proba(test_vectors), atol=1e-6)
    several = fit_head(model.encode(MULTI_TEXTS), MULTI_LABELS, n_layers=0, learning_rate=0.01)
    found = StaticModelPipeline(model, several).evaluate(MULTI_TEXTS, MULTI_LABELS)
    assert len(several.layers) == 1 and found["accuracy"] > 0.5
    options = {"hidden_dim": 16, "max_epochs": 2}
    one, two = (fit_head(vectors, LABELS, threads=threads, **options) for threads in (1, 2))
    assert np.array_equal(one.layers[0].weight, two.layers[0].weight)
