#!/usr/bin/env python3
"""Writes src/text/tables_generated.{h,cpp}: what tokenizers 0.22.2 makes of every code point.

Everything is observed by running the package, not read from the Unicode database: its parts follow
different versions of Unicode, and only its own answers lead to the same token ids.

    pip install tokenizers==0.22.2
    python tools/generate_unicode.py            # writes the two files
    python tools/generate_unicode.py --check    # fails if they would change
"""

import argparse
import pathlib
import sys

import tokenizers
from tokenizers import Regex, normalizers, pre_tokenizers

import observe_graphemes

PINNED = "0.22.2"
FOLDER = pathlib.Path(__file__).resolve().parent.parent / "src" / "text"
CODE_POINTS = 0x110000
SCALARS = [c for c in range(CODE_POINTS) if not 0xD800 <= c < 0xE000]
LINE = 98

# The bits of a code point's properties, lowest first; unicode.h says what each means.
BITS = [
    "kWhitespace",
    "kControl",
    "kPunctuation",
    "kNonspacingMark",
    "kChinese",
    "kWord",
    "kDecomposes",
    "kLowercases",
    "kNonStarter",
]

# One character of each combining class, all of them in Unicode since 4.0 (class 6: since 13.0; it
# is only used if the package knows it).
CLASS_MARKS = {
    1: 0x0334, 6: 0x16FF0, 7: 0x093C, 8: 0x3099, 9: 0x094D, 10: 0x05B0, 11: 0x05B1, 12: 0x05B2,
    13: 0x05B3, 14: 0x05B4, 15: 0x05B5, 16: 0x05B6, 17: 0x05B7, 18: 0x05B8, 19: 0x05B9,
    20: 0x05BB, 21: 0x05BC, 22: 0x05BD, 23: 0x05BF, 24: 0x05C1, 25: 0x05C2, 26: 0xFB1E,
    27: 0x064B, 28: 0x064C, 29: 0x064D, 30: 0x064E, 31: 0x064F, 32: 0x0650, 33: 0x0651,
    34: 0x0652, 35: 0x0670, 36: 0x0711, 84: 0x0C55, 91: 0x0C56, 103: 0x0E38, 107: 0x0E48,
    118: 0x0EB8, 122: 0x0EC8, 129: 0x0F71, 130: 0x0F72, 132: 0x0F74, 202: 0x0321, 214: 0x1DCE,
    216: 0x031B, 218: 0x302A, 220: 0x0323, 222: 0x059A, 224: 0x302E, 226: 0x1D16D, 228: 0x05AE,
    230: 0x0301, 232: 0x0315, 233: 0x035C, 234: 0x035D, 240: 0x0345,
}  # fmt: skip

# General categories, in the order of their numbers; Category in unicode.h says the same.
CATEGORIES = [
    "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi",
    "Pf", "Po", "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Cn",
]  # fmt: skip
REGEX_WORD, NUMERIC = 32, 64  # bits beside the category


def require(condition, message, c=None):
    if not condition:
        where = "" if c is None else f" at U+{c:04X}"
        sys.exit(f"generate_unicode.py: {message}{where}")


def bert(**on):
    off = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    return normalizers.BertNormalizer(**{**off, **on}).normalize_str


NFD = normalizers.NFD().normalize_str
NFC = normalizers.NFC().normalize_str
NFKD = normalizers.NFKD().normalize_str


def observe_classes():
    """Whitespace, control, punctuation, Chinese and word characters, as sets."""
    clean, chinese = bert(clean_text=True), bert(handle_chinese_chars=True)
    split_words = pre_tokenizers.Whitespace().pre_tokenize_str
    split_spaces = pre_tokenizers.WhitespaceSplit().pre_tokenize_str
    split_bert = pre_tokenizers.BertPreTokenizer().pre_tokenize_str
    found = {name: set() for name in BITS}
    for c in SCALARS:
        between = f"a{chr(c)}b"
        space = len(split_spaces(between)) == 2
        if space:
            found["kWhitespace"].add(c)
        cleaned = clean(chr(c))
        if cleaned == "":
            found["kControl"].add(c)
        else:
            require(cleaned == (" " if space else chr(c)), "clean_text is not as expected", c)
        pieces = len(split_bert(between))
        require((pieces == 2) == space, "the pre-tokenizers disagree on white space", c)
        if pieces == 3:
            found["kPunctuation"].add(c)
        spaced = chinese(chr(c))
        if spaced != chr(c):
            require(spaced == f" {chr(c)} ", "handle_chinese_chars is not as expected", c)
            found["kChinese"].add(c)
        pieces = len(split_words(between))
        require((pieces == 2) == space, "\\s is not white space", c)
        if pieces == 1:
            found["kWord"].add(c)
    return found


def observe_lowercase():
    lower, bert_lower = normalizers.Lowercase().normalize_str, bert(lowercase=True)
    mappings = {c: lower(chr(c)) for c in SCALARS}
    for c, to in mappings.items():
        require(bert_lower(chr(c)) == to, "two kinds of lowercase", c)
    return {c: to for c, to in mappings.items() if to != chr(c)}


def hangul(c):
    leading, rest = divmod(c - 0xAC00, 588)
    vowel, trailing = divmod(rest, 28)
    jamo = chr(0x1100 + leading) + chr(0x1161 + vowel)
    return jamo + chr(0x11A7 + trailing) if trailing else jamo


def observe_decompositions():
    """Canonical decompositions without the Hangul syllables, which are computed."""
    decompositions = {c: to for c in SCALARS if (to := NFD(chr(c))) != chr(c)}
    for c in range(0xAC00, 0xD7A4):
        require(decompositions.pop(c, None) == hangul(c), "Hangul is not by the algorithm", c)
    return decompositions


def observe_combining_classes(decompositions):
    """Class of every code point, found by what it is reordered with in canonical order."""

    def after(first, second):
        text = f"a{chr(first)}{chr(second)}"
        return NFD(text) != text

    marks = {k: m for k, m in CLASS_MARKS.items() if after(0x0345, m) or after(m, 0x0334)}
    ordered = sorted(marks)
    for low, high in zip(ordered, ordered[1:]):
        require(after(marks[high], marks[low]), f"classes {low} and {high} are in no order")
    lowest, highest = marks[ordered[0]], marks[ordered[-1]]

    classes = {}
    for c in SCALARS:
        if c in decompositions or 0xAC00 <= c < 0xD7A4:
            continue
        if not after(c, lowest) and not after(highest, c):
            continue
        same = [k for k, m in marks.items() if not after(c, m) and not after(m, c)]
        require(len(same) == 1, f"combining class is one of {same}", c)
        classes[c] = same[0]
    # A character that decomposes is never ordered itself; the standard gives it the class that its
    # parts share.
    for c, parts in decompositions.items():
        shared = {classes.get(ord(part), 0) for part in parts}
        if len(shared) == 1 and shared != {0}:
            classes[c] = shared.pop()
    return classes


def observe_marks(decompositions):
    strip = bert(strip_accents=True)
    marks = {c for c in SCALARS if strip(chr(c)) == ""}
    for c in SCALARS:
        parts = hangul(c) if 0xAC00 <= c < 0xD7A4 else decompositions.get(c, chr(c))
        kept = "".join(part for part in parts if ord(part) not in marks)
        require(kept == strip(chr(c)), "strip_accents is not NFD without marks", c)
    return marks


def observe_compositions(decompositions):
    """Pairs of characters and what they compose to, without Hangul, which is computed."""
    pairs = {}
    for c, parts in decompositions.items():
        if len(parts) == 1 or NFC(chr(c)) != chr(c):
            continue
        first = NFC(parts[:-1])
        require(len(first) == 1, "what a character is composed of is no pair", c)
        pair = (ord(first), ord(parts[-1]))
        require(NFC(first + parts[-1]) == chr(c) and pair not in pairs, "a pair composes oddly", c)
        pairs[pair] = c
    for c in range(0xAC00, 0xD7A4):
        require(NFC(hangul(c)) == chr(c), "Hangul is not composed by the algorithm", c)
    return pairs


def observe_compatibility(decompositions):
    """The decompositions of NFKD that are not those of NFD."""
    found = {c: to for c in SCALARS if (to := NFKD(chr(c))) != NFD(chr(c))}
    for c, parts in found.items():
        require(NFKD(parts) == parts, "a compatibility decomposition is not complete", c)
        require(c not in decompositions or NFKD(NFD(chr(c))) == parts, "two decompositions", c)
    return found


def observe_combining_marks():
    """First and last of each range of what the normalizer StripAccents drops."""
    strip = normalizers.StripAccents().normalize_str
    ranges = []
    for c in SCALARS:
        if strip(chr(c)) != "":
            continue
        if ranges and ranges[-1][1] == c - 1:
            ranges[-1][1] = c
        else:
            ranges.append([c, c])
    return ranges


def observe_graphemes_or_fail():
    classes = observe_graphemes.observe(SCALARS)
    for c, number in classes.items():
        require(number is not None, "the character is in no class of grapheme clusters", c)
    return classes


def matches(pattern, text):
    """All characters that a regular expression matches, as a set of code points."""
    split = pre_tokenizers.Split(Regex(pattern), "removed", invert=True)
    return {ord(c) for piece, _ in split.pre_tokenize_str(text) for c in piece}


def observe_classes_of_regex(spaces):
    """Category, \\w and char::is_numeric of each code point. Whitespace is as for splitting."""
    text = "".join(map(chr, SCALARS))
    values = {}
    for number, name in enumerate(CATEGORIES):
        for c in matches(f"\\p{{{name}}}+", text):
            require(c not in values, "two categories", c)
            values[c] = number
    require(len(values) == len(SCALARS), "a code point has no category")
    values.update(dict.fromkeys(range(0xD800, 0xE000), CATEGORIES.index("Cs")))
    require(matches(r"\s+", text) == spaces, "\\s is not white space")
    require(matches(r"\d+", text) == matches(r"\p{Nd}+", text), "\\d is not Nd")
    words = matches(r"[\w]+", text)
    require(matches(r"\w+", text) == words | set(map(ord, "²³¹¼½¾")), "\\w is not as expected")
    for c in words:
        values[c] |= REGEX_WORD
    digits = pre_tokenizers.Digits(individual_digits=True).pre_tokenize_str
    for c in SCALARS:
        if len(digits(f"a{chr(c)}b")) == 3:
            values[c] |= NUMERIC
    return values


def observe_scripts():
    """The script of each code point as UnicodeScripts sees it: 0 for none, else an arbitrary number
    that characters share which stay together."""
    split = pre_tokenizers.UnicodeScripts().pre_tokenize_str
    text = "".join(chr(c) for c in SCALARS if split(chr(c)))
    values, members = {}, []
    for run, _ in split(text):
        same = [i for i, member in enumerate(members) if len(split(member + run[0])) == 1]
        require(len(same) <= 1, "scripts are no classes", ord(run[0]))
        if not same:
            same = [len(members)]
            members.append(run[0])
        values.update((ord(c), same[0] + 1) for c in run)
    require(len(members) < 256, "too many scripts")
    return values


class TwoStage:
    """A table over all code points: the high bits name a block, the low bits a value in it."""

    def __init__(self, name, value_type, shift, values):
        self.name, self.value_type, self.shift = name, value_type, shift
        size = 1 << shift
        last = max(values) >> shift
        numbers, self.blocks, self.values = {}, [], []
        for start in range(0, (last + 1) * size, size):
            block = tuple(values.get(c, 0) for c in range(start, start + size))
            if block not in numbers:
                numbers[block] = len(numbers)
                self.values += block
            self.blocks.append(numbers[block])
        require(len(numbers) <= 256, f"{name} has too many blocks")

    def declarations(self):
        return (
            f"inline constexpr unsigned {self.name}Shift = {self.shift};\n"
            + declaration("std::uint8_t", f"{self.name}Blocks", self.blocks)
            + declaration(self.value_type, f"{self.name}Values", self.values)
        )

    def definitions(self):
        return definition("std::uint8_t", f"{self.name}Blocks", self.blocks) + definition(
            self.value_type, f"{self.name}Values", self.values
        )


def declaration(value_type, name, values):
    return f"extern const {value_type} {name}[{len(values)}];\n"


def definition(value_type, name, values):
    lines, line = [], ""
    for value in values:
        if len(line) + len(str(value)) + 1 > LINE:
            lines.append(line)
            line = ""
        line += f"{value},"
    lines.append(line)
    return f"const {value_type} {name}[{len(values)}] = {{\n" + "\n".join(lines) + "};\n"


def decomposition_table(decompositions, longest, limit):
    """Values: the position in the pool of code points, times `longest`, plus the length less 1."""
    pool = ""
    for parts in sorted(set(decompositions.values()), key=lambda parts: (-len(parts), parts)):
        require(1 <= len(parts) <= longest, f"a decomposition has {len(parts)} parts")
        if parts not in pool:
            shared = max(n for n in range(len(parts)) if pool.endswith(parts[:n]))
            pool += parts[shared:]
    require(len(pool) * longest < limit, "too many decompositions")
    values = {
        c: pool.index(parts) * longest + len(parts) - 1 for c, parts in decompositions.items()
    }
    return values, [ord(c) for c in pool]


def composition_lists(pairs):
    """Keys in ascending order, a pair in one number each, and what the pairs compose to."""
    ordered = sorted(pairs.items())
    return [first << 32 | second for (first, second), _ in ordered], [c for _, c in ordered]


def lowercase_table(lowercase):
    """Values: indices of distances. U+0130, the only one of two code points, is done in C++."""
    longer = {c: to for c, to in lowercase.items() if len(to) != 1}
    require(longer == {0x130: "i\u0307"}, f"other lowercase forms of several code points: {longer}")
    distances = {c: ord(to) - c for c, to in lowercase.items() if c not in longer}
    unique = sorted(set(distances.values()))
    require(len(unique) <= 256, "too many lowercase distances")
    return {c: unique.index(distance) for c, distance in distances.items()}, unique


def observe_properties(sets, lowercase, decompositions, classes):
    sets["kNonspacingMark"] = observe_marks(decompositions)
    sets["kDecomposes"] = {*decompositions, *range(0xAC00, 0xD7A4)}
    sets["kLowercases"] = set(lowercase)
    sets["kNonStarter"] = set(classes)
    properties = dict.fromkeys(range(CODE_POINTS), 0)
    for bit, name in enumerate(BITS):
        for c in sets[name]:
            properties[c] |= 1 << bit
    return properties


NOTE = f"// Generated by tools/generate_unicode.py from tokenizers {PINNED}; do not edit.\n"


def generate():
    lowercase = observe_lowercase()
    decompositions = observe_decompositions()
    classes = observe_combining_classes(decompositions)
    parts, pool = decomposition_table(decompositions, longest=4, limit=1 << 16)
    lower, distances = lowercase_table(lowercase)
    compatibility = observe_compatibility(decompositions)
    parts_less_1, compatibility_pool = decomposition_table(
        compatibility, longest=32, limit=1 << 32
    )
    compatibility_parts = {c: value + 1 for c, value in parts_less_1.items()}  # 0: has none
    pairs, composed = composition_lists(observe_compositions(decompositions))
    marks = observe_combining_marks()
    sets = observe_classes()
    properties = observe_properties(sets, lowercase, decompositions, classes)
    tables = [
        TwoStage("kProperty", "std::uint16_t", 7, properties),
        TwoStage("kDecomposition", "std::uint16_t", 6, parts),
        TwoStage("kLowercase", "std::uint8_t", 6, lower),
        TwoStage("kCombiningClass", "std::uint8_t", 5, classes),
        TwoStage("kCompatibility", "std::uint32_t", 5, compatibility_parts),
        TwoStage("kGraphemeClass", "std::uint8_t", 7, observe_graphemes_or_fail()),
        TwoStage("kRegexClass", "std::uint8_t", 8, observe_classes_of_regex(sets["kWhitespace"])),
        TwoStage("kScript", "std::uint8_t", 7, observe_scripts()),
    ]
    lists = [
        ("char32_t", "kDecompositionPool", pool),
        ("std::int32_t", "kLowercaseDistances", distances),
        ("char32_t", "kCompatibilityPool", compatibility_pool),
        ("std::uint64_t", "kCompositionPairs", pairs),  # the first in the upper 32 bits
        ("char32_t", "kCompositions", composed),
        ("char32_t", "kCombiningMarkFirsts", [first for first, _ in marks]),
        ("char32_t", "kCombiningMarkLasts", [last for _, last in marks]),
    ]
    header = (
        f"#pragma once\n\n{NOTE}\n#include <cstdint>\n\n"
        "// The value of c is Values[(Blocks[c >> Shift] << Shift) + (c & ((1 << Shift) - 1))]; a\n"
        "// c beyond the blocks has none.\nnamespace m2v::text::tables {\n\n"
        + "\n".join(table.declarations() for table in tables)
        + "\n"
        + "".join(declaration(*entry) for entry in lists)
        + "\n}  // namespace m2v::text::tables\n"
    )
    checks = "".join(f"static_assert({name} == 1u << {bit});\n" for bit, name in enumerate(BITS))
    checks += "".join(
        f"static_assert(static_cast<int>(GraphemeClass::{name}) == {number});\n"
        for number, name in enumerate(observe_graphemes.CLASSES)
    )
    numbers = enumerate(CATEGORIES)
    checks += "".join(f"static_assert(Category::k{name} == Category({i}));\n" for i, name in numbers)
    source = (
        f'{NOTE}\n#include "text/tables_generated.h"\n\n'
        '#include "text/graphemes.h"\n#include "text/unicode.h"\n\n'
        f"// clang-format off\nnamespace m2v::text {{\n\n{checks}\nnamespace tables {{\n\n"
        + "\n".join(table.definitions() for table in tables)
        + "\n"
        + "\n".join(definition(*entry) for entry in lists)
        + "\n}  // namespace tables\n}  // namespace m2v::text\n"
    )
    return {"tables_generated.h": header, "tables_generated.cpp": source}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    check = parser.parse_args().check
    require(tokenizers.__version__ == PINNED, f"needs tokenizers {PINNED}")
    for name, text in generate().items():
        path = FOLDER / name
        if not check:
            path.write_text(text, encoding="ascii", newline="\n")
        elif not path.exists() or path.read_text(encoding="ascii") != text:
            sys.exit(f"{path} is out of date: run tools/generate_unicode.py")


if __name__ == "__main__":
    main()
