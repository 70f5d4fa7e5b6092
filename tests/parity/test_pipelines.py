"""Stages that nobody has put together yet give the ids of `tokenizers` too: every stage may stand
before every other, and what is fast for known sequences must know where it does not apply.
"""

import json
import random

import pytest
from tokenizers import Tokenizer, pre_tokenizers

import nasty
import test_models
import test_normalizers
import test_pre_tokenizers
import tokenizer_files
from compare import assert_same_ids, assert_same_offsets
from conftest import EXHAUSTIVE
from model_folders import Model, random_table
from test_compiled import compiled
from test_tokenizer import PASSAGES

NORMALIZERS = [
    *test_normalizers.PLAIN.values(),
    *test_normalizers.OTHERS.values(),
    *test_normalizers.REAL.values(),
]
PRE_TOKENIZERS = [*test_pre_tokenizers.ALONE.values(), *test_pre_tokenizers.SEQUENCES.values()]
FLAG = (False, True)
TRIMMING = [
    {"type": kind, "trim_offsets": trims, "add_prefix_space": adds, **more}
    for kind, more in (
        ("RobertaProcessing", {"sep": ["e", 1], "cls": ["t", 0]}),
        ("ByteLevel", {"use_regex": True}),
    )
    for trims in FLAG
    for adds in FLAG
]
KINDS = ("BPE", "BPE of bytes", "BPE with affixes", "Unigram", "WordLevel")
CONTENTS = ["the", "The ", " a", "▁", "é", "e\u0301", "ing", "ﬁ", "<mask>", "...", "1", "東", "Ġa"]
LETTERS = [*test_models.LETTERS, " "]
SEEDS = range(5_000 if EXHAUSTIVE else 300)
FLAGS = tokenizer_files.flag_combinations()


@pytest.fixture(scope="module")
def models():
    small = tokenizer_files.trained(1_500)["model"]
    return [small, *(test_models.trained(kind)["model"] for kind in KINDS)]


@pytest.fixture(scope="module")
def all_texts():
    passages = PASSAGES.read_text(encoding="utf-8").split("\n")
    monsters = [text for text in nasty.monsters() if len(text) < 2_000]
    return [*passages, *tokenizer_files.SENTENCES, *nasty.strings(40_000, seed=8), *monsters]


def some(rng, sections, key):
    """Up to three sections, one behind the other."""
    chosen = rng.choices(sections, k=rng.choice((0, 1, 1, 2, 3)))
    if len(chosen) < 2:
        return chosen[0] if chosen else None
    return {"type": "Sequence", key: chosen}


def with_bytes(model):
    """A model that spells in bytes what it does not know."""
    vocab = model["vocab"]
    if model["type"] == "BPE":
        vocab = {**vocab, **{byte: len(vocab) + i for i, byte in enumerate(test_models.BYTES)}}
    else:
        vocab = [*vocab, *([byte, 0.0] for byte in test_models.BYTES)]
    return {**model, "vocab": vocab, "byte_fallback": True}


def changed(rng, model):
    """The same vocabulary with other habits."""
    fields = {
        "BPE": {
            "unk_token": rng.choice((model.get("unk_token"), "e")),
            "fuse_unk": rng.random() < 0.5,
            "ignore_merges": rng.random() < 0.3,
        },
        "WordPiece": {"max_input_chars_per_word": rng.choice((5, 20, 100))},
    }
    # Where affixes are spelled in bytes, offsets of the reference run past the word.
    spells = model["type"] in ("BPE", "Unigram") and not model.get("end_of_word_suffix")
    if spells and rng.random() < 0.3:
        model = with_bytes(model)
    return {**model, **fields.get(model["type"], {})}


def strange(rng):
    """A model of random pieces, affixes and byte tokens, in which every text has ids."""
    if rng.random() < 0.4:
        model = test_models.unigram(rng)
        return {**model, "unk_id": model["unk_id"] or 0}
    model = test_models.bpe(rng)
    alphabet = pre_tokenizers.ByteLevel.alphabet() if rng.random() < 0.5 else []
    vocab = model["vocab"]
    for token in ["<unk>", "▁", *sorted(alphabet)]:
        vocab.setdefault(token, len(vocab))
    return {**model, "unk_token": "<unk>"}


def vanishes(normalizer, token):
    """Nothing is left of the token: m2v refuses it, and the reference panics in most texts."""
    if normalizer is None or not token["normalized"]:
        return False
    model = test_pre_tokenizers.short_words()
    alone = Tokenizer.from_str(json.dumps({"normalizer": normalizer, "model": model}))
    return alone.normalizer.normalize_str(token["content"]) == ""


def pipeline(rng, model):
    normalizer = some(rng, NORMALIZERS, "normalizers")
    added = [
        {"id": rng.choice((3, 9_000 + number)), "content": content, **rng.choice(FLAGS)}
        for number, content in enumerate(rng.sample(CONTENTS, k=rng.choice((0, 0, 1, 4))))
    ]
    return {
        "version": "1.0",
        "added_tokens": [token for token in added if not vanishes(normalizer, token)],
        "normalizer": normalizer,
        "pre_tokenizer": some(rng, PRE_TOKENIZERS, "pretokenizers"),
        "post_processor": some(rng, TRIMMING, "processors"),
        "model": model,
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_trained_models(m2v, tmp_path, models, all_texts, seed):
    rng = random.Random(seed)
    settings = pipeline(rng, changed(rng, rng.choice(models)))
    tokens = Tokenizer.from_str(json.dumps(settings)).get_vocab()
    texts = rng.sample(all_texts, k=200)
    folder = Model(settings, random_table(1 + max(tokens.values()), 1)).write(tmp_path / "model")
    assert_same_ids(m2v, folder, texts)
    assert_same_offsets(m2v, folder, texts)
    assert m2v.tokenize(compiled(m2v, folder), texts) == m2v.tokenize(folder, texts)


@pytest.mark.parametrize("seed", SEEDS)
def test_strange_models(m2v, tmp_path, all_texts, seed):
    rng = random.Random(seed)
    folder = tokenizer_files.write(tmp_path / "model", pipeline(rng, strange(rng)))
    letters = test_models.texts(rng, 200, LETTERS, longest=rng.choice((4, 30, 200)))
    assert_same_ids(m2v, folder, letters + rng.sample(all_texts, k=100))
