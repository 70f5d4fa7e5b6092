"""Fine-tuning from Python: what its options do, and what stays as it was."""

import copy

import numpy as np
import pytest

import train_data
from conftest import weighted
from m2v import StaticModel
from m2v.train import (
    StaticModelForClassification,
)
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
    used_rows,
)


def test_the_given_model(model):
    before = model.embedding.copy(), dict(model.config)
    trainer = StaticModelForClassification.from_static_model(model=model, max_length=5, **SMALL).fit(TEXTS, LABELS, **SHORT)
    assert np.array_equal(model.embedding, before[0]) and model.config == before[1]
    assert not np.array_equal(trainer.to_static_model().embedding, model.embedding)
    assert np.array_equal(trainer.vectors, model.embedding)


def test_rows_that_no_text_has(model, classifier):
    rows = classifier.fit(TEXTS, LABELS, **SHORT).to_static_model().embedding
    used = used_rows(model, TEXTS)
    assert (rows[used] != model.embedding[used]).any(1).all() and 0 < used.sum() < len(used)
    assert np.array_equal(rows[~used], model.embedding[~used])


def test_a_frozen_table(model):
    """Its rows stay; of tokens with weights only the weights are trained, so that rows keep their direction."""
    trainer = StaticModelForClassification.from_static_model(model=model, freeze=True, **SMALL)
    trainer.fit(TEXTS, LABELS, learning_rate=0.01)
    assert np.array_equal(trainer.to_static_model().embedding, model.embedding)
    assert trainer.evaluate(TEST_TEXTS, TEST_LABELS)["accuracy"] > 0.55
    learns = StaticModelForClassification.from_static_model(model=model, freeze=True, freeze_weights=False, **SMALL)
    assert (learns.w == 1).all() and trainer.w is None
    rows = learns.fit(TEXTS, LABELS, **SHORT).to_static_model().embedding
    used = used_rows(model, TEXTS)
    scales = (rows[used] * model.embedding[used]).sum(1) / (model.embedding[used] ** 2).sum(1)
    assert (scales != 1).all()
    np.testing.assert_allclose(rows[used], model.embedding[used] * scales[:, None], atol=1e-6)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A model of which the tokens share rows and have weights."""
    parts = weighted(train_data.TOKENIZER, rows=9)
    return StaticModel.from_pretrained(train_data.write_model(tmp_path_factory.mktemp("shared"), rows=9, **parts))


@pytest.mark.parametrize("freeze_weights", [None, True])
def test_shared_rows_and_weights(shared, freeze_weights):
    trainer = StaticModelForClassification.from_static_model(model=shared, freeze_weights=freeze_weights, **SMALL)
    static = trainer.fit(TEXTS, LABELS, **SHORT).to_static_model()
    assert np.array_equal(static.token_mapping, shared.token_mapping)
    used = used_rows(StaticModel(np.zeros((len(shared.weights), 1), np.float32), shared.tokenizer), TEXTS)
    changed = ~np.isclose(static.weights, shared.weights, rtol=1e-6)
    assert changed[used].all() == (freeze_weights is None) and not changed[~used].any()
    assert not np.array_equal(static.embedding, shared.embedding)


def test_weights_are_multiplied_into_rows(model):
    weights = np.random.default_rng(2).random(len(model.embedding)) + 0.5
    given = StaticModel(model.embedding, model.tokenizer, weights=weights)
    trainer = StaticModelForClassification.from_static_model(model=given, freeze=True, freeze_weights=True, **SMALL)
    static = trainer.fit(TEXTS, LABELS, **SHORT).to_static_model()
    assert static.weights is None
    np.testing.assert_allclose(static.embedding, model.embedding * weights[:, None], rtol=1e-6)


def test_what_the_model_says_of_itself(model, tmp_path):
    described = copy.copy(model)
    described.config = {**model.config, "pooling": "first"}
    described.base_model_name, described.language = "teacher", ["en"]
    trainer = StaticModelForClassification.from_static_model(model=described, **SMALL).fit(TEXTS, LABELS, **SHORT)
    for made in (trainer.to_static_model(), trainer.to_pipeline().model):
        assert made.base_model_name == "teacher" and made.language == ["en"] and made.config["pooling"] == "first"
    trainer.to_pipeline().save_pretrained(tmp_path / "a")
    assert "teacher" in (tmp_path / "a" / "README.md").read_text()




@pytest.mark.parametrize("normalize", [True, False])
def test_normalize(model, normalize):
    trainer = StaticModelForClassification.from_static_model(model=model, normalize=normalize, **SMALL)
    trainer.fit(TEXTS, LABELS, **SHORT)
    assert trainer.to_static_model().normalize is normalize
    lengths = np.linalg.norm(trainer.to_static_model().encode(TEST_TEXTS), axis=1)
    assert np.allclose(lengths, 1, atol=1e-5) == normalize


def test_max_length(model):
    trainer = StaticModelForClassification.from_static_model(model=model, max_length=3, **SMALL)
    assert trainer.tokenize(TEXTS).lengths.max() == 3
    starts = [" ".join(text.split()[:3]) for text in TEXTS]
    expected = bytes_of(trainer.fit(starts, LABELS, **SHORT))
    assert bytes_of(trainer.fit([f"{text} cats moon" for text in starts], LABELS, **SHORT)) == expected
    assert trainer.to_static_model().max_length == 3
    assert np.array_equal(trainer.predict_proba(starts), trainer.predict_proba([f"{text} cats" for text in starts]))
    for given, kept in (({}, 512), ({"max_length": None}, None)):
        trainer = StaticModelForClassification.from_static_model(model=model, **given, **SMALL)
        assert trainer.max_length == kept == trainer.fit(TEXTS, LABELS, max_epochs=1).to_static_model().max_length


def test_tokenize(model, classifier):
    batch = classifier.tokenize(TEST_TEXTS)
    found = [batch.ids[begin : begin + length].tolist() for begin, length in zip(batch.offsets, batch.lengths)]
    assert found == model.tokenize(TEST_TEXTS) and len(batch) == 100


def test_seeds_and_threads(classifier):
    expected = bytes_of(classifier.fit(TEXTS, LABELS, threads=1, token_dropout=0.2, **SHORT))
    for threads in (1, 2, 3, None):
        assert bytes_of(classifier.fit(TEXTS, LABELS, threads=threads, token_dropout=0.2, **SHORT)) == expected
    assert bytes_of(classifier.fit(TEXTS, LABELS, token_dropout=0.2, random_seed=43, **SHORT)) != expected
    assert bytes_of(classifier.fit(TEXTS, LABELS, **SHORT)) != expected and classifier.token_dropout == 0


def test_sizes(classifier):
    """The reference's rule: a share is rounded, at least one text is kept back, and one of each class is left."""
    for test_size, kept in ((0.1, 30), (0.105, 32), (7, 7), (np.int64(5), 5), (0, 1), (1.0, 297), (10**6, 297)):
        classifier.fit(TEXTS, LABELS, test_size=test_size, max_epochs=1)
        assert classifier.summary_["validation_texts"] == kept and classifier.summary_["train_texts"] == 300 - kept
    classifier.fit(TEXTS, LABELS, batch_size=10, validation_steps=9, max_epochs=2)
    assert classifier.summary_["batch_size"] == 10 and [check["step"] for check in classifier.report_][:3] == [9, 18, 27]
    classifier.fit(TEXTS, LABELS, max_epochs=4, early_stopping_patience=1, learning_rate=1e-9)
    assert len(classifier.report_) == 2, "the second check is no better"
    classifier.fit(TEXTS, LABELS, max_epochs=4, min_epochs=4, early_stopping_patience=1, learning_rate=1e-9)
    assert len(classifier.report_) == 4
    classifier.fit(TEXTS, LABELS, max_epochs=9, early_stopping_patience=None, learning_rate=1e-9)
    assert len(classifier.report_) == 9


def test_class_weights(classifier):
    balanced = bytes_of(classifier.fit(TEXTS, LABELS, class_weight="balanced", **SHORT))
    weights = {label: 300 / (3 * LABELS.count(label)) for label in train_data.TOPICS}
    in_order = [weights[label] for label in sorted(weights)]
    for given in (weights, in_order, np.array(in_order)):
        assert bytes_of(classifier.fit(TEXTS, LABELS, class_weight=given, **SHORT)) == balanced
    assert bytes_of(classifier.fit(TEXTS, LABELS, **SHORT)) != balanced
    found = {}
    for weight in (0.01, 100):
        classifier.fit(TEXTS, LABELS, class_weight={**weights, "moon": weight}, max_epochs=2)
        found[weight] = (classifier.predict(TEST_TEXTS) == "moon").sum()
    assert found[100] > found[0.01]
    several = bytes_of(classifier.fit(MULTI_TEXTS, MULTI_LABELS, class_weight="balanced", **SHORT))
    assert several != bytes_of(classifier.fit(MULTI_TEXTS, MULTI_LABELS, **SHORT))


def test_focal_gamma(classifier):
    expected = bytes_of(classifier.fit(TEXTS, LABELS, **SHORT))
    assert bytes_of(classifier.fit(TEXTS, LABELS, focal_gamma=0.0, **SHORT)) == expected
    assert bytes_of(classifier.fit(TEXTS, LABELS, focal_gamma=2.0, **SHORT)) != expected


def test_attributes(model):
    trainer = StaticModelForClassification.from_static_model(
        model=model, n_layers=2, hidden_dim=9, out_dim=5, freeze=True, freeze_weights=True, normalize=False
    )
    for name, value in {
        "n_layers": 2, "hidden_dim": 9, "out_dim": 5, "freeze": True, "freeze_weights": True, "normalize": False,
        "embed_dim": 24, "max_length": 512, "token_dropout": 0.0, "device": "cpu", "multilabel": False,
        "unk_token_id": model.unk_token_id, "w": None, "classes_": ["0", "1", "2", "3", "4"],
    }.items():  # fmt: skip
        assert getattr(trainer, name) == value, name
    assert [layer.weight.shape for layer in trainer.construct_head().layers] == [(9, 24), (9, 9), (5, 9)]
    assert trainer.to("cuda").eval().train() is trainer
    assert trainer.predict(TEST_TEXTS).shape == (100,) and trainer.predict_proba(TEST_TEXTS).shape == (100, 5)
    assert (trainer.token_mapping == np.arange(len(model.embedding))).all()
    assert "24 -> 9 -> 9 -> 5" in repr(trainer)
