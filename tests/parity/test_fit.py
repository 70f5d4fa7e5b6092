"""m2v fit: what it learns, from which files, for which tasks; and the folders that model2vec reads."""

import json

import numpy as np
import pytest
from model2vec.inference import StaticModelPipeline

from labelled import ENOUGH, multi_rows, rows, write_csv, write_jsonl, write_model, write_tsv
from model_folders import contents, read_safetensors

TWO = ("animal", "kitchen")


@pytest.fixture(scope="module")
def model(small_tokenizer, tmp_path_factory):
    return write_model(small_tokenizer, tmp_path_factory.mktemp("fit") / "model")


@pytest.fixture(scope="module")
def train(tmp_path_factory):
    return write_tsv(tmp_path_factory.mktemp("data") / "train.tsv", rows(TWO, 60))


@pytest.fixture(scope="module")
def fitted(m2v, model, train, tmp_path_factory):
    folder = tmp_path_factory.mktemp("fitted") / "classifier"
    m2v.check("fit", "-m", model, train, "-o", folder, *ENOUGH)
    return folder


def predict(m2v, folder, texts, *options):
    out = m2v.check("predict", "-m", folder, *options, stdin="".join(t + "\n" for t in texts).encode())
    return out.decode().split("\n")[:-1]


def accuracy(m2v, folder, wanted, *options):
    got = predict(m2v, folder, [text for _, text in wanted], *options)
    return np.mean([label == other for (label, _), other in zip(wanted, got, strict=True)])


def test_learns_to_tell_two_classes_apart(m2v, fitted):
    assert accuracy(m2v, fitted, rows(TWO, 50, seed=1)) > 0.95


def test_the_same_input_gives_the_same_bytes(m2v, model, train, fitted, tmp_path):
    m2v.check("fit", "-m", model, train, "-o", tmp_path / "again", *ENOUGH, "--threads", 1)
    first, second = contents(fitted), contents(tmp_path / "again")
    assert first.keys() == second.keys()
    for name in first.keys() - {"training.json", "README.md"}:
        assert first[name] == second[name], name
    told = [json.loads(c["training.json"]) for c in (first, second)]
    for training in told:
        training.pop("seconds")
        for check in training["checks"]:
            check.pop("seconds")
    assert told[0] == told[1]


def test_another_seed_gives_another_head(m2v, model, train, fitted, tmp_path):
    m2v.check("fit", "-m", model, train, "-o", tmp_path / "x", *ENOUGH, "--seed", 7)
    assert contents(tmp_path / "x")["head.safetensors"] != contents(fitted)["head.safetensors"]


def test_training_json_tells_how_it_went(fitted):
    training = json.loads((fitted / "training.json").read_text())
    assert training["train_texts"] == 108 and training["validation_texts"] == 12
    assert training["options"]["early_stopping_patience"] is None
    checks = training["checks"]
    assert [check["epoch"] for check in checks] == list(range(1, 41))
    assert checks[0]["best"] and checks[0]["train_loss"] > checks[-1]["train_loss"]


@pytest.mark.parametrize("kind", ["csv", "jsonl", "stdin tsv", "stdin jsonl", "stdin csv"])
def test_every_format_gives_the_same(m2v, model, fitted, tmp_path, kind):
    data = rows(TWO, 60)
    write = {"csv": write_csv, "jsonl": write_jsonl, "tsv": write_tsv}[kind.split()[-1]]
    path = write(tmp_path / f"train.{kind.split()[-1]}", data)
    if kind.startswith("stdin"):
        options = ["--format", kind.split()[1]] if kind != "stdin tsv" else []
        m2v.check("fit", "-m", model, "-o", tmp_path / "x", *ENOUGH, *options, stdin=path.read_bytes())
    else:
        m2v.check("fit", "-m", model, path, "-o", tmp_path / "x", *ENOUGH)
    for name in ("head.safetensors", "model.safetensors", "config.json"):
        assert contents(tmp_path / "x")[name] == contents(fitted)[name]


def test_integer_labels_stay_integers(m2v, model, tmp_path):
    numbers = {"animal": 10, "kitchen": 9}
    data = [(numbers[label], text) for label, text in rows(TWO, 60)]
    m2v.check("fit", "-m", model, write_jsonl(tmp_path / "t.jsonl", data), "-o", tmp_path / "x", *ENOUGH)
    config = json.loads((tmp_path / "x" / "config.json").read_text())
    assert config["head_config"]["classes"] == [9, 10]
    assert predict(m2v, tmp_path / "x", ["bread dough", "fox dog"]) == ["9", "10"]
    assert predict(m2v, tmp_path / "x", ["bread dough"], "--json") == ['{"label": 9}']


# --- model2vec reads what fit writes ---


@pytest.mark.parametrize(
    "options",
    [[], ["--hidden-layers", 0], ["--hidden-layers", 2, "--hidden-dim", 20], ["--no-normalize"]],
    ids=str,
)
def test_model2vec_predicts_the_same(m2v, model, train, tmp_path, options):
    folder = tmp_path / "x"
    m2v.check("fit", "-m", model, train, "-o", folder, "--max-epochs", 3, *options)
    texts = [text for _, text in rows(("animal", "kitchen", "travel"), 40, seed=2)] + ["", "???"]
    reference = StaticModelPipeline.from_pretrained(str(folder))
    expected = reference.predict_proba(texts)
    got = [[float(x) for x in line.split("\t")] for line in predict(m2v, folder, texts, "--probabilities")]
    np.testing.assert_allclose(got, expected, atol=1e-5)
    assert predict(m2v, folder, texts) == reference.predict(texts).tolist()


def test_several_labels_a_text(m2v, model, tmp_path):
    path = write_jsonl(tmp_path / "t.jsonl", multi_rows(200))
    m2v.check("fit", "-m", model, path, "-o", tmp_path / "x", *ENOUGH)
    test = multi_rows(60, seed=3)
    texts = [text for _, text in test]
    lines = predict(m2v, tmp_path / "x", texts)
    right = [line.split("\t") == labels for line, (labels, _) in zip(lines, test) if labels]
    assert np.mean(right) > 0.8
    reference = StaticModelPipeline.from_pretrained(str(tmp_path / "x"))
    assert lines == ["\t".join(labels) for labels in reference.predict(texts)]
    strict = predict(m2v, tmp_path / "x", texts, "--threshold", 0.9)
    assert strict == ["\t".join(labels) for labels in reference.predict(texts, threshold=0.9)]
    write_csv(tmp_path / "t.csv", multi_rows(200), several=True)
    m2v.check("fit", "-m", model, tmp_path / "t.csv", "-o", tmp_path / "y", *ENOUGH)
    assert predict(m2v, tmp_path / "y", texts) == lines


# --- options ---


def table_of(folder):
    return read_safetensors(folder / "model.safetensors")["embeddings"]


def test_freezing_keeps_the_table(m2v, model, train, tmp_path):
    m2v.check("fit", "-m", model, train, "-o", tmp_path / "x", "--freeze", *ENOUGH)
    assert np.array_equal(table_of(tmp_path / "x"), table_of(model))
    assert accuracy(m2v, tmp_path / "x", rows(TWO, 50, seed=1)) > 0.9


def test_texts_of_ones_own_for_checks(m2v, model, train, tmp_path):
    validation = write_tsv(tmp_path / "v.tsv", rows(TWO, 7, seed=4))
    out = m2v.check("fit", "-m", model, train, "-o", tmp_path / "x", "--validation", validation,
                    "--max-epochs", 2, "--json")  # fmt: skip
    told = json.loads(out)
    assert told["train_texts"] == 120 and told["validation_texts"] == 14 and told["epochs"] == 2
    out = m2v.check("fit", "-m", model, train, "-o", tmp_path / "x", "--validation-count", 31,
                    "--max-epochs", 1, "--json", "--batch-size", 8)  # fmt: skip
    told = json.loads(out)
    assert told["train_texts"] == 89 and told["batch_size"] == 8 and told["steps"] == 12


def test_class_weights_move_the_border(m2v, model, train, tmp_path):
    unsure = ["fox bread", "dog dough", "cat yeast", "brown sugar", "lazy bubbles", "runner rises"]
    counts = []
    for weights in (["animal=50"], ["kitchen=50"]):
        options = [word for weight in weights for word in ("--class-weight", weight)]
        m2v.check("fit", "-m", model, train, "-o", tmp_path / "x", *ENOUGH, *options)
        got = m2v.check("predict", "-m", tmp_path / "x", "--probabilities", stdin="\n".join(unsure).encode())
        counts.append(np.mean([float(line.split(b"\t")[0]) for line in got.split(b"\n")[:-1]]))
    assert counts[0] > counts[1] + 0.1


def test_going_on_with_a_pipeline(m2v, model, train, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    m2v.check("fit", "-m", model, train, "-o", first, "--max-epochs", 1)
    before = json.loads((first / "training.json").read_text())["checks"][-1]["loss"]
    m2v.check("fit", "-m", first, train, "-o", second, "--continue", "--max-epochs", 10)
    after = json.loads((second / "training.json").read_text())["checks"]
    assert after[0]["loss"] < before, "it begins where the other ended"
    m2v.check("fit", "-m", first, train, "-o", first, "--continue", "--max-epochs", 1)


def test_the_head_alone_on_given_vectors(m2v, model, train, tmp_path):
    m2v.check("encode", "-m", model, train, "-o", tmp_path / "x.npy")
    m2v.check("fit", "-m", model, train, "--vectors", tmp_path / "x.npy", "-o", tmp_path / "x", *ENOUGH)
    assert np.array_equal(table_of(tmp_path / "x"), table_of(model))
    assert accuracy(m2v, tmp_path / "x", rows(TWO, 50, seed=1)) > 0.9


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "i4", "i8"])
@pytest.mark.parametrize("shape", [(60, 3), (60, 1), (60,)])
def test_vectors_in_every_layout(m2v, model, tmp_path, dtype, shape):
    """Arrays as numpy writes them, in both orders of bytes and of rows and columns, in each version of the format."""
    texts = tmp_path / "texts.txt"
    texts.write_text("".join(text + "\n" for _, text in rows(TWO, 30)), encoding="utf-8")
    numbers = np.random.default_rng(4).integers(-100, 100, shape)

    def fit(values, version=None):
        with open(tmp_path / "t.npy", "wb") as file:
            np.lib.format.write_array(file, values, version=version)
        options = ["--task", "regression", "--max-epochs", 1, "--hidden-layers", 0]
        m2v.check("fit", "-m", model, texts, "--targets", tmp_path / "t.npy", "-o", tmp_path / "x", *options)
        return contents(tmp_path / "x")["head.safetensors"]

    expected = fit(numbers.astype("<f4"))
    for order in "<>":
        for layout in "CF":
            for version in ((1, 0), (2, 0), (3, 0)):
                assert fit(np.asarray(numbers, order + dtype, order=layout), version) == expected


def test_folds(m2v, model, tmp_path):
    path = write_tsv(tmp_path / "t.tsv", rows(TWO, 90))
    told = json.loads(m2v.check("fit", "-m", model, path, "--folds", 4, *ENOUGH, "--json"))["folds"]
    assert len(told["reports"]) == 4
    supports = [report["macro avg"]["support"] for report in told["reports"]]
    assert supports == [45, 45, 45, 45]
    values = [report["accuracy"] for report in told["reports"]]
    assert told["accuracy"]["mean"] == pytest.approx(np.mean(values))
    assert told["accuracy"]["deviation"] == pytest.approx(np.std(values, ddof=1), abs=1e-12)
    assert min(values) > 0.8
    text = m2v.check("fit", "-m", model, path, "--folds", 4, *ENOUGH).decode()
    assert text.count("\n") == 7 and f"{np.mean(values):.4f}" in text
    m2v.check("fit", "-m", model, path, "--folds", 2, *ENOUGH, "-o", tmp_path / "x")
    assert accuracy(m2v, tmp_path / "x", rows(TWO, 20, seed=1)) > 0.9


# --- other tasks ---


def vectors_of(m2v, folder, texts):
    lines = predict(m2v, folder, texts)
    return np.array([json.loads(line)["vector"] for line in lines], np.float32)


def test_regression(m2v, model, tmp_path):
    data = rows(TWO, 80)
    numbers = [(3.0 if label == "animal" else -2.0, text) for label, text in data]
    path = write_tsv(tmp_path / "t.tsv", numbers)
    options = ["--task", "regression", *ENOUGH]
    m2v.check("fit", "-m", model, path, "-o", tmp_path / "x", *options)
    got = vectors_of(m2v, tmp_path / "x", ["fox dog cat", "bread dough yeast"])
    assert got.shape == (2, 1) and abs(got[0] - 3) < 1 and abs(got[1] + 2) < 1

    (tmp_path / "texts.txt").write_text("".join(text + "\n" for _, text in data))
    np.save(tmp_path / "t.npy", np.array([number for number, _ in numbers], np.float64))
    m2v.check("fit", "-m", model, tmp_path / "texts.txt", "--targets", tmp_path / "t.npy",
              "-o", tmp_path / "y", *options)  # fmt: skip
    assert contents(tmp_path / "x")["head.safetensors"] == contents(tmp_path / "y")["head.safetensors"]
    reference = StaticModelPipeline.from_pretrained(str(tmp_path / "x"))
    np.testing.assert_allclose(got, reference.predict(["fox dog cat", "bread dough yeast"]), atol=1e-5)


def test_similarity(m2v, model, tmp_path):
    data = rows(TWO, 80)
    aims = {"animal": [1.0, 0, 0], "kitchen": [0.0, 1, 1]}
    (tmp_path / "texts.txt").write_text("".join(text + "\n" for _, text in data))
    np.save(tmp_path / "t.npy", np.array([aims[label] for label, _ in data], np.float32))
    m2v.check("fit", "-m", model, tmp_path / "texts.txt", "--targets", tmp_path / "t.npy",
              "--task", "similarity", "-o", tmp_path / "x", *ENOUGH)  # fmt: skip
    got = vectors_of(m2v, tmp_path / "x", ["fox dog cat", "bread dough yeast"])
    for vector, label in zip(got, TWO):
        aim = np.array(aims[label])
        assert vector @ aim / np.linalg.norm(vector) / np.linalg.norm(aim) > 0.9
    m2v.check("predict", "-m", tmp_path / "x", tmp_path / "texts.txt", "-o", tmp_path / "x.npy")
    assert np.load(tmp_path / "x.npy").shape == (160, 3)


def test_pairs(m2v, small_tokenizer, tmp_path):
    model = write_model(small_tokenizer, tmp_path / "model")
    partners = {"fox": "bread", "dog": "yeast", "cat": "sugar", "moon": "people", "home": "window"}
    chance = np.random.default_rng(5)
    pairs = [list(partners.items())[i] for i in chance.integers(0, 5, size=200)]
    options = ["--task", "pairs", "--hidden-layers", 0, *ENOUGH]
    (tmp_path / "t.tsv").write_text("".join(f"1\t{a}\t{b}\n" for a, b in pairs))
    m2v.check("fit", "-m", model, tmp_path / "t.tsv", "-o", tmp_path / "x", *options)
    keys = vectors_of(m2v, tmp_path / "x", list(partners))
    values = vectors_of(m2v, tmp_path / "x", list(partners.values()))
    assert (np.argmax(keys @ values.T, axis=1) == np.arange(5)).all(), "each is nearest to its partner"
    reference = StaticModelPipeline.from_pretrained(str(tmp_path / "x"))
    np.testing.assert_allclose(keys, reference.predict(list(partners)), atol=1e-5)
    lines = [json.dumps({"anchor": a, "positive": b}) for a, b in pairs]
    (tmp_path / "t.jsonl").write_text("\n".join(lines))
    m2v.check("fit", "-m", model, tmp_path / "t.jsonl", "-o", tmp_path / "y", *options)
    assert np.array_equal(table_of(tmp_path / "x"), table_of(tmp_path / "y"))
