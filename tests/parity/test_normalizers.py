"""Every kind of normalizer gives what `tokenizers` gives, alone and as real models string them.

The ids here are the bytes of the normalized text: ByteLevel writes each byte as one character, and
the empty string, replaced by a blank, sets those apart.
"""

import itertools
import json
import random
import unicodedata

import pytest
import tokenizers

import charsmap
import nasty
import tokenizer_files
from compare import assert_same_ids, assert_same_offsets
from conftest import EXHAUSTIVE

NASTY_COUNT = 200_000 if EXHAUSTIVE else 4_000
BYTE_LEVEL = {"type": "ByteLevel"}
SEPARATE = {"type": "Replace", "pattern": {"String": ""}, "content": " "}


def sequence(*normalizers):
    return {"type": "Sequence", "normalizers": list(normalizers)}


def replace(string, content):
    return {"type": "Replace", "pattern": {"String": string}, "content": content}


def of(normalizer):
    """Settings of a tokenizer whose ids are the bytes that the normalizer gives."""
    alphabet = sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet())
    settings = tokenizer_files.of_tokens(["[UNK]", *alphabet])
    return tokenizer_files.with_normalizer(settings, sequence(normalizer, BYTE_LEVEL, SEPARATE))


def check(m2v, tmp_path, normalizer, texts):
    assert_same_ids(m2v, tokenizer_files.write(tmp_path / "model", of(normalizer)), texts)


def packed(forms, points, each=8):
    """Every code point in every form, several of them a text."""
    parts = (form.format(c=chr(point)) for point in points for form in forms)
    while pack := list(itertools.islice(parts, each)):
        yield "\n".join(pack)


def replace_all(regex, content):
    return {"type": "Replace", "pattern": {"Regex": regex}, "content": content}


PLAIN = {
    kind: {"type": kind}
    for kind in ("NFC", "NFD", "NFKC", "NFKD", "Nmt", "Lowercase", "StripAccents", "ByteLevel")
}
OTHERS = {
    **{
        f"Strip {left} {right}": {"type": "Strip", "strip_left": left, "strip_right": right}
        for left, right in itertools.product((True, False), repeat=2)
    },
    "Prepend": {"type": "Prepend", "prepend": "▁"},
    "Prepend two": {"type": "Prepend", "prepend": "é\u0301"},
    "Replace": replace(" ", "▁"),
    "Replace by more": replace("a", "<\u0301>"),
    "Replace by nothing": replace("e", ""),
    "Replace longer": replace("aa", "a"),
    "Replace blanks": replace_all(r"\s+", " "),
    "Replace words": replace_all(r"(?i)\bthe\b|[a-zé]+(?=[0-9])", "é"),
    "Replace matches": replace_all(r"(?m).(.)\1*", "."),
    "Replace ends": replace_all(r"(?<=[a-f])", "|"),
    "Replace vowels by nothing": replace_all("[aeiouäöü]", ""),
    "Bert": {"type": "Bert", **tokenizer_files.bert_settings()[0]},
    "no steps": sequence(),
}
# As converters write them. The first is Llama's, the others come from SentencePiece models.
REAL = {
    "llama": sequence({"type": "Prepend", "prepend": "▁"}, replace(" ", "▁")),
    "gemma": sequence(replace(" ", "▁")),
    "albert": sequence(
        replace("``", '"'),
        replace("''", '"'),
        {"type": "NFKD"},
        {"type": "StripAccents"},
        {"type": "Lowercase"},
        replace_all(" {2,}", " "),
    ),
    "xlnet": sequence(
        replace("``", '"'), replace("''", '"'), {"type": "NFKD"}, {"type": "StripAccents"}
    ),
    "clip": sequence({"type": "NFC"}, replace_all(r"\s+", " "), {"type": "Lowercase"}),
    "bart": sequence({"type": "NFKC"}, {"type": "Strip", "strip_left": True, "strip_right": True}),
    "nmt": sequence({"type": "Nmt"}, {"type": "NFKC"}, replace("  ", " ")),
    "accents": sequence({"type": "NFD"}, {"type": "Lowercase"}, {"type": "StripAccents"}),
    "byte level": sequence({"type": "NFC"}, BYTE_LEVEL),
}
FORMS = ["{c}", "a{c}b", "{c}{c}", "e{c}\u0323", "{c}\u0301", "\u1100{c}\u11a8"]


@pytest.fixture(scope="module")
def texts():
    short = [text for text in nasty.strings(NASTY_COUNT, seed=3_311) if len(text) < 300]
    return short + ["", " ", "\n \t", "aaa", "a" * 50, "\0", "a\0b", *clusters(500, seed=4)]


def clusters(count, seed):
    """Random strings of what grapheme clusters are made of."""
    rng = random.Random(seed)
    return ["".join(rng.choices(PARTS, k=rng.randint(1, 10))) for _ in range(count)]


# fmt: off
PARTS = [
    "a", " ", "\r", "\n", "\r\n", "\x01", "\xad", "é", "\u0301", "\u0308", "\u200c", "\u200d", "\u200b", "\ufe0f", "\u0903", "\u093e", "\u0600",
    "\u06dd", "\u110bd", "\U000110bd", "क", "ष", "\u094d", "\u09cd", "ক", "\u0d4d", "\u0d15", "\u1039", "\u102b", "\u0e33", "©", "®", "☺", "👍",
    "\U0001f3fd", "👩", "💻", "\U0001f1e9", "\U0001f1ea", "\u1100", "\u1161", "\u11a8", "\uac00", "\uac01", "\ua960", "\ud7b0", "\ud7cb",
    "\U00016d63", "\U000e0001", "\U000e0020", "\u0d4e", "\u0345", "\u0334", "ǆ", "ﬁ", "\ufdfa", "㌀", "ｶ", "ﾞ", "\u3099", "カ", "\u0f73", "\u0f71",
]
# fmt: on


@pytest.mark.parametrize("name", [*PLAIN, *OTHERS])
def test_nasty_strings(m2v, tmp_path, texts, name):
    check(m2v, tmp_path, {**PLAIN, **OTHERS}[name], texts)


@pytest.mark.parametrize("name", REAL)
def test_sequences_of_real_models(m2v, tmp_path, texts, name):
    check(m2v, tmp_path, REAL[name], texts)


@pytest.mark.parametrize(
    "normalizer",
    [
        {"type": "Prepend", "prepend": ""},
        replace("", "."),
        replace_all("", "."),
        replace_all("^", "_"),
        replace_all("x*", "-"),
    ],
    ids=["Prepend", "string", "regex", "start", "any"],
)
def test_what_is_put_in_at_the_start(m2v, tmp_path, normalizer):
    """The reference cannot rewrite a text any further where that has no place in the original."""
    settings = tokenizer_files.of_tokens(["[UNK]", *map(chr, range(0x21, 0x7F)), "é"])
    settings = tokenizer_files.with_normalizer(settings, sequence(normalizer, SEPARATE))
    folder = tokenizer_files.write(tmp_path / "model", settings)
    assert_same_ids(m2v, folder, ["", "a", "ab", "aé b", "é", *map(chr, range(0x20, 0x7F))])


def changed_by(normalizer, points):
    """The code points that the reference does not leave alone."""
    settings = json.dumps(of(normalizer))
    rewrite = tokenizers.Tokenizer.from_str(settings).normalizer[0].normalize_str
    return [point for point in points if rewrite(chr(point)) != chr(point)]


@pytest.mark.parametrize("kind", PLAIN)
def test_every_character(m2v, tmp_path, kind):
    """Alone; and those that change, and marks, between others as well."""
    points = list(nasty.code_points())
    assigned = [point for point in points if unicodedata.category(chr(point)) not in ("Cn", "Co")]
    alone = packed(["{c}"], assigned, each=32)
    rich = [
        point
        for point in (assigned if kind == "ByteLevel" else changed_by(PLAIN[kind], assigned))
        if not 0xAC00 < point < 0xD7A0
    ]
    marks = [point for point in assigned if unicodedata.category(chr(point))[0] == "M"]
    beside = packed(FORMS, {*rich[:20_000:4], *marks})
    check(m2v, tmp_path, PLAIN[kind], [*alone, *beside])


@pytest.mark.exhaustive
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", PLAIN)
def test_every_character_in_each_form(m2v, tmp_path, kind, form):
    check(m2v, tmp_path, PLAIN[kind], packed([form], nasty.code_points(), each=32))


@pytest.mark.parametrize("kind", ["NFC", "NFD", "NFKC", "NFKD"])
def test_orders_of_marks(m2v, tmp_path, kind):
    rng = random.Random(5)
    bases = [
        *"aeoAÉǖṩḍ̇",
        *"\u0928\u1100\uac00\u304b\u0915\u0f40\u212b\ufb1d\uff76",
        "\u1100\u1161",
        "",
    ]
    marked = lambda: "".join([rng.choice(bases), *rng.choices(nasty.MARKS, k=rng.randint(0, 6))])
    texts = [marked() + marked() + marked() for _ in range(20_000)]
    check(m2v, tmp_path, PLAIN[kind], texts)


@pytest.mark.parametrize("kind", ["NFC", "NFKC"])
def test_pairs_compose(m2v, tmp_path, kind):
    """Every first and second part of canonical pairs with every other."""
    pairs = [
        unicodedata.decomposition(chr(point)).split()
        for point in nasty.code_points()
        if len(unicodedata.decomposition(chr(point)).split()) == 2
    ]
    pairs = [pair for pair in pairs if not pair[0].startswith("<")]
    firsts = sorted({chr(int(first, 16)) for first, _ in pairs} | {*"\u1112\ud788"})
    seconds = sorted({chr(int(second, 16)) for _, second in pairs} | {*"\u1160\u1175\u11a7\u11c2"})
    texts = ["\n".join(first + second for second in seconds) for first in firsts]
    check(m2v, tmp_path, PLAIN[kind], texts)


# --- Precompiled ---

FOLDED = {
    "A": "a",
    "a": "[a]",
    "é": "e",
    "e\u0301": "é!",
    "\u0301": "'",
    "\r\n": "\n",
    "\n": " ",
    "\t": "",
    "\x01": "",
    "™": "TM",
    "ﬁ": "fi",
    "\u0915\u094d": "K",
    "क": "k",
    "\u0600a": "N",
    "\u1100\u1161": "가",
    "👍": "up",
    "\u3000": " ",
}
ALL_LEADS = {bytes([byte]): "X" for byte in range(1, 256) if byte != 0x0A}  # one X a look-up
MAPS = {
    "folded": FOLDED,
    "one X a look-up": ALL_LEADS,
    "nothing": {"\U0010fffd": ""},
    "shortest first": {"a": "1", "a\u0301": "2", "\u0301": "3", "\u0301\u0301": "4"},
    "removes": {"a": "", "\u0301": "", " ": ""},
    "half characters": {b"\xc3": "C", b"\xe0\xa4": "D", b"\xf0\x9f": "E"},
    "line ends": {"\r\n": "1", "\n": "2"},
}


@pytest.mark.parametrize("name", MAPS)
def test_charsmaps(m2v, tmp_path, texts, name):
    more = clusters(50_000 if EXHAUSTIVE else 5_000, seed=9)
    check(m2v, tmp_path, charsmap.settings(MAPS[name]), texts + more)


def test_clusters_around_every_character(m2v, tmp_path):
    forms = [
        "a{c}b",
        "\u0600{c}\u0301",
        "©\u200d{c}\u0301",
        "\u0915\u094d{c}\u0301",
        "{c}\u094d\u0915\u0301",
    ]
    points = nasty.code_points() if EXHAUSTIVE else nasty.rich_code_points()[::3]
    check(m2v, tmp_path, charsmap.settings(ALL_LEADS), packed(forms, points, each=40))


def test_a_large_charsmap(m2v, tmp_path, texts):
    characters = packed(["{c}", "a{c}\u0301"], nasty.rich_code_points()[::2], each=64)
    check(m2v, tmp_path, charsmap.settings(charsmap.compatibility()), [*texts, *characters])


@pytest.fixture
def real_charsmap(shared):
    file = shared / "reference" / "tokenizers" / "mbart-like-unigram-legacy.json"
    return tokenizer_files.read(file)["normalizer"]


def test_a_real_charsmap(m2v, tmp_path, real_charsmap, texts):
    characters = packed(FORMS[:4], nasty.rich_code_points(), each=64)
    check(m2v, tmp_path, real_charsmap, [*texts, *clusters(20_000, seed=8), *characters])


STRIP_RIGHT = {"type": "Strip", "strip_left": False, "strip_right": True}
AROUND = {  # what converters of SentencePiece models put beside the map
    "t5": sequence(STRIP_RIGHT, replace_all(" {2,}", "▁")),
    "xlm-roberta": sequence(replace_all(" {2,}", " ")),
    "albert": sequence(
        replace("``", '"'), {"type": "NFKD"}, {"type": "StripAccents"}, {"type": "Lowercase"}
    ),
}


@pytest.mark.parametrize("name", AROUND)
def test_a_real_charsmap_among_others(m2v, tmp_path, real_charsmap, texts, name):
    before, after = (AROUND[name], sequence()) if name == "albert" else (sequence(), AROUND[name])
    check(m2v, tmp_path, sequence(before, real_charsmap, after), texts)


def test_a_charsmap_among_others(m2v, tmp_path, texts):
    normalizer = sequence(
        {"type": "NFD"},
        charsmap.settings(FOLDED),
        STRIP_RIGHT,
        replace_all(" {2,}", " "),
        {"type": "Lowercase"},
    )
    check(m2v, tmp_path, normalizer, texts)


# --- where the bytes come from ---


@pytest.mark.parametrize("name", [*PLAIN, *OTHERS, *REAL, *(f"map: {name}" for name in MAPS)])
def test_offsets(m2v, tmp_path, texts, name):
    maps = {f"map: {name}": charsmap.settings(replacements) for name, replacements in MAPS.items()}
    normalizer = {**PLAIN, **OTHERS, **REAL, **maps}[name]
    folder = tokenizer_files.write(tmp_path / "model", of(normalizer))
    few = texts[: 100_000 if EXHAUSTIVE else 500]
    assert_same_offsets(m2v, folder, few + clusters(500, seed=6))


# --- what the file may say ---

STRIP = {"strip_left": True, "strip_right": False}
BERT = tokenizer_files.bert_settings()[0]
NORMALIZERS = [
    {"type": "BertNormalizer", **BERT},
    {"type": "Bert", **BERT},
    BERT,
    {"type": "Foo", **BERT},
    {"type": None, **BERT},
    {"type": 5, **BERT},
    {key: value for key, value in BERT.items() if key != "strip_accents"},
    {"type": "Bert", **{**BERT, "clean_text": None}},
    {"type": "Bert"},
    {"type": "BertNormalizer", **STRIP},
    {"type": "Strip", **STRIP},
    STRIP,
    {"type": "Foo", **STRIP},
    {"type": "Strip", "strip_left": True},
    {"type": "Strip", **STRIP, "strip_left": 1},
    {"type": "Lowercase", **STRIP},
    {**BERT, **STRIP},
    {"type": "NFC", "more": 1},
    {"type": "nfc"},
    {"type": "Metaspace", "replacement": "_", "prepend_scheme": "first"},
    {},
    "NFC",
    5,
    [],
    {"type": "ByteLevel", "add_prefix_space": True},
    {"type": "Prepend", "prepend": "_"},
    {"prepend": "_"},
    {"type": "Prepend"},
    {"type": "Prepend", "prepend": None},
    replace("a", "b"),
    {**replace("a", "b"), "type": "Foo"},
    {"pattern": {"String": "a"}, "content": "b", "prepend": "c"},
    {"pattern": {"String": "a"}, "prepend": "c"},
    {"type": "Replace", "pattern": "a", "content": "b"},
    {"type": "Replace", "pattern": {"string": "a"}, "content": "b"},
    {"type": "Replace", "pattern": {}, "content": "b"},
    {"type": "Replace", "pattern": {"String": "a", "Regex": "a"}, "content": "b"},
    {"type": "Replace", "pattern": {"String": None}, "content": "b"},
    {"type": "Replace", "pattern": {"String": "a"}},
    {"type": "Replace", "pattern": {"String": "a"}, "content": None},
    replace_all("(", "b"),
    {"type": "Replace", "pattern": {"Regex": None}, "content": "b"},
    {"pattern": {"Regex": "[[:alpha:]]+"}, "content": "b"},
    {"type": "Sequence"},
    {"type": "Sequence", "normalizers": None},
    {"type": "Sequence", "normalizers": {"type": "NFC"}},
    {"type": "Sequence", "normalizers": [None]},
    {"type": "Sequence", "normalizers": [{}]},
    {"normalizers": [{"type": "NFC"}, STRIP]},
    {"type": "Foo", "normalizers": []},
    {**STRIP, "normalizers": []},
    {"type": "Precompiled"},
    {"precompiled_charsmap": charsmap.of(FOLDED)},
    {"type": "Precompiled", "precompiled_charsmap": None},
    {"type": "Precompiled", "precompiled_charsmap": ""},
    {"type": "Precompiled", "precompiled_charsmap": "AAAA"},
    {"type": "Precompiled", "precompiled_charsmap": charsmap.of(FOLDED).rstrip("=")},
    {"type": "Precompiled", "precompiled_charsmap": charsmap.of(FOLDED) + "="},
    {"type": "Precompiled", "precompiled_charsmap": charsmap.of(FOLDED) + " "},
    {"type": "Precompiled", "precompiled_charsmap": "-" + charsmap.of(FOLDED)[1:]},
    {"type": "Precompiled", "precompiled_charsmap": charsmap.of(FOLDED)[:100]},
    {"type": "Precompiled", "precompiled_charsmap": charsmap.encode([0] * 256, b"\xff")},
]


def is_read(normalizer):
    """Whether the reference reads it; it panics over some."""
    try:
        tokenizers.Tokenizer.from_str(json.dumps(of(normalizer)))
    except BaseException as error:  # what a panic raises is no Exception
        if isinstance(error, KeyboardInterrupt):
            raise
        return False
    return True


@pytest.mark.parametrize("normalizer", NORMALIZERS, ids=lambda value: json.dumps(value)[:60])
def test_what_the_file_says(m2v, tmp_path, normalizer):
    if is_read(normalizer):
        return check(m2v, tmp_path, normalizer, ["  É a\u0301b \u4e00  ", "A", " "])
    folder = tokenizer_files.write(tmp_path / "model", of(normalizer))
    done = m2v.run("tokenize", "-m", folder, "-", stdin=b"a\n")
    assert done.returncode == 1 and b"$.normalizer.normalizers[0]" in done.stderr, done.stderr


@pytest.mark.parametrize("normalizer", [[True, False], ["_"], [[]]], ids=str)
def test_arrays_are_refused(m2v, tmp_path, normalizer):
    assert is_read(normalizer)
    folder = tokenizer_files.write(tmp_path / "model", of(normalizer))
    done = m2v.run("tokenize", "-m", folder, "-", stdin=b"a\n")
    assert done.returncode == 1 and b"$.normalizer.normalizers[0]" in done.stderr, done.stderr


LEAF = 1 << 31
BROKEN_MAPS = {
    "no units": ([], b"X\0"),
    "a leaf that is not there": ([0] + [0] * 96 + [4096 << 10 | 1 << 8 | 97], b"X\0"),
    "a replacement that is not there": ([2] + [LEAF | 9] * 96 + [1 << 10 | 1 << 8 | 97], b"X\0"),
    "half a character": ([2] + [LEAF | 1] * 96 + [1 << 10 | 1 << 8 | 97], "é\0".encode()),
}


@pytest.mark.parametrize("name", BROKEN_MAPS)
def test_broken_charsmaps_are_refused(m2v, tmp_path, name):
    """The reference reads them, and panics when a text comes across what is broken."""
    broken = charsmap.encode(*BROKEN_MAPS[name])
    normalizer = {"type": "Precompiled", "precompiled_charsmap": broken}
    folder = tokenizer_files.write(tmp_path / "model", of(normalizer))
    done = m2v.run("tokenize", "-m", folder, "-", stdin=b"a\n")
    assert done.returncode == 1 and b"precompiled_charsmap" in done.stderr, done.stderr
