"""Training is the reference's, to rounding: its loop over its own model, loss and dense Adam, with the same batches.

Float64 is taken for the truth. From it, m2v may be as far as the reference's own float32 is: three times at most in
the worst element, and twice in the root of the mean square, on the arrays as a whole. An Adam that leaves alone the
rows that a batch does not have (torch's SparseAdam) is more than a hundred times as far: the test would see it.
"""

import numpy as np
import pytest
import torch
from model2vec.train import classifier, pairs, regression, similarity
from model2vec.train.dataset import ColumnRows
from tokenizers import Tokenizer, models, pre_tokenizers

import reference_training as reference
from m2v import StaticModel
from m2v.inference import Activation, Layer, MLPHead, StaticModelPipeline
from m2v.train import (
    StaticModelForClassification,
    StaticModelForPairSimilarity,
    StaticModelForRegression,
    StaticModelForSimilarity,
)

TOKENS, DIM, TEXTS, SEED = 3000, 24, 640, 42
CLASSES = ["a", "b", "c", "d"]
STEPS = {"learning_rate": 1e-3, "batch_size": 32, "max_epochs": 12, "early_stopping_patience": None}
torch.set_num_threads(1)


def tokenizer():
    vocabulary = {f"t{i}": i for i in range(TOKENS - 1)} | {"[UNK]": TOKENS - 1}
    made = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return made


def texts(seed, count=TEXTS):
    """Most tokens are in a few texts at most, as words are; one text has none. None has one alone, whose weight would
    have a gradient of nothing but rounding where vectors are normalized."""
    chance = np.random.default_rng(seed)
    often = 1 / np.arange(1, TOKENS) ** 1.1
    lengths = chance.integers(2, 9, count - 1)
    made = [" ".join(f"t{i}" for i in chance.choice(TOKENS - 1, n, p=often / often.sum())) for n in lengths]
    return [*made, "unknown"]


@pytest.fixture(scope="module")
def table():
    return np.random.default_rng(0).normal(size=(TOKENS, DIM)).astype(np.float32)


@pytest.fixture(scope="module")
def vectors():
    return 0.3 * np.random.default_rng(1).normal(size=(TEXTS, DIM)).astype(np.float32)


def arrays_of(trainer):
    """What m2v has trained, under the names of `reference.arrays`."""
    pipeline = trainer.to_pipeline()
    found = {"rows": pipeline.model.embedding}
    if pipeline.model.weights is not None:
        found["token weights"] = pipeline.model.weights
    for i, layer in enumerate(pipeline.head.layers):
        found[f"weight {i}"], found[f"bias {i}"] = layer.weight, layer.bias
    return found


def folded(found, mapping):
    """The reference's arrays as m2v returns them: tokens' weights in the rows, unless tokens share rows."""
    if mapping is None and "token weights" in found:
        found["rows"] = found["rows"] * found.pop("token weights")[:, None]
    return found


def used_rows(theirs, data):
    """Which rows of the table the texts have."""
    columns = [column for name, column in data.rows.columns.items() if name.startswith("text")]
    ids = [i for column in columns for tokens in theirs._tokenize_ids(column) for i in tokens]
    used = np.zeros(len(theirs.vectors), bool)
    used[theirs.token_mapping.numpy()[ids]] = True
    assert 50 <= used.sum() < TOKENS / 2
    return used


def distance(found, truth):
    """The largest and the root mean square difference, all arrays together."""
    differences = np.concatenate([np.abs(found[name] - truth[name]).ravel() for name in truth])
    return differences.max(), np.sqrt((differences**2).mean())


def compare(ours, make_theirs, data_of, loss, start=(), **options):
    """Trains the reference in both precisions and compares. `start`: the head's layers at the beginning."""
    found = {}
    for dtype in (torch.float64, torch.float32):
        theirs = make_theirs()
        random = reference.Random(SEED)
        linear = [module for module in theirs.head if isinstance(module, torch.nn.Linear)]
        for module, layer in zip(linear, start, strict=True):
            module.weight.data, module.bias.data = torch.from_numpy(layer.weight), torch.from_numpy(layer.bias)
            for _ in range(layer.weight.size):
                random.next()  # the library begins with a head by chance, and replaces it by the given one
        data = data_of(theirs)
        reference.train(theirs, data, data, loss(), dtype, random=random, **{**STEPS, **options})
        mapping = None if len(theirs.token_mapping) == len(theirs.embeddings.weight) else theirs.token_mapping
        found[dtype] = folded(reference.arrays(theirs), mapping)
    truth, rounded, mine = found[torch.float64], found[torch.float32], arrays_of(ours)
    assert mine.keys() == truth.keys()
    used = used_rows(theirs, data)
    np.testing.assert_allclose(mine["rows"][~used], truth["rows"][~used], rtol=1e-7, err_msg="rows that no text has")
    for part in (mine, truth, rounded):
        part["rows"] = part["rows"][used]
    worst, mean = distance(mine, truth)
    allowed, usual = distance(rounded, truth)
    print(f"m2v: at most {worst:.1e}, on average {mean:.1e}; float32 reference: {allowed:.1e}, {usual:.1e}")
    assert worst <= 3 * allowed and mean <= 2 * usual
    return truth, mean


def with_vectors(y):
    return lambda model: model._text_dataset(ColumnRows(text=texts(2), label=torch.from_numpy(y)))


VECTORS = {
    "plain": {},
    "not normalized": {"normalize": False},
    "token weights": {"freeze_weights": False},
    "given weights": {"weights": np.linspace(0.5, 1.5, TOKENS).astype(np.float32)},
    "weights alone": {"freeze_weights": False, "freeze": True},
    "shared rows": {"token_mapping": np.arange(TOKENS) % 50, "weights": np.linspace(0.5, 1.5, TOKENS).astype(np.float32)},
    "dropout": {},
    "early stopping": {},
}


@pytest.mark.parametrize("kind", VECTORS)
@pytest.mark.parametrize("cosine", [False, True], ids=["mean squares", "cosine"])
def test_vectors(table, vectors, kind, cosine):
    options, dropout = VECTORS[kind], 0.3 if kind == "dropout" else 0.0
    steps = {**STEPS, "early_stopping_patience": 2 if kind == "early stopping" else None}
    rows = table[:50] if kind == "shared rows" else table
    mine = StaticModelForSimilarity if cosine else StaticModelForRegression
    theirs = similarity.StaticModelForSimilarity if cosine else regression.StaticModelForRegression
    parts = {"tokenizer": tokenizer(), "n_layers": 0, "out_dim": DIM}
    ours = mine(vectors=rows, **parts, **options)
    ours.fit(
        texts(2), vectors, **steps, X_val=texts(2), y_val=vectors, random_seed=SEED, token_dropout=dropout
    )  # fmt: skip
    if not cosine:
        assert (len(ours.report_) < 12) == (kind == "early stopping")
    if not cosine and kind == "plain":
        assert ours.report_[-1]["learning_rate"] == 2.5e-4, "it has been halved while rows coasted"
    in_torch = {key: torch.from_numpy(value) if key == "weights" else value for key, value in options.items()}
    compare(
        ours,
        lambda: theirs(vectors=torch.from_numpy(rows), **parts, **in_torch),
        with_vectors(vectors),
        theirs._build_loss_function,
        dropout=dropout,
        **steps,
    )


def test_adam_that_does_not_coast_is_far_away(table, vectors):
    """What the comparison is worth: torch's SparseAdam, which skips the rows that a batch does not have."""
    parts = {"tokenizer": tokenizer(), "n_layers": 0, "out_dim": DIM}
    ours = StaticModelForRegression(vectors=table, **parts)
    ours.fit(texts(2), vectors, **STEPS, X_val=texts(2), y_val=vectors)
    make = lambda: regression.StaticModelForRegression(vectors=torch.from_numpy(table), **parts)  # noqa: E731
    truth, mean = compare(ours, make, with_vectors(vectors), torch.nn.MSELoss)
    lazy, random = make().double(), reference.Random(SEED)
    used = used_rows(lazy, with_vectors(vectors)(lazy))
    lazy.embeddings.sparse = True
    adam = torch.optim.SparseAdam([lazy.embeddings.weight], lr=STEPS["learning_rate"])
    batches = reference.Batches(with_vectors(vectors)(lazy), STEPS["batch_size"], torch.float64, random)
    for check in ours.report_:
        adam.param_groups[0]["lr"] = check["learning_rate"]
        for x, y in batches:
            adam.zero_grad()
            torch.nn.functional.mse_loss(lazy(x), y).backward()
            adam.step()
    assert distance({"rows": reference.arrays(lazy)["rows"][used]}, truth)[1] > 100 * mean


@pytest.mark.parametrize("kind", ["plain", "token weights"])
def test_pairs(table, kind):
    """With pairs that have a text in common, and as many as leave a single one for the last batch."""
    first, second = texts(3)[:-30] + texts(2)[-31:], texts(4)[:-30] + texts(4)[:31]
    parts = {"tokenizer": tokenizer(), "n_layers": 0, **VECTORS[kind]}
    ours = StaticModelForPairSimilarity(vectors=table, **parts)
    assert len(first) % 32 == 1
    ours.fit(first, second, **STEPS, text_a_val=first, text_b_val=second, random_seed=SEED)
    compare(
        ours,
        lambda: pairs.StaticModelForPairSimilarity(vectors=torch.from_numpy(table), **parts),
        lambda model: model._pair_dataset(ColumnRows(text_a=first, text_b=second)),
        pairs.PairInfoNCELoss,
    )


def layers(widths):
    """A head to begin with."""
    chance = np.random.default_rng(5)
    return [
        Layer(chance.normal(size=(out, into)).astype(np.float32) / np.float32(np.sqrt(into)), np.zeros(out, np.float32))
        for into, out in zip(widths, widths[1:])
    ]


def labels(several):
    chance = np.random.default_rng(6)
    if not several:
        return chance.choice(CLASSES, TEXTS, p=[0.5, 0.3, 0.15, 0.05]).tolist()
    return [[name for name in CLASSES if chance.random() < 0.3] for _ in range(TEXTS)]


@pytest.mark.parametrize("several", [False, True], ids=["one label", "several labels"])
@pytest.mark.parametrize(
    "kind", ["plain", "no hidden layer", "focal", "balanced", "focal, weighted", "token weights", "frozen"]
)
def test_classifiers(table, several, kind):
    """From a given head, with which the reference begins as well."""
    gamma = 2.0 if "focal" in kind else 0.0
    class_weight = {"balanced": "balanced", "focal, weighted": {"a": 1, "b": 2.5, "c": 0.5, "d": 3}}.get(kind)
    options = {"token weights": {"freeze_weights": False}, "frozen": {"freeze": True}}.get(kind, {})
    hidden = [] if kind == "no hidden layer" else [20]
    head = layers([DIM, *hidden, len(CLASSES)])
    y = labels(several)
    activation = Activation.SIGMOID if several else Activation.SOFTMAX
    start = StaticModel(table, tokenizer(), normalize=True)
    ours = StaticModelForClassification.from_pipeline(
        StaticModelPipeline(start, MLPHead(head, activation, np.array(CLASSES))), **options
    )
    ours.fit(
        texts(2), y, **STEPS, X_val=texts(2), y_val=y, random_seed=SEED,
        class_weight=class_weight, focal_gamma=gamma, warm_start=True,
    )  # fmt: skip

    def make():
        made = classifier.StaticModelForClassification(
            vectors=torch.from_numpy(table), tokenizer=tokenizer(), n_layers=len(hidden), hidden_dim=20, **options
        )
        made._initialize_on_labels(y)
        made._initialize()
        return made

    def loss():
        made = make()
        weights = made._resolve_class_weight(class_weight, made._initialize_on_labels(y))
        if several:
            return classifier.BinaryFocalLoss(gamma=gamma, pos_weight=weights)
        return classifier.FocalLoss(gamma=gamma, weight=weights)

    theirs = classifier._multilabel_classifier_metrics if several else classifier._classifier_metrics

    def metrics(*outputs):
        """Of checks with the same accuracy m2v keeps the one of the lowest loss (docs/parity.md), the reference the
        first: so the loss counts a little here."""
        measured = theirs(*outputs)
        return {**measured, "accuracy": measured["accuracy"] - 1e-7 * measured["loss"]}

    data = lambda model: model._text_dataset(ColumnRows(text=texts(2), label=y))  # noqa: E731
    compare(ours, make, data, loss, start=head, metrics=metrics)
