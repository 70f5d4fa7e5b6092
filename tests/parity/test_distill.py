"""`m2v distill` against an independent forward pass, PCA and weighting, on small teachers."""

import shutil

import numpy as np
import pytest

import teachers
import tokenizer_files
from bert import principal_components, zipf_weights
from model_folders import read_safetensors

RAW = ["--pca-dims", "none", "--sif-coefficient", "none", "--quantize-to", "float32"]
POOLINGS = ["mean", "first", "last", "pooler"]


def distil(m2v, teacher, out, *options):
    """Distils a folder; returns the table and the tokens in order."""
    done = m2v.run("distill", teacher, "-o", out, *options)
    assert done.returncode == 0, done.stderr.decode()
    return read_safetensors(out / "model.safetensors")["embeddings"], tokens_of(out)


def tokens_of(folder):
    vocabulary = tokenizer_files.read(folder / "tokenizer.json")["model"]["vocab"]
    assert sorted(vocabulary.values()) == list(range(len(vocabulary))), "ids have gaps"
    return sorted(vocabulary, key=vocabulary.get)


def cosines(a, b):
    a, b = a.astype(np.float64), b.astype(np.float64)
    return (a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)


def assert_same_rows(got, expected, absolute):
    assert got.shape == expected.shape
    assert cosines(got, expected).min() >= 0.99999
    assert np.abs(got - expected).max() <= absolute


# --- against the numpy forward pass ---


SAMPLE = 3  # every third token of the small teacher goes through the slow forward pass


@pytest.fixture(scope="module")
def small(teacher, tmp_path_factory):
    """The real weights with 600 tokens."""
    return teachers.cut_minilm(tmp_path_factory.mktemp("teacher") / "small", teacher)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """A random BERT."""
    return teachers.random_bert(tmp_path_factory.mktemp("teacher") / "tiny")


@pytest.fixture(scope="module")
def real_hidden_states(small):
    """Hidden states of the small teacher's sampled inputs."""
    return small.bert().hidden_states(small.inputs(small.kept_tokens()[::SAMPLE]))


@pytest.mark.parametrize("pooling", POOLINGS)
def test_forward_pass_of_the_real_weights(m2v, small, real_hidden_states, tmp_path, pooling):
    table, tokens = distil(m2v, small.folder, tmp_path / "out", "--pooling", pooling, *RAW)
    assert table.dtype == np.float32
    assert tokens == [token for token, _ in small.kept_tokens()]
    assert_same_rows(table[::SAMPLE], small.bert().pool(real_hidden_states, pooling), 2e-4)


@pytest.mark.parametrize("pooling", POOLINGS)
def test_forward_pass_of_random_weights(m2v, tiny, tmp_path, pooling):
    table, tokens = distil(m2v, tiny.folder, tmp_path / "out", "--pooling", pooling, *RAW)
    kept = tiny.kept_tokens()
    assert tokens == [token for token, _ in kept]
    assert_same_rows(table, tiny.bert().pooled(tiny.inputs(kept), pooling), 2e-5)


@pytest.mark.parametrize(
    "changes",
    [
        {"hidden_act": "gelu_new"},
        {"hidden_act": "relu"},
        {"num_hidden_layers": 1},
        {"num_attention_heads": 1},
        {"hidden_size": 36, "intermediate_size": 7},
        {"layer_norm_eps": 1e-2},
        {"max_position_embeddings": 3},
        {"type_vocab_size": 1},
    ],
    ids=str,
)
def test_shapes_of_bert(m2v, tmp_path, changes):
    teacher = teachers.random_bert(tmp_path / "teacher", seed=5, **changes)
    table, _ = distil(m2v, teacher.folder, tmp_path / "out", *RAW)
    assert_same_rows(
        table, teacher.bert().pooled(teacher.inputs(teacher.kept_tokens()), "mean"), 2e-5
    )


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_dtypes_of_the_checkpoint(m2v, tmp_path, dtype):
    teacher = teachers.random_bert(tmp_path / "teacher", seed=6, dtype=dtype)
    table, _ = distil(m2v, teacher.folder, tmp_path / "out", *RAW)
    expected = teacher.bert(teacher.tensors).pooled(teacher.inputs(teacher.kept_tokens()), "mean")
    assert_same_rows(table, expected, 2e-5)


def test_weights(m2v, tiny, tmp_path):
    raw, _ = distil(m2v, tiny.folder, tmp_path / "raw", *RAW)
    for coefficient in (1e-4, 0.3):
        out = tmp_path / str(coefficient)
        weighted, _ = distil(
            m2v,
            tiny.folder,
            out,
            "--pca-dims",
            "none",
            "--sif-coefficient",
            coefficient,
            "--quantize-to",
            "float32",
        )
        expected = raw * zipf_weights(len(raw), coefficient)[:, None]
        assert np.abs(weighted - expected).max() <= 1e-6


@pytest.mark.parametrize("which", ["small", "tiny"])
@pytest.mark.parametrize("dims", ["1", "16", "0.5", "0.9", "auto", "10000"])
def test_principal_components(m2v, request, tmp_path, which, dims):
    """The sign rule makes rows comparable without any alignment."""
    teacher = request.getfixturevalue(which)
    raw, _ = distil(m2v, teacher.folder, tmp_path / "raw", *RAW)
    options = ["--pca-dims", dims, "--sif-coefficient", "none", "--quantize-to", "float32"]
    table, _ = distil(m2v, teacher.folder, tmp_path / "out", *options)
    keep = {"auto": raw.shape[1], "10000": raw.shape[1]}.get(dims) or (
        float(dims) if "." in dims else int(dims)
    )
    expected = principal_components(raw.astype(np.float64), keep)
    assert table.shape == expected.shape
    assert cosines(table, expected).min() >= 0.9999
    assert (
        table[np.abs(table).argmax(0), np.arange(table.shape[1])] > 0
    ).all(), "the largest score of a component is positive"


def test_fewer_rows_than_dimensions(m2v, teacher, tmp_path):
    """PCA is skipped, with a warning."""
    few = teachers.cut_minilm(tmp_path / "few", teacher, count=100)
    raw, _ = distil(m2v, few.folder, tmp_path / "raw", *RAW)
    done = m2v.run(
        "distill",
        few.folder,
        "-o",
        tmp_path / "out",
        "--sif-coefficient",
        "none",
        "--quantize-to",
        "float32",
    )
    assert done.returncode == 0 and b"PCA" in done.stderr
    assert np.array_equal(
        read_safetensors(tmp_path / "out" / "model.safetensors")["embeddings"], raw
    )


def test_dtypes(m2v, tiny, tmp_path):
    options = ["--pca-dims", "16", "--quantize-to"]
    exact, _ = distil(m2v, tiny.folder, tmp_path / "float64", *options, "float64")
    assert exact.dtype == np.float64
    for dtype, absolute in (("float32", 1e-6), ("float16", 4e-3)):
        table, _ = distil(m2v, tiny.folder, tmp_path / dtype, *options, dtype)
        assert table.dtype == dtype and np.abs(table - exact).max() <= absolute
    table, _ = distil(m2v, tiny.folder, tmp_path / "int8", *options, "int8")
    quotient = (exact / (np.abs(exact).max() / 127)).astype(np.float16)
    expected = np.clip(np.rint(quotient), -127, 127)
    assert table.dtype == np.int8 and np.abs(table - expected).max() <= 1
    assert (table == expected).mean() >= 0.995


@pytest.mark.parametrize(
    "pattern,removed",
    [
        ("none", lambda token: False),
        ("##.*", lambda token: token.startswith("##")),
        ("[a-f]", lambda token: token[0] in "abcdef"),
        (".$", lambda token: len(token) == 1),
        (r"\w+$", lambda token: all(c.isalnum() or c == "_" for c in token)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_tokens_that_a_pattern_removes(m2v, tiny, tmp_path, pattern, removed):
    _, tokens = distil(m2v, tiny.folder, tmp_path / "out", "--token-remove-pattern", pattern, *RAW)
    assert tokens == [token for token, _ in tiny.kept_tokens(removed)]


def test_a_pattern_that_removes_everything_else(m2v, tiny, tmp_path):
    _, tokens = distil(m2v, tiny.folder, tmp_path / "out", "--token-remove-pattern", ".*", *RAW)
    assert tokens == ["[UNK]"]


def test_case_of_the_tokenizer_config(m2v, tiny, tmp_path):
    """tokenizer_config.json has the last word about case, and a contradiction is told."""
    folder = tmp_path / "teacher"
    shutil.copytree(tiny.folder, folder)
    (folder / "tokenizer_config.json").write_text('{"do_lower_case": false}')
    done = m2v.run("distill", folder, "-o", tmp_path / "out", *RAW)
    assert done.returncode == 0 and b"do_lower_case" in done.stderr
    assert (
        tokenizer_files.read(tmp_path / "out" / "tokenizer.json")["normalizer"]["lowercase"]
        is False
    )


def test_pooling_of_the_teacher(m2v, tiny, tmp_path):
    """`auto` reads 1_Pooling/config.json."""
    folder = tmp_path / "teacher"
    shutil.copytree(tiny.folder, folder)
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text(
        '{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}'
    )
    table, _ = distil(m2v, folder, tmp_path / "auto", *RAW)
    first, _ = distil(m2v, folder, tmp_path / "first", "--pooling", "first", *RAW)
    mean, _ = distil(m2v, folder, tmp_path / "mean", "--pooling", "mean", *RAW)
    assert np.array_equal(table, first) and not np.array_equal(table, mean)
