"""Where tokenizers 0.22.2 sees grapheme clusters: the class of every code point, by observation.

Only the Precompiled normalizer cuts text into clusters. It looks a cluster of fewer than 6 bytes up
as a whole, in a charsmap (a prefix tree over bytes), and a longer one character by character. The
charsmap here turns whatever is looked up into one X, so the number of X tells where the cuts are.
"""

import base64
import json
import struct

from tokenizers import Tokenizer

MARK, ZWJ, COPYRIGHT, NUMBER_SIGN = "\u0301", "\u200d", "\u00a9", "\u0600"
KA, VIRAMA, L, V = "\u0915", "\u094d", "\u1100", "\u1161"

# What is asked about a character {c}: a text, and the number of X that means yes, whatever the
# character's length in bytes. What stands around it makes the cluster shorter or longer than 6
# bytes, as the answer is.
QUESTIONS = {
    "a": ("a{c}", 1),  # joined to any character before
    "b": ("{c}a", 1),  # joins any character after
    "c": (f"{{c}}{MARK}{MARK}", 2),  # apart even from marks
    "e": (f"{COPYRIGHT}{{c}}{ZWJ}{COPYRIGHT}{MARK}", 5),  # pictograph, or allowed in front of ZWJ
    "i": (f"{KA}{VIRAMA}{{c}}{KA}{MARK}", 5),  # allowed between linker and consonant
    "l": (f"{KA}{{c}}{KA}{MARK}", 4),  # links consonants
    "k": (f"{KA}{VIRAMA}{{c}}{MARK}", 4),  # joined to a linked consonant before
    "x": (f"{NUMBER_SIGN}{L}{{c}}", 3),  # joined to an L before
    "y": (f"{NUMBER_SIGN}{V}{{c}}", 3),  # joined to a V before
    "L": (f"{{c}}{L}{MARK}", 3),  # joins an L after
    "V": (f"{{c}}{V}{MARK}", 3),  # joins a V after
}

# Class -> the questions answered yes. In the order of the enum in src/text/graphemes.h.
CLASSES = {
    "kOther": "",
    "kCr": None,  # these two and the last are not asked about
    "kLf": None,
    "kControl": "c",
    "kExtend": "aeikxy",
    "kNonJoiner": "aekxy",
    "kJoiner": "aikxy",
    "kLinker": "aeilkxy",
    "kSpacingMark": "akxy",
    "kPrepend": "bilLV",
    "kConsonant": "k",
    "kPictograph": "e",
    "kHangulL": "xLV",
    "kHangulV": "xyV",
    "kHangulT": "y",
    "kHangulLv": "xV",
    "kHangulLvt": "x",
    "kRegional": None,
}
# Pairs of them have 8 bytes, so no charsmap can tell whether they are joined. The range is fixed.
REGIONAL = range(0x1F1E6, 0x1F200)
BATCH = 2_000


def counter():
    """A function that tells how many X each of several texts without line feeds gives."""
    units = [0] * 768
    base, leaf, line_feed = 256, 512, 513  # a step goes to the unit's offset XOR the byte
    units[0] = base << 10
    for byte in range(1, 256):
        unit = base ^ byte
        units[unit] = (unit ^ (line_feed if byte == 0x0A else leaf)) << 10 | 1 << 8 | byte
    units[leaf], units[line_feed] = 1 << 31, 1 << 31 | 2
    charsmap = struct.pack("<I768I", 4 * len(units), *units) + b"X\0\n\0"
    settings = {
        "version": "1.0",
        "added_tokens": [],
        "normalizer": {
            "type": "Precompiled",
            "precompiled_charsmap": base64.b64encode(charsmap).decode("ascii"),
        },
        "model": {"type": "WordLevel", "vocab": {"X": 0}, "unk_token": "X"},
    }
    normalize = Tokenizer.from_str(json.dumps(settings)).normalizer.normalize_str
    return lambda texts: [len(xs) for xs in normalize("\n".join(texts)).split("\n")]


def class_of(c, counts):
    """The number of the class to which the answers lead; None if to no class."""
    said = {name for (name, (_, yes)), n in zip(QUESTIONS.items(), counts) if n == yes}
    if "a" not in said and (said & {"b", "c"} or c >= 0x10000):
        said.discard("k")  # the X are as many either way
    if c in REGIONAL:
        return list(CLASSES).index("kRegional") if not said else None
    found = [i for i, letters in enumerate(CLASSES.values()) if letters and set(letters) == said]
    return found[0] if found else None if said else 0


def observe(scalars):
    """Code point -> number of its class, for those that have one; None where it is not clear."""
    count = counter()
    assert count(["\r", "a"]) == [2], "CR and LF are not joined"
    asked = [c for c in scalars if c not in (0x0A, 0x0D)]
    classes = {0x0D: list(CLASSES).index("kCr"), 0x0A: list(CLASSES).index("kLf")}
    for start in range(0, len(asked), BATCH):
        batch = asked[start : start + BATCH]
        counts = iter(count([text.format(c=chr(c)) for c in batch for text, _ in QUESTIONS.values()]))
        for c in batch:
            classes[c] = class_of(c, [next(counts) for _ in QUESTIONS])
    return {c: number for c, number in classes.items() if number != 0}
