"""Custom vocabularies, and tokenizers of every kind cut down: `m2v distill` beside plain rules."""

import json
import re

import numpy as np
import pytest
from tokenizers import Tokenizer

import nasty
import subword_teachers
import teachers
import tokenizer_files
from compare import assert_same_ids
from model_folders import read_safetensors
from test_distill import RAW, assert_same_rows, distil

ENTRIES = [
    "zibblorp",
    "two words",
    "C++",
    "naïve",
    "Two  Words",
    "zibblorp",
    "the",
    "  ",
    "東京",
    "don't",
    "[unused7]",
    "ab\tcd",
]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return teachers.random_bert(tmp_path_factory.mktemp("teacher") / "tiny")


def distil_with(m2v, teacher, out, entries, *options):
    """Distils with a custom vocabulary; returns table, tokens by id, and the tokenizer's JSON."""
    words = out.parent / "words.txt"
    words.write_text("".join(entry + "\n" for entry in entries), encoding="utf-8")
    done = m2v.run("distill", teacher, "-o", out, "--vocabulary", words, *RAW, *options)
    assert done.returncode == 0, done.stderr.decode()
    settings = tokenizer_files.read(out / "tokenizer.json")
    vocabulary = settings["model"]["vocab"]
    if isinstance(vocabulary, dict):
        tokens = sorted(vocabulary, key=vocabulary.get)
        assert sorted(vocabulary.values()) == list(range(len(vocabulary)))
    else:
        tokens = [token for token, _ in vocabulary]
    return read_safetensors(out / "model.safetensors")["embeddings"], tokens, settings


def sorted_entries(settings, entries, known):
    """What becomes of the entries, by the rules, with the pieces that `tokenizers` cuts."""
    tokenizer = Tokenizer.from_str(json.dumps({**settings, "padding": None, "truncation": None}))
    words, phrases = [], []
    for entry in entries:
        normalized = (
            tokenizer.normalizer.normalize_str(entry) if tokenizer.normalizer else entry
        )
        pieces = [normalized] if normalized else []
        if tokenizer.pre_tokenizer and normalized:
            pieces = [piece for piece, _ in tokenizer.pre_tokenizer.pre_tokenize_str(normalized)]
        if len(pieces) > 1:
            if normalized.strip() not in phrases:
                phrases.append(normalized.strip())
        elif pieces and pieces[0] not in known and pieces[0] not in words:
            words.append(pieces[0])
    return words, phrases


def test_long_phrases(m2v, tmp_path):
    """Phrases of any length, all together: several heads of attention are taken at once, fewer the longer a text is."""
    teacher = teachers.random_bert(
        tmp_path / "teacher", num_attention_heads=12, max_position_embeddings=200
    )
    rng = np.random.default_rng(20)
    words = tokenizer_files.SENTENCES[0].lower().replace(",", "").replace(".", "").split()
    phrases = [" ".join(rng.choice(words, size=size)) for size in (7, 10, 18, 25, 30, 36, 38, 44, 46)]
    table, _, settings = distil_with(m2v, teacher.folder, tmp_path / "out", phrases)
    ids = {token["content"]: token["id"] for token in settings["added_tokens"]}
    tokenizer = Tokenizer.from_str(json.dumps({**teacher.settings, "padding": None, "truncation": None}))
    bert = teacher.bert()
    for phrase in phrases:
        expected = bert.pooled([tokenizer.encode(phrase).ids], "mean")
        assert_same_rows(table[[ids[phrase]]], expected, 2e-5)


def test_words_and_phrases(m2v, tiny, tmp_path):
    """Words join the model's vocabulary, phrases the added tokens; each goes through the teacher as
    its own tokenizer encodes it."""
    table, tokens, settings = distil_with(m2v, tiny.folder, tmp_path / "out", ENTRIES)
    kept = tiny.kept_tokens()
    words, phrases = sorted_entries(tiny.settings, ENTRIES, tiny.settings["model"]["vocab"])
    assert len(words) >= 2 and len(phrases) >= 5
    assert tokens == [token for token, _ in kept] + words + phrases
    added = {token["content"]: token for token in settings["added_tokens"]}
    for phrase in phrases:
        assert added[phrase] == {
            "id": tokens.index(phrase),
            "content": phrase,
            "single_word": False,
            "lstrip": True,
            "rstrip": True,
            "normalized": True,
            "special": False,
        }
    original = Tokenizer.from_file(str(tiny.folder / "tokenizer.json"))
    original.no_padding()
    original.no_truncation()
    inputs = tiny.inputs(kept)
    for token in words + phrases:
        number = tiny.settings["model"]["vocab"].get(token)
        inputs.append(
            original.encode(token).ids
            if number is None
            else [inputs[0][0], number, inputs[0][2]]
        )
    bert = tiny.bert()
    expected = np.concatenate([bert.pooled([row], "mean") for row in inputs[-len(words + phrases) :]])
    assert_same_rows(table[len(kept) :], expected, 2e-5)


def test_texts_find_the_new_tokens(m2v, tiny, tmp_path):
    _, tokens, _ = distil_with(m2v, tiny.folder, tmp_path / "out", ["zibblorp", "two words"])
    ids = m2v.tokenize(tmp_path / "out", ["A zibblorp says TWO words twice"])[0].split()
    assert str(tokens.index("zibblorp")) in ids and str(tokens.index("two words")) in ids


def test_what_is_left_out_is_told(m2v, tiny, tmp_path):
    words = tmp_path / "words.txt"
    words.write_text("the\nzibblorp\nzibblorp\n \nxyz\n", encoding="utf-8")
    done = m2v.run(
        *("distill", tiny.folder, "-o", tmp_path / "out", "--vocabulary", words),
        *("--token-remove-pattern", "xy", *RAW),
    )
    assert done.returncode == 0
    for message in (
        b'2 entries left out, in the vocabulary already: "the", "zibblorp"',
        b"1 entry left out, reduced to nothing by the tokenizer",
        b'1 entry left out, matched by token_remove_pattern: "xyz"',
    ):
        assert message in done.stderr, done.stderr


def test_what_is_left_out_is_counted_and_refused(m2v, tiny, tmp_path):
    words = tmp_path / "words.txt"
    words.write_text("zibblorp\nthe\nthe\n", encoding="utf-8")
    arguments = ["distill", tiny.folder, "--vocabulary", words, *RAW]
    m2v.check(*arguments, "-o", tmp_path / "out", "--report", tmp_path / "report.json")
    assert json.loads((tmp_path / "report.json").read_text())["entries_left_out"] == 2
    strict = m2v.run(*arguments, "-o", tmp_path / "strict", "--strict")
    assert strict.returncode == 1 and b'--strict: 2 entries left out' in strict.stderr
    assert not (tmp_path / "strict").exists()
    words.write_text("zibblorp\n", encoding="utf-8")
    m2v.check(*arguments, "-o", tmp_path / "strict", "--strict")


def test_phrases_that_texts_do_not_find_are_told(m2v, tiny, tmp_path):
    """The normalizer puts spaces around ideographs, and then around the phrase's own."""
    words = tmp_path / "words.txt"
    words.write_text("東京\ntwo words\n", encoding="utf-8")
    done = m2v.run("distill", tiny.folder, "-o", tmp_path / "out", "--vocabulary", words, *RAW)
    assert "never found in texts" in done.stderr.decode() and "東京" in done.stderr.decode()
    assert b"two words" not in done.stderr


# --- BPE and Unigram ---

NEW = ["zibblorp", "quixotic", "machine learning", "Ünbekannt"]
REMOVED = {"<s>", "</s>", "<mask>", "usertoken"}


@pytest.fixture(scope="module", params=subword_teachers.KINDS)
def subword(request, tmp_path_factory):
    return request.param, subword_teachers.make(
        tmp_path_factory.mktemp("subword") / "teacher", request.param
    )


def pairs_of(settings):
    return [
        tuple(merge.split(" ") if isinstance(merge, str) else merge)
        for merge in settings["model"].get("merges", [])
    ]


def teacher_tokens(settings):
    vocabulary = settings["model"]["vocab"]
    if isinstance(vocabulary, dict):
        return sorted(vocabulary, key=vocabulary.get)
    return [token for token, _ in vocabulary]


@pytest.mark.parametrize("pattern", [None, "[a-e▁Ġ][a-p]"])
def test_tokens_of_subword_models(m2v, subword, tmp_path, pattern):
    """What goes takes its merges along; what stays keeps its order and scores."""
    kind, teacher = subword
    options = [] if pattern is None else ["--token-remove-pattern", pattern]
    table, tokens, settings = distil_with(m2v, teacher.folder, tmp_path / "out", [], *options)
    old = teacher_tokens(teacher.settings)
    gone = {token for token in old if pattern and re.match(pattern, token)} | REMOVED
    assert (len(gone) > 20) == (pattern is not None)
    assert tokens == [token for token in old if token not in gone]
    assert [token["content"] for token in settings["added_tokens"]] == ["<pad>", "<unk>"]
    kept_pairs = [
        pair
        for pair in pairs_of(teacher.settings)
        if not gone & {pair[0], pair[1], pair[0] + pair[1]}
    ]
    assert pairs_of(settings) == kept_pairs
    if kind == "Unigram":
        assert settings["model"]["unk_id"] == tokens.index("<unk>")
        scores = dict(map(tuple, teacher.settings["model"]["vocab"]))
        assert all(scores[token] == score for token, score in settings["model"]["vocab"])
    else:
        assert settings["model"]["unk_token"] == "<unk>"
    if kind == "byte-level BPE":
        assert settings["pre_tokenizer"]["add_prefix_space"] is True
    assert_same_ids(m2v, tmp_path / "out", nasty.strings(500, seed=5))
    ids = {token: number for number, token in enumerate(old)}
    inputs = [[ids["<s>"], ids[token], ids["</s>"]] for token in tokens]
    assert_same_rows(table, teacher.bert().pooled(inputs, "mean"), 2e-5)


def test_new_tokens_of_subword_models(m2v, subword, tmp_path):
    """New words are found whole, and nothing else in the vocabulary changes."""
    kind, teacher = subword
    table, tokens, settings = distil_with(m2v, teacher.folder, tmp_path / "out", NEW)
    old = [token for token in teacher_tokens(teacher.settings) if token not in REMOVED]
    assert tokens[: len(old)] == old
    space = "Ġ" if kind == "byte-level BPE" else "▁"
    assert {space + "zibblorp", space + "quixotic"} < set(tokens)
    tokenizer = Tokenizer.from_file(str(tmp_path / "out" / "tokenizer.json"))
    words = tokenizer.encode("a zibblorp quixotic Ünbekannt thing", add_special_tokens=False).tokens
    assert {space + "zibblorp", space + "quixotic"} < set(words) and len(words) < 12
    old_pairs = [pair for pair in pairs_of(teacher.settings) if not REMOVED & set(pair)]
    assert pairs_of(settings)[: len(old_pairs)] == old_pairs
    for left, right in pairs_of(settings):
        assert {left, right, left + right} <= set(tokens)
    if kind == "Unigram":
        scores = [score for _, score in settings["model"]["vocab"]]
        lowest = min(score for _, score in teacher.settings["model"]["vocab"])
        assert scores[len(old) :] == [lowest] * (len(scores) - len(old))
    assert_same_ids(m2v, tmp_path / "out", nasty.strings(300, seed=6) + NEW)
    check_new_rows(teacher, kind, table, tokens, len(old))


def check_new_rows(teacher, kind, table, tokens, first):
    """Each new token goes through the teacher as its tokenizer encodes the token's text."""
    original = Tokenizer.from_str(json.dumps(teacher.settings))
    model_alone = Tokenizer.from_str(
        json.dumps({**teacher.settings, "normalizer": None, "pre_tokenizer": None})
    )
    spelled = {character: byte for byte, character in byte_characters().items()}
    bert = teacher.bert()
    for number in range(first, len(tokens)):
        ids = original.encode(tokens[number]).ids
        if kind == "byte-level BPE" and " " not in tokens[number]:
            text = bytes(spelled[character] for character in tokens[number])
            try:
                ids = original.encode(text.decode("utf-8")).ids
            except UnicodeDecodeError:  # a part of a character: no text
                ids = model_alone.encode(tokens[number]).ids
        expected = bert.pooled([ids], "mean")
        assert_same_rows(table[number : number + 1], expected, 2e-5)


def byte_characters():
    """GPT-2's characters for bytes."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [byte for byte in range(256) if byte not in printable]
    return {byte: chr(byte) for byte in printable} | {
        byte: chr(256 + i) for i, byte in enumerate(rest)
    }
