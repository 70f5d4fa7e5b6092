"""`m2v convert`, `m2v verify`, `m2v evaluate-sts` and shared rows, beside numpy and model2vec."""

import json

import numpy as np
import pytest
from model2vec import StaticModel
from model2vec.quantization import quantize_and_reduce_dim

import teachers
import tokenizer_files
from bert import principal_components, zipf_weights
from model_folders import read_safetensors, write_safetensors
from test_distill import RAW, cosines, distil

TEXTS = ["The quick brown fox", "a lazy dog", "München", "zzz", ""]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return teachers.random_bert(tmp_path_factory.mktemp("teacher") / "tiny")


@pytest.fixture(scope="module")
def models(m2v, tiny, tmp_path_factory):
    """The tiny teacher distilled to every dtype."""
    folder = tmp_path_factory.mktemp("models")
    for dtype in ("float16", "float32", "float64", "int8"):
        distil(m2v, tiny.folder, folder / dtype, "--pca-dims", "32", "--quantize-to", dtype)
    return folder


def tensors(folder):
    return read_safetensors(folder / "model.safetensors")


def convert(m2v, model, out, *options):
    m2v.check("convert", model, "-o", out, *options)
    return tensors(out)


@pytest.mark.parametrize("dims", [None, 7])
@pytest.mark.parametrize("target", ["float16", "float32", "float64", "int8", None])
@pytest.mark.parametrize("source", ["float16", "float32", "float64", "int8"])
def test_dtypes_and_dimensions(m2v, models, tmp_path, source, target, dims):
    """Every entry is the reference's, int8 with its rounding to float16 included."""
    options = ["--quantize-to", target] if target else []
    options += ["--dims", dims] if dims else []
    got = convert(m2v, models / source, tmp_path / "out", *options)["embeddings"]
    table = tensors(models / source)["embeddings"]
    expected = quantize_and_reduce_dim(table, target, dims)
    assert got.dtype == expected.dtype and np.array_equal(got, expected)
    config = json.loads((tmp_path / "out" / "config.json").read_text())
    assert config["hidden_dim"] == expected.shape[1] and config["embedding_dtype"] == str(got.dtype)
    assert StaticModel.from_pretrained(tmp_path / "out").embedding.shape == expected.shape


def test_a_scale_for_each_row(m2v, models, tmp_path):
    """Nearer to the vectors than one scale, and used when encoding."""
    got = convert(
        *(m2v, models / "float32", tmp_path / "row"),
        *("--quantize-to", "int8", "--int8-scale", "row"),
    )
    table = tensors(models / "float32")["embeddings"]
    scales = np.abs(table).max(1) / 127
    assert np.allclose(got["scales"], scales, rtol=1e-6)
    expected = np.rint(table / scales[:, None])
    assert np.abs(got["embeddings"] - expected).max() <= 1
    assert (got["embeddings"] == expected).mean() >= 0.999
    exact = m2v.encode(models / "float32", TEXTS, "--no-normalize")
    near = m2v.encode(tmp_path / "row", TEXTS, "--no-normalize")
    assert np.abs(near - exact).max() <= 0.6 * scales.max()
    back = convert(m2v, tmp_path / "row", tmp_path / "back", "--quantize-to", "float32")
    assert "scales" not in back
    assert np.allclose(back["embeddings"], got["embeddings"] * got["scales"][:, None], rtol=1e-6)


def inertia(rows, mapping, count):
    """The sum of squared distances to the means of the rows that share a centre."""
    rows = rows.astype(np.float64)
    centres = np.zeros((count, rows.shape[1]))
    np.add.at(centres, mapping, rows)
    centres /= np.maximum(np.bincount(mapping, minlength=count), 1)[:, None]
    return ((rows - centres[mapping]) ** 2).sum()


def plain_k_means(rows, count, seed, restarts=10, iterations=300):
    """Lloyd's algorithm from random rows, the best of several starts, as the reference has it."""
    rng = np.random.default_rng(seed)
    rows = rows.astype(np.float64)
    best = np.inf
    for _ in range(restarts):
        centres = rows[rng.choice(len(rows), count, replace=False)]
        for _ in range(iterations):
            distances = (centres**2).sum(1) - 2 * rows @ centres.T
            nearest = distances.argmin(1)
            sums = np.zeros_like(centres)
            np.add.at(sums, nearest, rows)
            sizes = np.bincount(nearest, minlength=count)
            moved = np.where(sizes[:, None] > 0, sums / np.maximum(sizes, 1)[:, None], centres)
            if np.abs(moved - centres).max() < 1e-6:
                break
            centres = moved
        best = min(best, inertia(rows, nearest, count))
    return best


@pytest.mark.parametrize("count", [5, 60])
def test_shared_rows(m2v, tiny, tmp_path, count):
    """k-means before PCA, PCA over the centres; the weights stay apart."""
    raw, _ = distil(m2v, tiny.folder, tmp_path / "raw", *RAW)
    options = ["--vocabulary-quantization", count, "--quantize-to", "float32", "--pca-dims"]
    whole, _ = distil(m2v, tiny.folder, tmp_path / "whole", *options, "none")
    got = tensors(tmp_path / "whole")
    mapping = got["mapping"]
    assert mapping.dtype == np.int32 and len(mapping) == len(raw) and whole.shape[0] == count
    assert np.allclose(got["weights"], zipf_weights(len(raw), 1e-4), rtol=1e-12)
    distances = ((raw[:, None] - whole[None]) ** 2).sum(2)
    assert np.array_equal(distances.argmin(1), mapping)
    assert inertia(raw, mapping, count) <= 1.001 * plain_k_means(raw, count, seed=count)
    config = json.loads((tmp_path / "whole" / "config.json").read_text())
    assert config["vocabulary_quantization"] == count
    reduced, _ = distil(m2v, tiny.folder, tmp_path / "reduced", *options, "16")
    expected = principal_components(whole.astype(np.float64), 16) if count > 16 else whole
    assert cosines(reduced, expected).min() >= 0.9999
    theirs = StaticModel.from_pretrained(tmp_path / "reduced").encode(TEXTS[:3])
    assert np.abs(m2v.encode(tmp_path / "reduced", TEXTS[:3]) - theirs).max() <= 1e-5


def test_shared_rows_of_an_existing_model(m2v, models, tmp_path):
    """Without weights the lengths of the rows become them; a second time is an error."""
    got = convert(m2v, models / "float32", tmp_path / "out", "--vocabulary-quantization", 40)
    table = tensors(models / "float32")["embeddings"]
    assert np.allclose(got["weights"], np.linalg.norm(table.astype(float), axis=1), rtol=1e-6)
    unit = table / np.linalg.norm(table, axis=1, keepdims=True)
    bound = 1.001 * plain_k_means(unit, 40, seed=1)
    assert got["embeddings"].shape == (40, 32) and inertia(unit, got["mapping"], 40) <= bound
    again = m2v.run("convert", tmp_path / "out", "-o", tmp_path / "x", "--vocabulary-quantization", 9)
    assert again.returncode == 2 and b"already" in again.stderr
    small = convert(m2v, tmp_path / "out", tmp_path / "y", "--quantize-to", "float16", "--dims", 8)
    assert small["embeddings"].shape == (40, 8) and small["embeddings"].dtype == np.float16
    assert np.array_equal(small["mapping"], got["mapping"])


def test_any_number_of_threads_gives_the_same_bytes(m2v, models, tmp_path):
    for threads in (1, 3):
        convert(
            *(m2v, models / "float16", tmp_path / str(threads)),
            *("--vocabulary-quantization", 50, "--threads", threads),
        )
    one, three = ((tmp_path / t / "model.safetensors").read_bytes() for t in ("1", "3"))
    assert one == three


@pytest.mark.parametrize(
    "options", [["--dims", 33], ["--vocabulary-quantization", 100000], ["--quantize-to", "int4"]]
)
def test_what_cannot_be(m2v, models, tmp_path, options):
    done = m2v.run("convert", models / "float32", "-o", tmp_path / "out", *options)
    assert done.returncode == 2 and not (tmp_path / "out").exists()


# --- verify and evaluate-sts ---


def verify(m2v, *arguments):
    done = m2v.run("verify", *arguments, "--json")
    return done.returncode, json.loads(done.stdout)


def test_verify(m2v, models, tmp_path):
    texts = tmp_path / "texts.txt"
    texts.write_text("the fox\na dog\n", encoding="utf-8")
    code, same = verify(m2v, models / "float32", models / "float16", "--texts", texts)
    assert code == 0 and same["same"] and same["texts_with_other_ids"] == 0
    tables = [tensors(models / dtype)["embeddings"] for dtype in ("float32", "float16")]
    expected = cosines(*tables)
    assert same["rows"]["compared"] == len(expected) and same["texts"]["compared"] == 2
    assert same["rows"]["min_cosine"] == pytest.approx(expected.min(), abs=1e-9)
    assert same["rows"]["mean_cosine"] == pytest.approx(expected.mean(), abs=1e-9)
    pair = (models / "float32", models / "int8")
    code, coarse = verify(m2v, *pair, "--min-cosine", 0.999999)
    assert code == 1 and not coarse["same"] and coarse["only_first"] == 0
    with np.errstate(invalid="ignore"):
        coarse_cosines = cosines(tables[0], tensors(models / "int8")["embeddings"])
    least = np.nan_to_num(coarse_cosines).min()  # int8 makes zeros of light rows
    for limit, wanted in ((least - 1e-6, 0), (least + 1e-6, 1)):
        assert verify(m2v, *pair, "--min-cosine", limit)[0] == wanted


def test_verify_other_tokens_and_dimensions(m2v, tiny, models, tmp_path):
    distil(
        *(m2v, tiny.folder, tmp_path / "other", "--token-remove-pattern", "[a-c]|##ing"),
        *("--pca-dims", "16"),
    )
    code, found = verify(m2v, models / "float32", tmp_path / "other")
    assert code == 1 and found["rows"] is None
    first = tokenizer_files.read(models / "float32" / "tokenizer.json")["model"]["vocab"]
    second = tokenizer_files.read(tmp_path / "other" / "tokenizer.json")["model"]["vocab"]
    assert found["only_first"] == len(set(first) - set(second)) > 0
    assert found["only_second"] == len(set(second) - set(first)) > 0
    both = set(first) & set(second)
    assert found["renumbered"] == sum(first[token] != second[token] for token in both)


def ranks(values):
    """Ranks from 1, equal values sharing their mean, one by one."""
    values = np.asarray(values)
    return np.array([(values < v).sum() + ((values == v).sum() + 1) / 2 for v in values])


def test_evaluate_sts(m2v, models, tmp_path):
    rows = [
        (4.5, "the quick fox", "a quick brown fox"),
        (1.0, "the moon", "la cuisine"),
        (4.5, "bread and sugar", "sugar and dough"),
        (0.2, "dogs", "384,400 km"),
        (3.0, "embedding models", "a static embedding table"),
    ]
    file = tmp_path / "pairs.tsv"
    file.write_text("".join(f"{s}\tnote\t{a}\t{b}\n" for s, a, b in rows), encoding="utf-8")
    got = json.loads(m2v.check("evaluate-sts", models / "float32", file, "--json"))
    scores, left, right = map(list, zip(*rows))
    similarity = cosines(m2v.encode(models / "float32", left), m2v.encode(models / "float32", right))
    assert got["pairs"] == 5
    assert got["pearson"] == pytest.approx(np.corrcoef(scores, similarity)[0, 1], abs=1e-6)
    expected = np.corrcoef(ranks(scores), ranks(similarity))[0, 1]
    assert got["spearman"] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("line", ["1\tone text", "x\ta\tb", "nan\ta\tb", "", "1 a b"])
def test_sts_files_that_are_none(m2v, models, tmp_path, line):
    (tmp_path / "pairs.tsv").write_text("1\ta\tb\n" + line + "\n2\tc\td\n")
    done = m2v.run("evaluate-sts", models / "float32", tmp_path / "pairs.tsv")
    assert done.returncode == 1 and b"line 2" in done.stderr


def test_scales_must_fit(m2v, models, tmp_path):
    convert(
        *(m2v, models / "float32", tmp_path / "row"),
        *("--quantize-to", "int8", "--int8-scale", "row"),
    )
    found = tensors(tmp_path / "row")
    found["scales"] = found["scales"][:-1]
    write_safetensors(
        tmp_path / "row" / "model.safetensors",
        {name: (str(array.dtype), array) for name, array in found.items()},
    )
    done = m2v.run("info", tmp_path / "row")
    assert done.returncode == 1 and b"$.scales.shape" in done.stderr
