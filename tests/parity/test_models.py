"""Each model gives the ids and the positions that it gives in `tokenizers`, whatever its settings.

Vocabularies are small, so that everything that can happen to a word happens often.
"""

import json
import random

import pytest
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

import nasty
import tokenizer_files
import tokenizer_training
from compare import assert_same_ids
from conftest import EXHAUSTIVE
from test_tokenizer import PASSAGES

LETTERS = [*"abcd", "é", "東", "👍"]
STRANGERS = [*"xyz ", "ß", "京", "🚀", "\0"]  # in no vocabulary, as a rule
BYTES = [f"<0x{byte:02X}>" for byte in range(256)]


def seeds(few, many):
    return pytest.mark.parametrize("seed", range(many if EXHAUSTIVE else few))


def texts(rng, count, letters=LETTERS, longest=12):
    """Strings of the letters, with a few strangers among them."""
    made = []
    for _ in range(count):
        strangers = rng.choice(([], [], STRANGERS[:2], STRANGERS))
        choices = letters * 3 + strangers
        made.append("".join(rng.choices(choices, k=rng.randint(0, longest))))
    return made


def numbered(rng, tokens):
    """Ids for the tokens: in order, or shuffled, with gaps, or with some tokens sharing theirs."""
    kind = rng.choice(("order", "shuffled", "gaps", "shared"))
    numbers = list(range(len(tokens)))
    if kind != "order":
        rng.shuffle(numbers)
    if kind == "gaps":
        numbers = [3 * number + rng.randint(0, 2) for number in numbers]
    if kind == "shared":
        numbers = [number // rng.choice((2, 2, 5)) for number in numbers]
    return dict(zip(tokens, numbers))


def settings_of(model, **stages):
    stages = {"normalizer": None, "pre_tokenizer": None, "post_processor": None, **stages}
    return {"version": "1.0", "added_tokens": [], **stages, "model": model}


def refused(tokenizer, text):
    """The model has no unknown token, and needs one."""
    try:
        tokenizer.encode(text, add_special_tokens=False)
    except Exception:
        return True
    return False


def assert_same(m2v, folder, model, texts):
    """The same ids for these texts, and the same ones refused."""
    settings = settings_of(model)
    tokenizer = Tokenizer.from_str(json.dumps(settings))
    folder = tokenizer_files.write(folder / "model", settings)
    bad = {text for text in texts if refused(tokenizer, text)}
    assert_same_ids(m2v, folder, [text for text in texts if text not in bad])
    for text in sorted(bad, key=len)[:2]:
        done = m2v.run("tokenize", "-m", folder, "-", stdin=text.encode() + b"\n")
        assert done.returncode == 1 and b"$.model" in done.stderr, ascii(text)


# --- BPE ---


def some_bytes(rng):
    """All bytes, or a few only: a character of which one is missing is unknown."""
    return BYTES if rng.random() < 0.6 else rng.sample(BYTES, k=rng.randint(1, 250))


def bpe(rng):
    """A BPE model of random merges in random order, some of them stated twice."""
    prefix = rng.choice((None, None, "", "##", "é"))
    suffix = rng.choice((None, None, "", "</w>", "d"))
    unknown = rng.choice((None, "<unk>", "<unk>", "a", "missing"))
    known = rng.sample(LETTERS, k=rng.randint(3, len(LETTERS)))
    forms = {head + c + tail for c in known for head in ("", prefix or "") for tail in ("", suffix or "")}
    tokens = dict.fromkeys(sorted(forms) + (["<unk>", *some_bytes(rng)] if rng.random() < 0.7 else []))
    if unknown not in (None, "missing"):
        tokens[unknown] = None
    merges = []
    for _ in range(rng.randint(0, 60)):
        left = rng.choice(list(tokens))
        right = rng.choice([token for token in tokens if token.startswith(prefix or "")])
        merges.append((left, right))
        tokens[left + right[len(prefix or "") :]] = None
    merges += rng.choices(merges, k=rng.randint(0, 5)) if merges else []
    rng.shuffle(merges)
    lines = rng.random() < 0.3 and not any(" " in left + right for left, right in merges)
    return {
        "type": "BPE",
        "dropout": rng.choice((None, 0, 0.0)),
        "unk_token": unknown,
        "continuing_subword_prefix": prefix,
        "end_of_word_suffix": suffix,
        "fuse_unk": rng.random() < 0.5,
        "byte_fallback": rng.random() < 0.5,
        "ignore_merges": rng.random() < 0.3,
        "vocab": numbered(rng, list(tokens)),
        "merges": [" ".join(pair) for pair in merges] if lines else merges,
    }


@seeds(300, 20_000)
def test_bpe(m2v, tmp_path, seed):
    rng = random.Random(seed)
    assert_same(m2v, tmp_path, bpe(rng), texts(rng, 200, longest=rng.choice((4, 12, 80))))


@seeds(60, 3_000)
def test_bpe_of_words_of_thousands_of_characters(m2v, tmp_path, seed):
    """They are merged part by part; few letters, so that many merges reach over the parts' ends."""
    rng = random.Random(seed)
    model = bpe(rng)
    few = rng.sample(LETTERS, k=rng.randint(1, 4))
    words = ["".join(rng.choices(few, k=rng.randint(1_000, 5_000))) for _ in range(5)]
    assert_same(m2v, tmp_path, model, words + [few[0] * 3_001, "".join(few) * 1_001])


@pytest.mark.parametrize("unit", ["ab", "abc", "abcde"])
def test_tokens_as_long_as_the_parts_of_a_long_word(m2v, tmp_path, unit):
    """Each token twice is a token, up to a thousand characters: what a part ends with is wrong."""
    merges = [(unit[:i], unit[i]) for i in range(1, len(unit))]
    while len(merges[-1][0]) < 500:
        merges.append(("".join(merges[-1]),) * 2)
    vocab = list(dict.fromkeys([*unit, *("".join(pair) for pair in merges)]))
    model = {"type": "BPE", "vocab": {token: i for i, token in enumerate(vocab)}, "merges": merges}
    words = [unit * count + tail for count in (700, 701, 1_500, 2_047) for tail in ("", unit[0])]
    assert_same(m2v, tmp_path, model, words)


def test_a_pair_that_has_changed_but_gives_the_same_id(m2v, tmp_path):
    """b c goes first; the turn of a b then does for a bc, before that of bc d."""
    vocab = {"a": 0, "b": 1, "c": 2, "d": 3, "bc": 4, "ab": 5, "abc": 5, "bcd": 6}
    merges = [["b", "c"], ["a", "b"], ["bc", "d"], ["a", "bc"]]
    model = {"type": "BPE", "vocab": vocab, "merges": merges}
    folder = tokenizer_files.write(tmp_path / "model", settings_of(model))
    assert m2v.tokenize(folder, ["abcd"]) == ["5 3"]
    assert_same_ids(m2v, folder, ["abcd", "bcd", "abc", "abcabcd"])


# --- Unigram ---


def unigram(rng):
    """A Unigram model with few different scores, so that many ways to cut a word are as good."""
    known = rng.sample(LETTERS, k=rng.randint(1, len(LETTERS)))
    tokens = ["".join(rng.choices(known, k=rng.randint(1, 4))) for _ in range(rng.randint(1, 60))]
    tokens += [c for c in known if rng.random() < 0.8] + [""] * rng.randint(0, 1) + ["<unk>"]
    tokens += some_bytes(rng) if rng.random() < 0.7 else []
    tokens += rng.sample(STRANGERS, k=2) + ["xy", "<unk>a"] if rng.random() < 0.3 else []
    tokens += rng.choices(tokens, k=rng.choice((0, 0, 3)))
    rng.shuffle(tokens)
    scores = rng.choice(([-1.0, -2.0, -3.0], [0.0], [-1e-9, -5.5, 2, -11.0], None))
    unknown = rng.choice((None, tokens.index("<unk>"), rng.randrange(len(tokens))))
    vocab = [(token, rng.choice(scores) if scores else rng.uniform(-12, 0)) for token in tokens]
    return {
        "type": "Unigram",
        "unk_id": unknown,
        "byte_fallback": rng.random() < 0.5,
        "vocab": vocab,
    }


@seeds(300, 20_000)
def test_unigram(m2v, tmp_path, seed):
    rng = random.Random(seed)
    letters = rng.choice((LETTERS, ["a", "b"], [*LETTERS, "<unk>"]))
    assert_same(m2v, tmp_path, unigram(rng), texts(rng, 200, letters, rng.choice((4, 12, 80))))


# --- WordLevel and WordPiece ---


def some_words(rng, letters):
    return {"".join(rng.choices(letters, k=rng.randint(0, 4))): None for _ in range(60)}


@seeds(30, 2_000)
def test_wordlevel(m2v, tmp_path, seed):
    rng = random.Random(seed)
    tokens = some_words(rng, LETTERS[:4]) | dict.fromkeys(rng.choice(([], ["<unk>"])))
    model = {"type": "WordLevel", "vocab": numbered(rng, list(tokens)), "unk_token": "<unk>"}
    assert_same(m2v, tmp_path, model, texts(rng, 200, LETTERS[:4], longest=4))


@seeds(100, 5_000)
def test_wordpiece(m2v, tmp_path, seed):
    rng = random.Random(seed)
    prefix = rng.choice(("##", "##", "", "a", "é東"))
    letters = rng.sample(LETTERS, k=3)
    words = some_words(rng, letters) | dict.fromkeys(letters)
    tokens = words | {prefix + word: None for word in words if rng.random() < 0.5}
    tokens |= dict.fromkeys(rng.choice(([], ["[UNK]"], ["[UNK]"])))
    model = {
        "type": "WordPiece",
        "vocab": numbered(rng, list(tokens)),
        "unk_token": rng.choice(("[UNK]", "[UNK]", "a")),
        "continuing_subword_prefix": prefix,
        "max_input_chars_per_word": rng.choice((0, 3, 8, 100)),
    }
    assert_same(m2v, tmp_path, model, texts(rng, 200, letters, longest=12))


# --- trained, long and real ---


def trained(kind):
    """A tokenizer with a vocabulary of the passages."""
    options = dict(special_tokens=["<unk>"])
    if kind == "BPE":
        tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
        tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    elif kind == "BPE of bytes":
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel()
        options = dict(alphabet=pre_tokenizers.ByteLevel.alphabet())
    elif kind == "BPE with affixes":
        tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
        tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
        options.update(continuing_subword_prefix="##", end_of_word_suffix="</w>")
    elif kind == "Unigram":
        tokenizer = Tokenizer(models.Unigram())
        tokenizer.normalizer = normalizers.NFKC()
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
        options.update(unk_id=0)
    else:
        tokenizer = Tokenizer(models.WordLevel(unk_token="<unk>"))
        tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer_training.learn(tokenizer, PASSAGES.read_text(encoding="utf-8").split("\n"), 4_000, **options)
    return json.loads(tokenizer.to_str())


@pytest.mark.parametrize(
    "kind", ["BPE", "BPE of bytes", "BPE with affixes", "Unigram", "WordLevel"]
)
def test_trained(m2v, tmp_path, kind):
    folder = tokenizer_files.write(tmp_path / "model", trained(kind))
    passages = PASSAGES.read_text(encoding="utf-8").split("\n")
    count = 300_000 if EXHAUSTIVE else 10_000
    assert_same_ids(m2v, folder, passages + nasty.strings(count, seed=31))


def of_doublings():
    """Every power of two of one letter is a token."""
    tokens = ["a" * 2**i for i in range(11)]
    return tokens, [[half, half] for half in tokens[:-1]]


@pytest.mark.parametrize("kind", ["BPE", "Unigram", "WordPiece"])
def test_long_words(m2v, tmp_path, kind):
    """A word of a megabyte takes no longer than a megabyte of words."""
    tokens, merges = of_doublings()
    ids = {token: i for i, token in enumerate([*tokens, "<unk>", "##a"])}
    model = {
        "BPE": {"type": kind, "vocab": ids, "merges": merges, "unk_token": "<unk>"},
        "Unigram": {
            "type": kind,
            "vocab": [[token, -1.0 - i % 3] for i, token in enumerate(ids)],
            "unk_id": ids["<unk>"],
        },
        "WordPiece": {
            "type": kind,
            "vocab": ids,
            "unk_token": "<unk>",
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 10**7,
        },
    }[kind]
    folder = tokenizer_files.write(tmp_path / "model", settings_of(model))
    size = 1_000_003 if kind == "BPE" else 5_003  # the others are slow in the reference
    assert_same_ids(m2v, folder, ["a" * size, "a" * (size // 2) + "b" + "a" * (size // 3)])
    assert len(m2v.tokenize(folder, ["a" * 1_000_003])[0].split()) >= 1_000_003 // 2**10


@pytest.mark.parametrize("name", ["llama-like-bpe-byte-fallback", "mbart-like-unigram-legacy"])
def test_real_tokenizers(m2v, tmp_path, shared, name):
    settings = tokenizer_files.read(shared / "reference" / "tokenizers" / f"{name}.json")
    folder = tokenizer_files.write(tmp_path / "model", settings)
    count = 300_000 if EXHAUSTIVE else 30_000
    texts = nasty.strings(count, seed=41) + [t for t in nasty.monsters() if len(t) < 100_000]
    assert_same_ids(m2v, folder, texts)
