"""Added tokens are found where `tokenizers` finds them, whatever their flags."""

import itertools
import json
import random

import pytest
from tokenizers import Tokenizer

import tokenizer_files
from compare import assert_same_ids
from conftest import EXHAUSTIVE

# fmt: off
CONTENTS = [
    "new york", "New York City", "york", "ab", "abc", "b", "bcd", "é", "Über", "STRASSE", "straße", "<mask>", "<tag>", "tag  two", " lead", "trail ",
    "東京", "京", "İx", "\u0301", "fox", "Dog", "##ing", "...", "-", "a-b", "👍", "👍🏽", "\u200d", "Ω", "x_y", "9", "[UNK]", "[new]",
]
FILLERS = ["", "", " ", " ", "  ", "\t", "\n", "\u3000", "\xa0", "a", "Z", "1", "_", ".", "-", "é", "\u0301", "\u200b", "中", "word", "the fox", "👍", "\0", "\ufffd"]
# fmt: on
VANISHING = ("\u0301", "\u200d")  # a normalizer may leave nothing of them
FLAGS = tokenizer_files.flag_combinations()


def texts_around(contents, count, seed):
    """The contents side by side, run together, in other cases, with all sorts of neighbours."""
    rng = random.Random(seed)
    cases = [
        str,
        str,
        str,
        str.upper,
        str.lower,
        str.title,
        lambda text: text[:-1],
        lambda text: text[1:],
    ]
    made = [content + tail for content in contents for tail in FILLERS] + [
        head + content for content in contents for head in FILLERS
    ]
    for _ in range(count):
        parts = (
            rng.choice(FILLERS) + rng.choice(cases)(rng.choice(contents)) + rng.choice(FILLERS)
            for _ in range(rng.randint(1, 5))
        )
        made.append("".join(parts))
    return made


def usable(content, flags):
    """The reference panics in most texts once a token is normalized to nothing."""
    return not (flags["normalized"] and content in VANISHING)


def name_of(flags):
    return "+".join(name for name, on in flags.items() if on) or "plain"


@pytest.mark.parametrize("flags", FLAGS, ids=name_of)
@pytest.mark.parametrize("lowercase", [True, False], ids=["lowercased", "cased"])
def test_each_combination_of_flags(m2v, small_tokenizer, tmp_path, flags, lowercase):
    base = tokenizer_files.with_normalizer(
        small_tokenizer, {**small_tokenizer["normalizer"], "lowercase": lowercase}
    )
    settings = tokenizer_files.with_added_tokens(
        base, [(content, flags) for content in CONTENTS if usable(content, flags)]
    )
    folder = tokenizer_files.write(tmp_path / "model", settings)
    assert_same_ids(m2v, folder, texts_around(CONTENTS, 40_000 if EXHAUSTIVE else 2_000, seed=1))


@pytest.mark.parametrize("seed", range(200 if EXHAUSTIVE else 12))
def test_mixed_flags(m2v, small_tokenizer, tmp_path, seed):
    """Tokens that compete: some for the text as it is, some for the normalized text."""
    rng = random.Random(seed)
    normalizer = rng.choice([*tokenizer_files.bert_settings(), None])
    base = tokenizer_files.with_normalizer(small_tokenizer, normalizer)
    tokens = [
        (content, rng.choice(FLAGS))
        for content in rng.sample(CONTENTS, k=rng.randint(1, len(CONTENTS)))
    ]
    settings = tokenizer_files.with_added_tokens(
        base, [token for token in tokens if usable(*token)]
    )
    folder = tokenizer_files.write(tmp_path / "model", settings)
    assert_same_ids(m2v, folder, texts_around(CONTENTS, 3_000, seed=seed))


ALIKE = [
    ("é", {"normalized": True}),
    ("e\u0301", {"normalized": True}),
    ("É", {"normalized": True, "special": True}),
    ("E", {"normalized": True}),
]


@pytest.mark.parametrize("order", list(itertools.permutations(range(len(ALIKE)), 3)), ids=str)
def test_tokens_that_normalizing_makes_alike(m2v, small_tokenizer, tmp_path, order):
    """The first one counts, special ones before the others."""
    settings = tokenizer_files.with_added_tokens(small_tokenizer, [ALIKE[i] for i in order])
    folder = tokenizer_files.write(tmp_path / "model", settings)
    assert_same_ids(m2v, folder, ["e", "é", "E É", "e\u0301x", "fox"])


def test_added_to_the_real_tokenizer(m2v, teacher, tmp_path):
    settings = tokenizer_files.with_added_tokens(
        tokenizer_files.read(teacher / "tokenizer.json"),
        [
            ("machine learning", dict(lstrip=True, rstrip=True, normalized=True)),
            ("C++", dict(normalized=True, single_word=True)),
            ("GPT-4", dict(normalized=False)),
            ("naïve bayes", dict(normalized=True)),
            ("<doc>", dict(special=True, normalized=False, rstrip=True)),
        ],
    )
    folder = tokenizer_files.write(tmp_path / "model", settings)
    contents = [
        "machine learning",
        "Machine Learning",
        "C++",
        "c++",
        "GPT-4",
        "naïve bayes",
        "NAIVE BAYES",
        "<doc>",
        "[CLS]",
        "[MASK]",
        "[SEP]",
    ]
    assert_same_ids(m2v, folder, texts_around(contents, 20_000, seed=2))


def test_a_long_list(m2v, small_tokenizer, tmp_path):
    """Thousands of added tokens, many of them prefixes of others."""
    rng = random.Random(4)
    contents = sorted(
        {"".join(rng.choices("ab c", k=rng.randint(2, 9))).strip() or "ab" for _ in range(3_000)}
    )
    settings = tokenizer_files.with_added_tokens(
        small_tokenizer, [(content, {}) for content in contents]
    )
    folder = tokenizer_files.write(tmp_path / "model", settings)
    assert_same_ids(
        m2v, folder, ["".join(rng.choices("abc  d", k=rng.randint(1, 60))) for _ in range(5_000)]
    )


# Letters, marks and white space of which tokens and texts consist: everything touches everything.
CROWDED = [*"abAB_", "é", "e\u0301", "É", " ", "  ", "\t", "\u3000", "-", "東", "İ"]


def crowded(rng, longest):
    return "".join(rng.choices(CROWDED, k=rng.randint(1, longest)))


def panics(reference, text):
    """Some tokens that take white space along trip the reference over that of the one before."""
    try:
        reference.encode(text, add_special_tokens=False)
    except BaseException as error:
        assert "AddedVocabulary bad split" in str(error)
        return True
    return False


def crowded_settings(rng):
    """Added tokens that overlap, nest, share contents with other flags, and ids with the model."""
    letters = {c: None for text in CROWDED for c in text}
    contents = [crowded(rng, 3) for _ in range(rng.randint(1, 12))]
    contents += rng.choices(contents, k=3) + rng.choices(list(letters), k=2) + [""]
    rng.shuffle(contents)
    vocab = dict.fromkeys([*letters, "i", "\u0307", *rng.choices(contents[:-1], k=2)])
    shift, step = rng.choice(((0, 1), (0, 1), (1, 2), (0, 0.5)))
    added = [
        {"id": rng.randrange(99), "content": content, **rng.choice(FLAGS)} for content in contents
    ]
    return {
        "version": "1.0",
        "added_tokens": [token for token in added if token["content"].strip("\u0301")],
        "normalizer": rng.choice([*tokenizer_files.bert_settings(), None]),
        "pre_tokenizer": None,
        "model": {
            "type": "BPE",
            "vocab": {token: int(i * step) + shift for i, token in enumerate(vocab)},
            "merges": [],
        },
    }


@pytest.mark.parametrize("seed", range(10_000 if EXHAUSTIVE else 300))
def test_crowded(m2v, tmp_path, seed):
    rng = random.Random(seed)
    settings = crowded_settings(rng)
    if settings["normalizer"]:
        settings = tokenizer_files.with_normalizer(settings, settings["normalizer"])
    folder = tokenizer_files.write(tmp_path / "model", settings)
    texts = [crowded(rng, 12) for _ in range(150)]
    reference = Tokenizer.from_str(json.dumps(settings))
    assert_same_ids(m2v, folder, [text for text in texts if not panics(reference, text)])
    m2v.tokenize(folder, texts)
