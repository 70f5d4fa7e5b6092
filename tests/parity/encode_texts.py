"""Texts of every length for the encoding tests, gathered around the positions where rules change."""

import random

import nasty
import tokenizer_files

WORDS = [word for line in tokenizer_files.SENTENCES for word in line.split()]


def of_length(rng, length):
    """Exactly `length` code points of real and unreal words."""
    words, have = [], 0
    while have < length:
        word = (
            rng.choice(WORDS)
            if rng.random() < 0.9
            else rng.choice(("zzqq", "ﬁx", "e\u0301", "👍🏽", "한국", "\u2028", "x" * 30))
        )
        words.append(word)
        have += len(word) + 1
    return " ".join(words)[:length]


def of_every_length(seed, longest=100_000):
    """Empty, then every length to 70, then sparser up to `longest`."""
    rng = random.Random(seed)
    lengths = [
        *range(71),
        *range(80, 400, 23),
        512,
        1000,
        2047,
        2048,
        2049,
        4096,
        10_000,
        33_333,
        longest,
    ]
    return [of_length(rng, length) for length in lengths]


def around_the_cut(points, seed):
    """Texts about `points` long, where encoding cuts them; words and characters lie across the cut."""
    rng = random.Random(seed)
    made = []
    for length in range(max(0, points - 4), points + 5):
        made.append(of_length(rng, length))
        made.append("é" * length)
        made.append("x" * length)
        made.append(("a" + "\u0301" * 3) * (length // 4) + "tokenization")
        made.append("fox " * (length // 4) + "embeddings")
        made.append("👍🏽" * (length // 2) + "dog")
        made.append(" " * length + "dog")
        made.append("\u4eac" * length)
    return made


def around_the_limit(tokens):
    """Texts with about as many tokens as the model keeps, unknown ones among them."""
    made = []
    for count in range(max(0, tokens - 2), tokens + 3):
        made.append("." * count)
        made.append("." * count + "a")
        made.append("👾" + "." * count)
        made.append("👾 " * count)
        made.append("👾 " * (2 * tokens) + "a.")
        made.append("a " * (count // 2) + "👾 " * (count - count // 2) + "b")
        made.append("[UNK]" * count + "a")
    return made


def of_every_kind(seed, count):
    """Nasty strings, and texts without a single known token."""
    return nasty.strings(count, seed) + [
        "",
        " ",
        "\0",
        "👾",
        "👾👾 👾",
        "[UNK]",
        "[UNK] [UNK]",
        "\u0301",
        "[PAD]",
        "[MASK] fox",
    ]
