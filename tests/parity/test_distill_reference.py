"""Our distillation of the real teacher beside the reference's; needs the reference data."""

import json

import numpy as np
import pytest

import nasty
from compare import Reference
from model_folders import read_safetensors
from test_convert import inertia
from test_distill import cosines, distil

FLOAT32 = ["--quantize-to", "float32"]
RAW = ["--pca-dims", "none", "--sif-coefficient", "none", *FLOAT32]
CASES = {
    "pca-256-float32": FLOAT32,
    "raw-pooler": ["--pooling", "pooler", *RAW],
    "int8-128": ["--pca-dims", "128", "--quantize-to", "int8"],
    "custom-vocabulary": ["--pca-dims", "32", *FLOAT32],
    "no-token-removal": ["--token-remove-pattern", "none", "--pca-dims", "32", *FLOAT32],
}
MORE_CASES = {
    "raw-mean": RAW,
    "raw-first": ["--pooling", "first", *RAW],
    "raw-last": ["--pooling", "last", *RAW],
    "pca-auto-float32": ["--pca-dims", "auto", *FLOAT32],
    "pca-0.9-float32": ["--pca-dims", "0.9", *FLOAT32],
    "drop-subwords": ["--token-remove-pattern", "##.*", "--pca-dims", "32", *FLOAT32],
}
STS_SPEARMAN = 0.6608  # of the reference's distillation with its defaults


@pytest.mark.parametrize(
    "case", [*CASES, *(pytest.param(case, marks=pytest.mark.exhaustive) for case in MORE_CASES)]
)
def test_case(m2v, teacher, shared, tmp_path, record_property, case):
    folder = shared / "reference" / "minilm" / case
    options = {**CASES, **MORE_CASES}[case]
    if case == "custom-vocabulary":
        words = facts_of(shared)["vocabulary"]
        (tmp_path / "words.txt").write_text("".join(f"{word}\n" for word in words), "utf-8")
        options = [*options, "--vocabulary", tmp_path / "words.txt"]
    table, tokens = distil(
        m2v,
        teacher,
        tmp_path / "out",
        *([] if "--pooling" in options else ["--pooling", "mean"]),
        *options,
    )
    check_tokens(m2v, tmp_path / "out", tokens, folder, shared, case)
    check_config(tmp_path / "out", folder, case)
    sample = read_safetensors(folder / "sample.safetensors")
    got, expected = table[sample["rows"]], sample["embeddings"]
    assert got.dtype == expected.dtype and got.shape == expected.shape
    if case == "int8-128":
        equal = (got == expected).mean()
        record_property("equal entries", equal)
        assert np.abs(got.astype(int) - expected).max() <= 1
        assert equal >= 0.98, f"only {equal:.4f} of the entries are equal"
    else:
        assert cosines(got, expected).min() >= 0.9999
        assert np.abs(got - expected).max() <= 2e-4 * max(1, np.abs(expected).max())


@pytest.mark.exhaustive
def test_shared_rows(m2v, teacher, shared, tmp_path, record_property):
    """Our clusters of the real teacher's vectors are no worse than the reference's."""
    options = [*("--pooling", "mean"), *RAW]
    raw, _ = distil(m2v, teacher, tmp_path / "raw", *options)
    distil(m2v, teacher, tmp_path / "out", *options, "--vocabulary-quantization", 500)
    ours = read_safetensors(tmp_path / "out" / "model.safetensors")["mapping"]
    case = shared / "reference" / "minilm" / "vocabulary-quantized-500"
    theirs = read_safetensors(case / "sample.safetensors")["mapping"]
    record_property("inertia", inertia(raw, ours, 500))
    assert inertia(raw, ours, 500) <= inertia(raw, theirs, 500)


def test_fixed_point(m2v, teacher, shared, tmp_path):
    """16-bit fixed point, wherever it is asked for, gives the reference's rows as well."""
    options = ["--pooling", "mean", "--precision", "int16", *FLOAT32]
    table, _ = distil(m2v, teacher, tmp_path / "out", *options)
    folder = shared / "reference" / "minilm" / "pca-256-float32"
    sample = read_safetensors(folder / "sample.safetensors")
    rows = table[sample["rows"]]
    # The largest score of a component is positive; where the smallest is as far from zero, within what rounding to 16
    # bits may change, it may be that one.
    rank = np.arange(2, len(table) + 2)
    scores = table * (1 + 1 / rank / (1 / rank).sum() / 1e-4)[:, None]  # without the weights
    undecided = np.abs(scores.max(axis=0) + scores.min(axis=0)) < 0.001 * scores.max(axis=0)
    assert undecided.sum() < 5
    flipped = undecided & ((rows * sample["embeddings"]).sum(axis=0) < 0)
    assert cosines(np.where(flipped, -rows, rows), sample["embeddings"]).min() >= 0.9999


def facts_of(shared):
    """What the reference's generator noted."""
    file = shared / "reference" / "minilm" / "summary.json"
    return json.loads(file.read_text(encoding="utf-8"))


def check_tokens(m2v, ours, tokens, folder, shared, case):
    """The same tokens in the same order; a tokenizer.json of the same meaning."""
    facts = facts_of(shared)["cases"][case]
    assert (
        len(tokens) == facts["tokens"]
        and tokens[:5] == facts["first_tokens"]
        and tokens[-25:] == facts["last_tokens"]
    )
    theirs = folder / "model" / "tokenizer.json"
    if not theirs.exists():
        theirs = shared / "reference" / "minilm" / "default" / "model" / "tokenizer.json"
    mine, reference = Reference(ours / "tokenizer.json"), Reference(theirs)
    assert mine.tokenizer.get_vocab() == reference.tokenizer.get_vocab()
    assert (
        mine.tokenizer.get_added_tokens_decoder() == reference.tokenizer.get_added_tokens_decoder()
    )
    texts = nasty.strings(3_000, seed=21) + ["[CLS] a [MASK] b [SEP]", "[PAD][UNK]"]
    assert m2v.tokenize(ours, texts) == reference.lines(texts)


def check_config(ours, folder, case):
    """Every key of the reference's config.json but the teacher's name, with its value."""
    mine = json.loads((ours / "config.json").read_text())
    theirs = json.loads((folder / "model" / "config.json").read_text())
    assert set(mine) >= set(theirs)
    assert {key: mine[key] for key in theirs if key != "tokenizer_name"} == {
        key: value for key, value in theirs.items() if key != "tokenizer_name"
    }


def ranks(values):
    """Ranks from 1, ties sharing their mean."""
    order = np.argsort(values, kind="stable")
    ordered = np.asarray(values)[order]
    first = np.searchsorted(ordered, ordered, "left")
    last = np.searchsorted(ordered, ordered, "right")
    out = np.empty(len(values))
    out[order] = (first + last + 1) / 2
    return out


def test_semantic_similarity(m2v, distilled, shared, record_property):
    """Spearman's correlation on STS-B, which the reference's distillation reaches as well."""
    lines = (
        (shared / "data" / "sts" / "stsb-en.test.tsv").read_text(encoding="utf-8").split("\n")[:-1]
    )
    scores, left, right = zip(*(line.split("\t") for line in lines))
    similarity = cosines(m2v.encode(distilled, left), m2v.encode(distilled, right))
    spearman = np.corrcoef(ranks(similarity), ranks(np.array(scores, float)))[0, 1]
    record_property("spearman", spearman)
    assert abs(spearman - STS_SPEARMAN) <= 0.0015, spearman
