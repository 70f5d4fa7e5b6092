"""Every kind of pre-tokenizer cuts where `tokenizers` cuts, alone and as real models string them.

The model here is a BPE of bytes without merges: its ids spell each word and mark where it ends.
"""

import itertools
import json
import random
import unicodedata

import pytest
import tokenizers

import nasty
import regex_patterns
import tokenizer_files
from compare import assert_same_ids
from conftest import EXHAUSTIVE

NASTY_COUNT = 200_000 if EXHAUSTIVE else 1_500
RANDOM_PATTERNS = 20_000 if EXHAUSTIVE else 150
BEHAVIORS = ("Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous")
SPLITTERS = "ab-ab--ab - -"


def of(pre_tokenizer, **sections):
    """Settings of a tokenizer whose ids are the bytes of each word, and of </w> behind it."""
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": None,
        "pre_tokenizer": pre_tokenizer,
        "post_processor": None,
        "decoder": None,
        "model": {
            "type": "BPE",
            "vocab": {f"<0x{byte:02X}>": byte for byte in range(256)},
            "merges": [],
            "byte_fallback": True,
            "end_of_word_suffix": "</w>",
        },
        **sections,
    }


def check(m2v, tmp_path, settings, texts):
    assert_same_ids(m2v, tokenizer_files.write(tmp_path / "model", settings), texts)


def sequence(*steps):
    return {"type": "Sequence", "pretokenizers": list(steps)}


def split(pattern, behavior="Isolated", invert=False, kind="Regex"):
    return {"type": "Split", "pattern": {kind: pattern}, "behavior": behavior, "invert": invert}


def byte_level(prefix=False, regex=True):
    return {
        "type": "ByteLevel",
        "add_prefix_space": prefix,
        "trim_offsets": True,
        "use_regex": regex,
    }


def metaspace(scheme="always", splits=True, mark="▁"):
    return {"type": "Metaspace", "replacement": mark, "prepend_scheme": scheme, "split": splits}


def digits(each):
    return {"type": "Digits", "individual_digits": each}


def punctuation(behavior):
    return {"type": "Punctuation", "behavior": behavior}


ALONE = {
    **{
        kind: {"type": kind}
        for kind in (
            "BertPreTokenizer Whitespace WhitespaceSplit Punctuation UnicodeScripts FixedLength"
        ).split()
    },
    **{f"Punctuation {behavior}": punctuation(behavior) for behavior in BEHAVIORS},
    "Digits": digits(False),
    "Digits each": digits(True),
    **{
        f"Split {kind} {behavior} {invert}": split("-", behavior, invert, kind)
        for kind, behavior, invert in itertools.product(
            ("String", "Regex"), BEHAVIORS, (False, True)
        )
    },
    **{
        f"Split empty {behavior} {invert}": split("", behavior, invert, "String")
        for behavior, invert in itertools.product(BEHAVIORS, (False, True))
    },
    "Split longer": split("aa", kind="String"),
    "Split marks": split(".*+?[](){}^$|\\&-~#", "Removed", kind="String"),
    **{
        f"Metaspace {scheme} {splits}": metaspace(scheme, splits)
        for scheme, splits in itertools.product(("always", "first", "never"), (True, False))
    },
    "Metaspace e": metaspace(mark="e"),
    "Metaspace blank": metaspace(mark=" "),
    "Metaspace of old": {
        "type": "Metaspace",
        "replacement": "▁",
        "str_rep": "▁",
        "add_prefix_space": True,
    },
    **{
        f"ByteLevel {prefix} {regex}": byte_level(prefix, regex)
        for prefix, regex in itertools.product((True, False), repeat=2)
    },
    "CharDelimiterSplit": {"type": "CharDelimiterSplit", "delimiter": "-"},
    "CharDelimiterSplit é": {"type": "CharDelimiterSplit", "delimiter": "é"},
    **{
        f"FixedLength {length}": {"type": "FixedLength", "length": length}
        for length in (1, 3, 2**63 - 1)
    },
    "Sequence of none": sequence(),
}
REAL = regex_patterns.REAL
SEQUENCES = {
    "ModernBERT": sequence(byte_level()),
    "Llama 3": sequence(split(REAL["Llama 3"]), byte_level(regex=False)),
    "Qwen 3": sequence(split(REAL["Qwen 2"]), byte_level(regex=False)),
    "GPT-OSS": sequence(split(REAL["o200k"]), byte_level(regex=False)),
    "DeBERTa-v3": sequence(metaspace()),
    "CLIP": sequence(split(REAL["CLIP"], "Removed", True), byte_level()),
    "T5": sequence({"type": "WhitespaceSplit"}, metaspace()),
    "T5 first": sequence({"type": "WhitespaceSplit"}, metaspace("first")),
    "Gemma": split(" ", "MergedWithPrevious", kind="String"),
    "Tekken": sequence(split(REAL["Tekken"]), byte_level(regex=False)),
    "DeepSeek": sequence(
        split(REAL["DeepSeek digits"]),
        split(REAL["DeepSeek ideographs"]),
        split(REAL["DeepSeek"]),
        byte_level(regex=False),
    ),
    "DeepSeek Coder": sequence(
        split(REAL["line feeds"]),
        split(REAL["DeepSeek words"]),
        split(REAL["DeepSeek punctuation"]),
        digits(True),
        byte_level(regex=False),
    ),
    "Falcon": sequence(
        punctuation("Contiguous"), byte_level(), digits(False), split(REAL["Falcon"])
    ),
    "StarCoder": sequence(digits(True), byte_level()),
    "BLOOM": sequence(split(REAL["BLOOM"]), byte_level(regex=False)),
    "BART with a prefix": sequence({"type": "WhitespaceSplit"}, byte_level(True)),
    "scripts": sequence({"type": "UnicodeScripts"}, digits(True), punctuation("MergedWithNext")),
    "nested": sequence(sequence({"type": "Whitespace"}), sequence(), digits(True)),
}


@pytest.fixture(scope="module")
def texts():
    return [
        SPLITTERS,
        "-",
        "--",
        "- ",
        "aaaaa",
        "a▁b ▁ c",
        "x.*+?[](){}^$|\\&-~#y",
        "日本語テキストー、ひらがな ABC１２３",
        "١٢٣ ½²Ⅷ 12½3",
        "We'Re I'LL 's'T don'ſ x'\u212a",
        *tokenizer_files.SENTENCES,
        *nasty.strings(NASTY_COUNT, seed=42),
        *(text for text in nasty.monsters() if len(text) < 3_000),
    ]


def around(points, each=8):
    """Every code point alone, between letters, digits and blanks, and doubled."""
    parts = (f"{chr(point)} a{chr(point)}b 1{chr(point)}{chr(point)}" for point in points)
    while pack := list(itertools.islice(parts, each)):
        yield " of ".join(pack)


def assigned():
    """Code points that have a meaning, and one of each hundred others."""
    return [
        point
        for point in nasty.code_points()
        if unicodedata.category(chr(point)) not in ("Cn", "Co") or point % 100 == 0
    ]


@pytest.mark.parametrize("name", ALONE)
def test_each_kind(m2v, tmp_path, texts, name):
    check(m2v, tmp_path, of(ALONE[name]), texts)


@pytest.mark.parametrize("name", SEQUENCES)
def test_as_real_models_have_them(m2v, tmp_path, texts, name):
    check(m2v, tmp_path, of(SEQUENCES[name]), texts)


EVERYWHERE = {
    "Whitespace": ALONE["Whitespace"],
    "UnicodeScripts": ALONE["UnicodeScripts"],
    "Digits": ALONE["Digits"],
    "Punctuation": ALONE["Punctuation Isolated"],
    **{name: split(REAL[name]) for name in ("GPT-2", "Llama 3", "o200k", "DeepSeek", "words")},
}


@pytest.mark.parametrize("name", EVERYWHERE)
def test_every_assigned_code_point(m2v, tmp_path, name):
    points = nasty.code_points() if EXHAUSTIVE else assigned()[::4]
    check(m2v, tmp_path, of(EVERYWHERE[name]), around(points))


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", [*ALONE, *SEQUENCES])
def test_every_code_point_everywhere(m2v, tmp_path, name):
    check(m2v, tmp_path, of({**ALONE, **SEQUENCES}[name]), around(nasty.code_points()))


CLASSES = [
    *(
        rf"\p{{{name}}}"
        for name in (
            "L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po"
            " S Sm Sc Sk So Z Zs Zl Zp C Cc Cf Co Cn"
        ).split()
    ),
    *(r"\s", r"\w", r"\d", r"[\w]", r"[^\w]", r"[\W]", r"\W", r"[\s\p{^Lu}]", "(?i:s)", "(?i:[k])", "[[:punct:]]"),
]


def test_classes_have_the_same_characters(m2v, tmp_path):
    """All of them in one sequence: whatever differs, differs in the end."""
    points = list(nasty.code_points())
    text = "".join(map(chr, points if EXHAUSTIVE else points[:0x3400] + points[0xA000:0x20000:7]))
    lines = [text[at : at + 997] for at in range(0, len(text), 997)]
    for number, characters in enumerate(CLASSES):
        check(m2v, tmp_path / str(number), of(split(characters, "Contiguous")), lines)


# --- regular expressions ---


@pytest.mark.parametrize("name", REAL)
def test_real_patterns(m2v, tmp_path, texts, name):
    check(m2v, tmp_path, of(split(REAL[name])), texts)


def all_known(text):
    """Whether each character is in the Unicode that Oniguruma, or Python, has here."""
    return all(unicodedata.category(c) != "Cn" for c in text)


@pytest.mark.parametrize("name", regex_patterns.GENERIC)
def test_patterns_for_oniguruma(m2v, tmp_path, texts, name):
    known = [
        "fooBar BazQux",
        "1234567 12 (a) (b)",
        "STRASSE ﬁ ß",
        "<a><b>",
        "2024-01",
        *filter(all_known, texts),
    ]
    check(m2v, tmp_path, of(split(regex_patterns.GENERIC[name])), known)


def compare_patterns(m2v, tmp_path, patterns, texts):
    """Same ids, or both refuse the pattern. Returns how many are refused, and how many go back
    without end on a text: m2v and the reference give up after different numbers of steps."""
    refused = endless = 0
    for number, pattern in enumerate(patterns):
        settings = of(split(pattern))
        folder = tokenizer_files.write(tmp_path / str(number), settings)
        try:
            tokenizers.Tokenizer.from_str(json.dumps(settings))
        except Exception:
            done = m2v.run("tokenize", "-m", folder, "-", stdin=b"a")
            assert done.returncode == 1 and b"$.pre_tokenizer.pattern.Regex" in done.stderr, pattern
            refused += 1
            continue
        try:
            assert_same_ids(m2v, folder, texts)
        except BaseException as problem:  # the reference's panics are no Exceptions
            if "retry-limit" not in str(problem):
                problem.add_note(f"the pattern is {pattern!r}")
                raise
            endless += 1
    return refused, endless


def test_random_patterns(m2v, tmp_path):
    rng = random.Random(12)
    alphabet = "aabbcx'sSdKſré1½²  --.&]\\_\r\n東\u0301É’٣"
    texts = ["".join(rng.choices(alphabet, k=rng.randint(1, 30))) for _ in range(150)]
    patterns = [regex_patterns.random_pattern(rng) for _ in range(RANDOM_PATTERNS)]
    refused, endless = compare_patterns(m2v, tmp_path, patterns, texts)
    assert refused < RANDOM_PATTERNS / 10
    assert endless < RANDOM_PATTERNS / 300 + 1


def test_punctuation_in_patterns(m2v, tmp_path):
    marks = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
    texts = [f"{mark}a{mark}{mark} aa{mark}b" for mark in marks]
    _, endless = compare_patterns(m2v, tmp_path, regex_patterns.punctuation_patterns(), texts)
    assert endless == 0


LONG = ["a", "A", "東", "1", " ", "\n", "a'", " \n"]


@pytest.mark.parametrize("name", REAL if EXHAUSTIVE else ["GPT-2", "o200k"])
def test_a_megabyte_without_an_end(m2v, tmp_path, name):
    # Possessive white space takes both the square of its length, and m2v refuses long texts.
    size = 2_000 if name == "possessive" else 1_000_000
    texts = [unit * (size // len(unit.encode())) for unit in LONG]
    check(m2v, tmp_path, of(split(REAL[name], "Removed", True), model=short_words()), texts)


def short_words():
    """A model that gives one id a word, whatever it is: a long BPE word takes the reference long."""
    return {"type": "WordLevel", "vocab": {"?": 0, "a": 1}, "unk_token": "?"}


# --- beside other stages ---


NORMALIZERS = {
    "Strip": {"type": "Strip", "strip_left": True, "strip_right": False},
    "dropped": {"type": "Replace", "pattern": {"String": "x"}, "content": ""},
    "Prepend": {"type": "Prepend", "prepend": "y"},
    "NFKD": {"type": "NFKD"},
}


@pytest.mark.parametrize("name", NORMALIZERS)
@pytest.mark.parametrize("scheme", ["always", "first"])
def test_metaspace_where_the_text_begins(m2v, tmp_path, texts, name, scheme):
    settings = of(sequence(punctuation("Isolated"), metaspace(scheme)))
    settings["normalizer"] = NORMALIZERS[name]
    beginnings = ["  hello a", "xhello x", "xx x h", "x<a>xb", "b<a>b", "<a> b", " <a>b", "½x", "x"]
    added = [("<a>", {"normalized": False}), ("<b>", {"normalized": True, "lstrip": True})]
    settings = tokenizer_files.with_added_tokens(settings, added)
    check(m2v, tmp_path, settings, beginnings + texts[:2_000])


# --- what the file may say ---

SPLIT = {"type": "Split", "pattern": {"String": "-"}, "behavior": "Isolated", "invert": False}
METASPACE = {"type": "Metaspace", "replacement": "▁"}


def without(section, field):
    return {key: value for key, value in section.items() if key != field}


SPELLINGS = [
    *({"type": kind} for kind in ("Delimiter", "CharDelimiterSplit", "Digits", "Metaspace", "No")),
    {},
    {"type": None},
    {"delimiter": "-"},
    {"individual_digits": True},
    {"pretokenizers": []},
    without(SPLIT, "type"),
    {"type": "Whitespace", "pattern": 1},
    *({"type": "CharDelimiterSplit", "delimiter": text} for text in ("", "ab", None, 1, "é")),
    {"type": "Delimiter", "delimiter": "-"},
    {"type": "Sequence"},
    {"type": "Sequence", "pretokenizers": None},
    {"type": "Sequence", "pretokenizers": [{"type": "Digits"}]},
    *({"type": "Digits", "individual_digits": value} for value in (None, 1, "true")),
    *({"type": "Punctuation", "behavior": name} for name in (None, "isolated", "Isolated", 1)),
    *(without(SPLIT, field) for field in SPLIT),
    *({**SPLIT, "behavior": name} for name in (None, "removed", "Both")),
    *({**SPLIT, "invert": value} for value in (None, 0)),
    *(
        {**SPLIT, "pattern": pattern}
        for pattern in (
            None,
            "-",
            {},
            {"regex": "-"},
            {"Regex": None},
            {"String": 1},
            {"Regex": "("},
            {"Regex": "-", "String": "-"},
        )
    ),
    *({**METASPACE, "replacement": text} for text in ("", "ab", None, 1)),
    *({**METASPACE, "prepend_scheme": name} for name in (None, "Always", "first", 1)),
    *({**METASPACE, "split": value} for value in (None, False, 1)),
    *({**METASPACE, "str_rep": value} for value in (None, "x", 1)),
    *(
        {**METASPACE, "add_prefix_space": value, **scheme}
        for value in (None, True, False, 1)
        for scheme in ({}, *({"prepend_scheme": name} for name in ("always", "first", "never")))
    ),
    *(without(byte_level(), field) for field in byte_level()),
    *({**byte_level(), field: None} for field in byte_level()),
    *({"type": "FixedLength", "length": length} for length in (None, -1, 2.0, "2", 2)),
]


@pytest.mark.parametrize("section", SPELLINGS, ids=json.dumps)
def test_what_a_file_may_say(m2v, tmp_path, section):
    texts = ["a b-1 ▁c.d", " x", SPLITTERS]
    settings = of(section)
    folder = tokenizer_files.write(tmp_path / "model", settings)
    try:
        tokenizers.Tokenizer.from_str(json.dumps(settings))
    except Exception:
        done = m2v.run("tokenize", "-m", folder, "-", stdin=b"a")
        assert done.returncode == 1 and b"$.pre_tokenizer" in done.stderr
    else:
        assert_same_ids(m2v, folder, texts)


def test_arrays_are_refused(m2v, tmp_path):
    """The reference takes this for an object's fields."""
    folder = tokenizer_files.write(tmp_path / "model", of(["Whitespace"]))
    done = m2v.run("tokenize", "-m", folder, "-", stdin=b"a")
    assert done.returncode == 1 and b"$.pre_tokenizer" in done.stderr


def test_pieces_of_no_characters(m2v, tmp_path):
    """The reference panics at the first text."""
    folder = tokenizer_files.write(tmp_path / "model", of({"type": "FixedLength", "length": 0}))
    done = m2v.run("tokenize", "-m", folder, "-", stdin=b"a")
    assert done.returncode == 1 and b"$.pre_tokenizer.length" in done.stderr


def test_a_pattern_that_goes_back_without_end(m2v, tmp_path):
    """The reference panics as well, but at another number of steps."""
    for name, pattern in (("common", "a*" * 9 + "b"), ("generic", "(a|aa)+$")):
        folder = tokenizer_files.write(tmp_path / name, of(split(pattern)))
        done = m2v.run("tokenize", "-m", folder, "-", stdin=b"a" * 500 + b"c")
        assert done.returncode == 1 and b"regular expression" in done.stderr
