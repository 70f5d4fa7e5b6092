"""Vocabularies from a corpus, and models cut down to the tokens that texts need."""

import json

import numpy as np
import pytest
from tokenizers import Tokenizer

import nasty
import subword_teachers
import teachers
import tokenizer_files
from compare import assert_same_ids
from model_folders import read_safetensors
from test_distill import RAW, distil

TEXTS = [
    "The quick brown fox jumps over the lazy dog, while cats watch.",
    "Der Zug nach München fährt um 9:15 Uhr ab",
    "bread rises because yeast eats sugar",
    "x",
    "",
    "unknown \u4e02 signs \U0001f980",
]


@pytest.fixture(
    scope="module",
    params=["WordPiece", *subword_teachers.KINDS],
)
def teacher(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus") / "teacher"
    if request.param == "WordPiece":
        return teachers.random_bert(folder)
    return subword_teachers.make(folder, request.param)


def tokens_of(folder):
    vocabulary = tokenizer_files.read(folder / "tokenizer.json")["model"]["vocab"]
    if isinstance(vocabulary, dict):
        return sorted(vocabulary, key=vocabulary.get)
    return [token for token, _ in vocabulary]


def write_lines(path, texts):
    path.write_text("".join(text + "\n" for text in texts), encoding="utf-8")
    return path


def pieces(m2v, model, texts):
    """The tokens' texts, which stay when their ids change."""
    tokens = tokens_of(model)
    return [[tokens[int(i)] for i in line.split()] for line in m2v.tokenize(model, texts)]


@pytest.mark.parametrize("options", [[], ["--vocabulary-quantization", 20]])
def test_pruned_to_texts(m2v, teacher, tmp_path, options):
    """Fewer tokens; the texts have the same ones as before, and the same vectors to the last bit."""
    file = write_lines(tmp_path / "texts.txt", TEXTS)
    m2v.check("distill", teacher.folder, "-o", tmp_path / "whole", *RAW, *options)
    m2v.check("convert", tmp_path / "whole", "-o", tmp_path / "small", "--prune-to", file)
    m2v.check(
        *("distill", teacher.folder, "-o", tmp_path / "direct", *RAW, *options),
        *("--prune-to", file),
    )
    whole, small = tokens_of(tmp_path / "whole"), tokens_of(tmp_path / "small")
    assert len(small) < 0.9 * len(whole)
    kept = set(small)
    assert small == [token for token in whole if token in kept]
    assert pieces(m2v, tmp_path / "small", TEXTS) == pieces(m2v, tmp_path / "whole", TEXTS)
    vectors = m2v.encode(tmp_path / "whole", TEXTS)
    assert np.array_equal(m2v.encode(tmp_path / "small", TEXTS), vectors)
    assert_same_ids(m2v, tmp_path / "small", nasty.strings(300, seed=8) + TEXTS)
    for name in ("model.safetensors", "tokenizer.json"):
        direct = (tmp_path / "direct" / name).read_bytes()
        assert (tmp_path / "small" / name).read_bytes() == direct


def test_other_texts_in_the_same_letters_can_be_read(m2v, teacher, tmp_path):
    file = write_lines(tmp_path / "texts.txt", TEXTS)
    m2v.check("distill", teacher.folder, "-o", tmp_path / "small", *RAW, "--prune-to", file)
    tokenizer = Tokenizer.from_file(str(tmp_path / "small" / "tokenizer.json"))
    unknown = {"[UNK]", "<unk>"}
    assert not unknown & set(tokenizer.encode("sugar fox bursts", add_special_tokens=False).tokens)


def test_frequent_words_of_a_corpus(m2v, teacher, tmp_path):
    """The most frequent words that the vocabulary lacks, those that come once left out."""
    words = ["zibblorp"] * 7 + ["quixotic"] * 5 + ["Zibblorp"] * 2 + ["snarkle"] * 3 + ["once"]
    corpus = write_lines(tmp_path / "corpus.txt", [f"({word}), ..." for word in words])
    options = ["--vocabulary-from", corpus, "--vocabulary-size"]
    m2v.check("distill", teacher.folder, "-o", tmp_path / "none", *RAW)
    before = set(tokens_of(tmp_path / "none"))
    added = {}
    for size in (1, 2, 100):
        out = tmp_path / str(size)
        m2v.check("distill", teacher.folder, "-o", out, *RAW, *options, size)
        added[size] = [
            token.strip("▁Ġ") for token in tokens_of(out) if token not in before
        ]
    assert "zibblorp" in added[1] and "quixotic" not in added[1]
    assert {"zibblorp", "quixotic"} <= set(added[2]) and "snarkle" not in added[2]
    assert {"zibblorp", "quixotic", "snarkle"} <= set(added[100])
    assert "once" not in added[100]
    tokenizer = Tokenizer.from_file(str(tmp_path / "100" / "tokenizer.json"))
    found = tokenizer.encode("a snarkle", add_special_tokens=False).tokens
    assert found[-1].strip("▁Ġ") == "snarkle"


def test_pruning_needs_plain_merges(m2v, tmp_path):
    """BPE with affixes is refused."""
    teacher = subword_teachers.make(tmp_path / "teacher", "BPE")
    settings = tokenizer_files.read(teacher.folder / "tokenizer.json")
    settings["model"]["end_of_word_suffix"] = "</w>"
    (teacher.folder / "tokenizer.json").write_text(json.dumps(settings), encoding="utf-8")
    file = write_lines(tmp_path / "texts.txt", TEXTS)
    done = m2v.run("distill", teacher.folder, "-o", tmp_path / "out", *RAW, "--prune-to", file)
    assert done.returncode == 2 and b"affixes" in done.stderr
    assert not (tmp_path / "out").exists()


def test_weights_and_scales_are_pruned(m2v, tmp_path):
    teacher = teachers.random_bert(tmp_path / "teacher")
    distil(m2v, teacher.folder, tmp_path / "whole", "--pca-dims", "16")
    scaled = ["--quantize-to", "int8", "--int8-scale", "row"]
    m2v.check("convert", tmp_path / "whole", "-o", tmp_path / "int8", *scaled)
    file = write_lines(tmp_path / "texts.txt", TEXTS)
    m2v.check("convert", tmp_path / "int8", "-o", tmp_path / "small", "--prune-to", file)
    found = read_safetensors(tmp_path / "small" / "model.safetensors")
    assert len(found["scales"]) == len(found["embeddings"]) == len(tokens_of(tmp_path / "small"))
    same = m2v.encode(tmp_path / "int8", TEXTS), m2v.encode(tmp_path / "small", TEXTS)
    assert np.array_equal(*same)


def probabilities(model, texts):
    """Counts of the reference's tokenizer, and Zipf's law as so many more as there are tokens."""
    tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
    size = len(tokens_of(model))
    ids = [i for text in texts for i in tokenizer.encode(text, add_special_tokens=False).ids]
    law = 1 / np.arange(2, size + 2)
    return (np.bincount(ids, minlength=size) + size * law / law.sum()) / (len(ids) + size)


def table_of(m2v, teacher, out, *options):
    m2v.check("distill", teacher.folder, "-o", out, "--quantize-to", "float32", "--pca-dims", "none", *options)
    return read_safetensors(out / "model.safetensors")["embeddings"]


def test_weights_by_the_frequencies_of_texts(m2v, teacher, tmp_path):
    texts = TEXTS * 300  # more than one block
    options = ["--frequencies-from", write_lines(tmp_path / "texts.txt", texts), "--sif-coefficient", 1e-3]
    raw = table_of(m2v, teacher, tmp_path / "raw", "--sif-coefficient", "none")
    table = table_of(m2v, teacher, tmp_path / "out", *options)
    expected = raw * (1e-3 / (1e-3 + probabilities(tmp_path / "out", texts)))[:, None]
    np.testing.assert_allclose(table, expected, rtol=1e-5)
    assert json.loads((tmp_path / "out" / "config.json").read_text())["token_frequencies"] == "texts"
    assert np.array_equal(table_of(m2v, teacher, tmp_path / "again", *options, "--threads", 1), table)


def test_frequencies_without_weights_are_refused(m2v, teacher, tmp_path):
    file = write_lines(tmp_path / "texts.txt", TEXTS)
    options = ["--frequencies-from", file, "--sif-coefficient", "none"]
    done = m2v.run("distill", teacher.folder, "-o", tmp_path / "out", *options)
    assert done.returncode != 0 and "sif_coefficient" in done.stderr.decode()
