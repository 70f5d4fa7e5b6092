"""Regular expressions: those of real models, and random ones."""

import itertools

CONTRACTIONS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
O200K_WORDS = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+@"
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*@"
)
REST = r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
SLASHES = REST.replace(r"[\r\n]*", r"[\r\n/]*")

# As they stand in the tokenizer.json of these models.
REAL = {
    "GPT-2": r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
    "GPT-2 shorter": r"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
    "cl100k": r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+",
    "cl100k possessive": r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+"
    r"| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s",
    "Llama 3": CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}" + REST,
    "Qwen 2": CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}" + REST,
    "o200k": O200K_WORDS.replace("@", CONTRACTIONS + "?") + r"|\p{N}{1,3}" + SLASHES,
    "Tekken": O200K_WORDS.replace("@", "") + r"|\p{N}" + SLASHES,
    "DeepSeek digits": r"\p{N}{1,3}",
    "DeepSeek ideographs": "[一-龥\u3040-ゟ゠-ヿ]+",
    "DeepSeek": r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"
    r"| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    "DeepSeek words": r"\s?\p{L}+",
    "DeepSeek punctuation": r"\s?\p{P}+",
    "CLIP": r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+",
    "CLIP with specials": r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d"
    r"|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+",
    "BLOOM": " ?[^(\\s|[.,!?…。，、।۔،])]+",
    "Falcon": "[0-9][0-9][0-9]",
    "white space": r"\s+",
    "blank": " ",
    "blanks": " {2,}",
    "digit": r"\d",
    "ASCII digit": "[0-9]",
    "line feeds": r"[\r\n]",
    "character": ".",
    "any character": r"[\s\S]",
    "punctuation": "[[:punct:]a]+",
    "words": r"\w+|[^\w\s]+",
    "no words": r"\W+",
    "commas": "[^,]+",
    "amounts": r"-|\.\d{3}",
    "Indic": r"[\u0900-\u0D7F][\u0900-\u0D7F\u093C\u094D\u09BE-\u09CD]*|\w+|[\s\p{P}]",
    "nothing": "",
    "digits or nothing": r"\d*",
    "before digits": r"(?=\d)",
    "not before letters": r"(?!\p{L})",
    "in place": r"(?=a)a|(?!b).",
    "atomic": r"(?>a+|ab)b?|c",
    "possessive": r"a*+a|\p{L}++\d?+|\s++\S",
    "one of": "(?:the|then)(?:n|m)?|(th)?e",
}

# These have something that only Oniguruma knows.
GENERIC = {
    "behind": r"(?<=[a-z])(?=[A-Z])",
    "not behind": r"(?<!\d)\d+",
    "boundaries": r"\b\w",
    "thousands": r"\d{1,3}(?=(?:\d{3})*\b)",
    "backwards": r"(.)\1+",
    "groups": r"(?:[a-z]+-)+[a-z]+",
    "lazy": r"<.+?>|\(.*?\)",
    "POSIX": "[[:upper:]]+|[[:xdigit:]]",
    "intersection": r"[\p{L}&&[^a-m]]+",
    "any case": r"(?i)straße|ss|fi",
    "lines": "^.*$",
    "ends": r"\A.|.\z",
    "named": r"(?<year>\d{4})-\d\d",
    "keep": r"\w\K\s",
    "scripts": r"\p{Han}+|\p{Greek}+",
}


def random_pattern(rng):
    """One of the patterns that have a matcher of their own."""
    return "|".join(_sequence(rng, 0) for _ in range(rng.choice((1, 1, 2, 3))))


def _sequence(rng, depth):
    return "".join(_item(rng, depth) for _ in range(rng.randint(1, 3)))


def _item(rng, depth):
    if depth < 2 and rng.random() < 0.2:
        kind = rng.choice(("?:", "?:", "", "?>", "?=", "?!"))
        inner = "|".join(_sequence(rng, depth + 1) for _ in range(rng.randint(1, 3)))
        look = kind in ("?=", "?!")
        return f"({kind}{inner})" + ("" if look else rng.choice(("", "?")))
    if rng.random() < 0.1:
        return rng.choice((r"(?i:'s|re|[dk])", r"(?i:S|ve)?", r"(?i:[sk])"))
    if rng.random() < 0.05:
        return "$"
    return _atom(rng) + rng.choice(
        ("", "", "", "?", "*", "+", "?+", "*+", "++", "{2}", "{1,3}", "{0,2}", "{2,}", "{,2}", "{1,2}+")
    )


def _atom(rng):
    if rng.random() < 0.4:
        return rng.choice(("a", "b", "'", " ", "é", "1", "-", r"\.", r"\n", ".", r"\u00e9", "東"))
    if rng.random() < 0.4:
        return _set(rng)
    return "[" + rng.choice(("", "^")) + _elements(rng) + rng.choice(("", "", "-")) + "]"


def _elements(rng):
    pieces = [rng.choice((_set(rng), "a-c", "x", "0-9", "é", r"\r\n", "'", r"\-", "[ab]", "À-ÿ", "&"))]
    while rng.random() < 0.5:
        pieces.append(rng.choice((_set(rng), "A-Z", "b", "1", r"\]", "一-龥", "_", ".")))
    return "".join(pieces)


def _set(rng):
    properties = "L Lu Ll Lt Lm Lo M Mn Mc N Nd Nl No P Pd Po S Sm Sc So Z Zs C Cc".split()
    name = rng.choice(properties)
    return rng.choice(
        (r"\s", r"\S", r"\d", r"\D", r"\w", r"\W", rf"\p{{{name}}}", rf"\P{{{name}}}", rf"\p{{^{name}}}")
    )


def punctuation_patterns():
    """Each ASCII punctuation character: alone, escaped, in brackets, escaped in brackets."""
    marks = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
    forms = ("a{}", "a\\{}", "[a{}]", "[{}a]", "[a\\{}]", "(?:{})", "(?i:\\{})")
    return [form.format(mark) for mark, form in itertools.product(marks, forms)]
