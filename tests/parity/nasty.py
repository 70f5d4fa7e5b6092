"""Strings that break tokenizers: every plane of Unicode, and every habit of the people who type."""

import random
import sys

# fmt: off
LATIN = "abcdefghijklmnopqrstuvwxyz"
ACCENTED = "àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿßŒœŠšŽžŁłĐđĞğİıŐőŰűÀÉÎÕÜÇǅǆǄﬁﬂﬀﬆ"
CASE_TRAPS = "İıſKÅẞßΣσςΐΰŉǰẖἘἀᾳᾼᾈꭰꞰᲐაᎠꮿⅣⅳⒶⓐＡａ𐐀𐐨𞤀𞤢𑢠𝐀𝔸"
WHITESPACE = "\t\n\v\f\r \x1c\x1d\x1e\x1f\x85\xa0\u1680\u180e\u2000\u2003\u200a\u2028\u2029\u202f\u205f\u3000"
INVISIBLE = "\u00ad\u034f\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2066\u2067\u2068\u2069\ufeff\ufff9\U000e0001\U000e0041\U000e007f"
CONTROLS = "".join(map(chr, [*range(0x20), *range(0x7F, 0xA0)])) + "\ufffd\ufffc"
NONCHARACTERS = [0xFDD0, 0xFDEF, *(plane << 16 | low for plane in range(17) for low in (0xFFFE, 0xFFFF))]
PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~¡§«¶·»¿‐‑–—‘’“”„†•…‰‹›‼⁇⁈、。「」〜・！？，．：；｢｣༄༼᚛៖᠁⸮﹏︙𐄀𑁇𒑰"
SYMBOLS = "€£¥₿©®™°±×÷∞≠≤√∑←→⇒■★☃♥♫⚡✓✗➜⠿⌘⏎␀﷼㏂㎏№℡½²³¹⁰₁①㈱㊙"
EMOJI = ["😀", "👍🏽", "👩‍💻", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🏴‍☠️", "❤️", "❤︎", "1️⃣", "🇩🇪", "🇩🇪🇫🇷🇺", "🧑🏿‍🚀", "☺️", "🫠", "🏴\U000e0067\U000e0062\U000e007f"]
LITERALS = ["[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]", "[unused1]", "[unk]", "[ MASK]", "[[MASK]]", "[UNK", "##s", "##", "#", "<s>", "</s>", "<|endoftext|>"]
SNIPPETS = [
    "https://example.org/a/b?q=1&r=%20#top", "user.name+tag@mail.example.co.uk", "for (int i = 0; i < n; ++i) { x[i] *= 2; }",
    "don't won't it's we'll", "3.14159 1,000,000.00 1e-10 0xFF", "C++ C# .NET node.js", "2024-02-29T23:59:60Z", "$12.50 €9,99 50%",
    "naïve café résumé", "Straße GROẞE", "ΟΔΥΣΣΕΥΣ Ὀδυσσεύς", "ПРИВЕТ мир ё й", "東京都に住んでいます", "한국어 텍스트", "ภาษาไทยไม่มีช่องว่าง",
    "हिन्दी में लिखा", "العربيّة مَكتوبة", "עִבְרִית", "Tiếng Việt có dấu", "İstanbul ILIK ılık", "<b>bold</b>&amp;&#39;", "{\"key\": [1, 2.5e3, null]}",
    "snake_case camelCase SCREAMING_CASE kebab-case", "\\n\\t\\u0041", "...---...", "?!?!?!", "(((nested)))", "A.B.C.", "a  b   c",
]

# Blocks from which single characters are drawn: (first, last), each as likely as the next.
BLOCKS = [
    (0x20, 0x7E), (0xA0, 0xFF), (0x100, 0x24F), (0x250, 0x2FF), (0x370, 0x3FF), (0x400, 0x52F), (0x530, 0x5FF), (0x600, 0x6FF),
    (0x700, 0x8FF), (0x900, 0xDFF), (0xE00, 0xFFF), (0x1000, 0x10FF), (0x1200, 0x13FF), (0x1400, 0x17FF), (0x1800, 0x1CFF),
    (0x1D00, 0x1DBF), (0x1E00, 0x1FFF), (0x2000, 0x206F), (0x2070, 0x218F), (0x2190, 0x2BFF), (0x2C00, 0x2DFF), (0x2E00, 0x2FDF),
    (0x3000, 0x30FF), (0x3100, 0x33FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA000, 0xABFF), (0xAC00, 0xD7A3), (0xD7B0, 0xD7FF),
    (0xE000, 0xF8FF), (0xF900, 0xFAFF), (0xFB00, 0xFDFF), (0xFE00, 0xFE2F), (0xFE30, 0xFFFF), (0x10000, 0x10FFF), (0x11000, 0x11FFF),
    (0x12000, 0x16FFF), (0x17000, 0x1B2FF), (0x1BC00, 0x1CFFF), (0x1D000, 0x1D7FF), (0x1D800, 0x1EFFF), (0x1F000, 0x1FAFF),
    (0x20000, 0x2A6DF), (0x2A700, 0x2EBEF), (0x2F800, 0x2FA1F), (0x30000, 0x3FFFF), (0x40000, 0xDFFFF), (0xE0000, 0xE0FFF),
    (0xF0000, 0x10FFFF),
]
# Marks of many combining classes, 0 among them: their order matters.
MARKS = [chr(c) for c in [
    *range(0x300, 0x370), *range(0x483, 0x48A), *range(0x591, 0x5BE), *range(0x610, 0x61B), *range(0x64B, 0x660), 0x93C, 0x94D, 0x9BE,
    0xC55, 0xC56, 0xE38, 0xE48, 0xF71, 0xF72, 0xF74, 0x1037, *range(0x1AB0, 0x1ABF), *range(0x1DC0, 0x1E00), *range(0x20D0, 0x20F1),
    0x302A, 0x3099, 0x309A, *range(0xFE20, 0xFE30), 0x1D165, 0x1D16D, 0x1E94A, 0x11131, 0x110BA]]
CJK_EDGES = [0x33FF, 0x3400, 0x4DBF, 0x4DC0, 0x4DFF, 0x4E00, 0x9FFF, 0xA000, 0xF8FF, 0xF900, 0xFAFF, 0xFB00, 0x1FFFF, 0x20000, 0x2A6DF, 0x2A6E0,
             0x2A700, 0x2B73F, 0x2B740, 0x2B81F, 0x2B820, 0x2CEAF, 0x2CEB0, 0x2F7FF, 0x2F800, 0x2FA1F, 0x2FA20, 0x30000]
# fmt: on


def code_points():
    """Every code point that a string can hold: all but the surrogates."""
    yield from range(0xD800)
    yield from range(0xE000, sys.maxunicode + 1)


def rich_code_points():
    """The blocks where neighbours differ in case, class or decomposition."""
    spans = [
        (0, 0x3400),
        (0xA000, 0xABFF),
        (0xD7A0, 0xD800),
        (0xF900, 0x12000),
        (0x16A00, 0x17000),
        (0x1BC00, 0x1BD00),
        (0x1CF00, 0x1FB00),
        (0x2F800, 0x2FA20),
        (0xE0000, 0xE0200),
    ]
    return sorted(
        {
            *(point for first, end in spans for point in range(first, end)),
            *CJK_EDGES,
            *NONCHARACTERS,
        }
    )


def _word(rng):
    return "".join(rng.choices(LATIN, k=rng.randint(1, 12)))


def _mixed_case(rng):
    return "".join(rng.choice((c, c.upper(), c.title())) for c in _word(rng) + rng.choice(ACCENTED))


def _block(rng):
    first, last = rng.choice(BLOCKS)
    return "".join(chr(rng.randint(first, last)) for _ in range(rng.randint(1, 5)))


def _anywhere(rng):
    point = rng.randint(0, 0x10FFFF - 0x800)
    return chr(point if point < 0xD800 else point + 0x800)


def _marks(rng):
    base = rng.choice((rng.choice(LATIN + ACCENTED), rng.choice("αωдנبकกだ가"), ""))
    return base + "".join(rng.choices(MARKS, k=rng.randint(1, 5)))


def _jamo(rng):
    parts = [
        chr(rng.randint(0x1100, 0x1112)),
        chr(rng.randint(0x1161, 0x1175)),
        chr(rng.randint(0x11A7, 0x11C2)),
        chr(rng.randint(0xAC00, 0xD7A3)),
    ]
    return "".join(rng.choices(parts, k=rng.randint(1, 4)))


def _ideographs(rng):
    return "".join(
        chr(rng.choice((rng.randint(0x4E00, 0x9FFF), rng.choice(CJK_EDGES))))
        for _ in range(rng.randint(1, 4))
    )


def _long_word(rng):
    """Around 100 characters, where WordPiece gives a word up; bytes and characters differ."""
    unit = rng.choice(
        ("a", "é", "e\u0301", "ß", "дом", "ﬁ", "𝐀", "x" * 9 + "\u0301", "ab\u200d", _word(rng))
    )
    length = rng.choice((49, 50, 51, 98, 99, 100, 101, 102, 199, 200, 201))
    return (unit * length)[:length]


def _digits(rng):
    return "".join(rng.choices("0123456789.,-٠١२३０９²Ⅷ", k=rng.randint(1, 8)))


def _from(alphabet, most):
    return lambda rng: "".join(rng.choices(alphabet, k=rng.randint(1, most)))


_COMMON = [
    _word,
    _word,
    _mixed_case,
    _from(" ", 2),
    _from(" ", 1),
    _from(PUNCTUATION, 4),
    _digits,
    _marks,
    _from(ACCENTED, 4),
]
_ODD = [
    _block,
    _block,
    _anywhere,
    _jamo,
    _ideographs,
    _from(WHITESPACE, 3),
    _from(INVISIBLE, 2),
    _from(CONTROLS, 2),
    _from(SYMBOLS, 3),
    _from(CASE_TRAPS, 3),
    _from(EMOJI, 2),
    _from(LITERALS, 1),
    _from(SNIPPETS, 1),
    _from([chr(c) for c in NONCHARACTERS], 1),
    _from(MARKS, 3),
    _from(["\ufe0e", "\ufe0f", "\u20e3", "\u180b", "\U000e0100"], 2),
]


def strings(count, seed):
    """`count` different strings of a few fragments each; the same ones for the same seed."""
    rng = random.Random(seed)
    made = {}
    while len(made) < count:
        fragments = rng.choices(_COMMON, k=rng.randint(0, 4)) + rng.choices(
            _ODD, k=rng.randint(0, 4)
        )
        rng.shuffle(fragments)
        text = "".join(fragment(rng) for fragment in fragments)
        made[text + _long_word(rng) if rng.random() < 0.02 else text] = None
    return list(made)


def monsters():
    """A few texts of extreme length or shape."""
    rng = random.Random(99)
    return [
        "",
        " ",
        "\0",
        "a" * 100_000,
        "é" * 60_000,
        "e\u0301" * 40_000,
        "东" * 34_000,
        "a " * 50_000,
        "." * 100_000,
        "\u0301" * 100_000,
        "[UNK]" * 20_000,
        "a" + "\u0301\u0323" * 30_000,
        "👩‍💻" * 10_000,
        "\t" * 100_000,
        "ab" * 50_000 + "!",
        "".join(strings(2_000, 98)),
        "".join(chr(point) for point in range(0x3000)),
        "".join(_anywhere(rng) for _ in range(50_000)),
        *("x" * n for n in range(95, 106)),
        *("é" * n for n in range(95, 106)),
        *("中" * n for n in range(98, 103)),
        *("b" * n + "\u0301" for n in range(97, 103)),
        *("Ω\u0301" * n for n in (49, 50, 51, 99, 100, 101)),
    ]


def invalid_utf8(count, seed):
    """Byte strings without LF and CR, most of them not UTF-8."""
    rng = random.Random(seed)
    pieces = [
        lambda: bytes(rng.randrange(256) for _ in range(rng.randint(1, 6))),
        lambda: rng.choice(("é", "東", "😀", "e\u0301", "﷽", "\u07ff\u0800\uffff")).encode()[
            : rng.randint(1, 4)
        ],  # truncated
        lambda: bytes([rng.choice((0xC0, 0xC1)), rng.randint(0x80, 0xBF)]),  # overlong in two bytes
        lambda: bytes(
            [0xE0, rng.randint(0x80, 0x9F), rng.randint(0x80, 0xBF)]
        ),  # overlong in three
        lambda: bytes([0xF0, rng.randint(0x80, 0x8F), 0x80, 0x80]),  # overlong in four
        lambda: bytes([0xED, rng.randint(0xA0, 0xBF), rng.randint(0x80, 0xBF)]),  # a surrogate
        lambda: bytes(
            [rng.randint(0xF4, 0xFF), rng.randint(0x90, 0xBF), 0x80, 0x80]
        ),  # beyond U+10FFFF
        lambda: bytes([rng.randint(0x80, 0xBF)])
        * rng.randint(1, 3),  # continuation without a start
        lambda: bytes([rng.randint(0xC2, 0xF4)]) * rng.randint(1, 3),  # starts without continuation
        lambda: _word(rng).encode(),
        lambda: rng.choice(("hello ", "Ünï ", " ", "中文", "!")).encode(),
    ]
    texts = (b"".join(rng.choice(pieces)() for _ in range(rng.randint(1, 8))) for _ in range(count))
    return [text.replace(b"\n", b"\x80").replace(b"\r", b"\xff") for text in texts]


def every_short_sequence():
    """Each lead byte with continuations at the edges of what Unicode allows, inside letters."""
    edges = (0x00, 0x20, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xFF)
    for lead in range(0x80, 0x100):
        for second in edges:
            yield bytes([0x61, lead, second, 0x62])
            for third in (0x41, 0x80, 0xBF, 0xC0):
                yield bytes([0x61, lead, second, third])
                yield bytes([lead, second, third, 0x80, 0x62])
