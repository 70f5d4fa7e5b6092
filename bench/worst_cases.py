#!/usr/bin/env python3
"""What a byte of hostile text costs `m2v tokenize`, beside a byte of English, for each kind of tokenizer.

    .venv/bin/python bench/worst_cases.py [--megabytes 10] [--families BERT,T5] [--cases "one letter"]

Every case is one text without an end of line. The price is the processor time of the whole command
without that of loading the tokenizer; of English it is that of short lines. Prints a table and exits
with 1 if a price is over --limit times English, or a text does not end within a minute.
"""

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "parity"))

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers  # noqa: E402

import nasty  # noqa: E402
import test_families  # noqa: E402

M2V = Path(os.environ.get("M2V", ROOT / "build" / "release" / "cli" / "m2v"))
SECONDS = 60
ADDED = ["<s>", "</s>", "[UNK]", "<|endoftext|>", "<extra_id_0>"]


def bert(lowercase, *steps):
    normalizer = normalizers.BertNormalizer(lowercase=lowercase)
    if steps:
        normalizer = normalizers.Sequence([*steps, normalizer])
    return models.WordPiece(unk_token="[UNK]"), normalizer, pre_tokenizers.BertPreTokenizer()


FAMILIES = {
    "BERT": bert(True),
    "BERT, cased": bert(False),
    "BERT, NFKC": bert(True, normalizers.NFKC()),
    **test_families.FAMILIES,
    "WordLevel": (models.WordLevel(unk_token="[UNK]"), None, pre_tokenizers.Whitespace()),
    "scripts": (models.WordLevel(unk_token="[UNK]"), None, pre_tokenizers.UnicodeScripts()),
}


def english():
    """Sentences, a line each."""
    chance = random.Random(1)
    sentences = [s for passage in test_families.PASSAGES for s in passage.split(". ") if s]
    return chance.choices(sentences, k=200_000)


def cases():
    """Name and the part that is repeated until the text is long enough."""
    chance = random.Random(2)
    lines = english()[:20_000]
    scripts = [0x12000, 0x10330, 0x1E900, 0x0700, 0xE000, 0x1B170]
    return {
        "English, one text": " ".join(lines),
        "one letter": "a",
        "no spaces": "".join(lines).replace(" ", ""),
        "random letters": "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=100_003)),
        "two letters": "ab",
        "capitals": "QX",
        "alternating case": "aB",
        "digits": "0123456789",
        "punctuation": ".",
        "apostrophes": "'",
        "spaces": " ",
        "carriage returns": "\r",
        "letter, space": "x ",
        "combining marks": "\u0301",
        "letters and marks": "e\u0301\u0327",
        "marks in disorder": "\u0301\u0327\u0323",
        "Hangul letters": "\u1112\u1161\u11ab",
        "emoji families": "\U0001f469\u200d\U0001f467",
        "flags": "\U0001f1e9",
        "Chinese": "".join(chr(chance.randrange(0x4E00, 0x9FA0)) for _ in range(30_011)),
        "Thai": "".join(chr(chance.randrange(0x0E01, 0x0E3A)) for _ in range(30_011)),
        "unknown scripts": "".join(chr(chance.choice(scripts) + chance.randrange(30)) for _ in range(30_011)),
        "full width": "\uff21\uff42",
        "ligatures": "\ufdfa",
        "NUL": "\0",
        "ill-formed": b"\xf0\x9f\xff",
        "prefixes of added tokens": "<s<extra_id<|endof[UN</",
        "added tokens": "<s>",
        "added tokens and spaces": "<s> ",
        "spaces, added token at last": " " * 100_000 + "<s>",
    }


def make_tokenizer(name, folder):
    model, normalizer, pre_tokenizer = FAMILIES[name]
    tokenizer = Tokenizer(model)
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    if pre_tokenizer is not None:
        tokenizer.pre_tokenizer = pre_tokenizer
    texts = test_families.PASSAGES + nasty.strings(2_000, seed=1)
    test_families.learn(tokenizer, texts)
    tokenizer.add_special_tokens(ADDED)
    folder.mkdir()
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


def seconds_for(model, file):
    """Processor time; None if it does not end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        subprocess.run([str(M2V), "tokenize", "-m", str(model), str(file)], check=True,
                       stdout=subprocess.DEVNULL, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return None
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def write_case(path, part, size):
    part = part if isinstance(part, bytes) else part.encode("utf-8")
    path.write_bytes(part * (size // len(part) + 1))


def measure(model, files):
    """Nanoseconds a byte of each file, less what loading takes; None if it does not end."""
    empty = model / "empty.txt"
    empty.write_bytes(b"")
    load = min(seconds_for(model, empty) for _ in range(3))
    prices = {}
    for name, file in files.items():
        seconds = seconds_for(model, file)
        prices[name] = None if seconds is None else max(0, seconds - load) * 1e9 / file.stat().st_size
    return prices


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = lambda value: value.split(",")
    parser.add_argument("--megabytes", type=float, default=10)
    parser.add_argument("--families", type=names, default=list(FAMILIES))
    parser.add_argument("--cases", type=names, default=list(cases()))
    parser.add_argument("--limit", type=float, default=5)
    arguments = parser.parse_args()
    failed = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        size = int(arguments.megabytes * 1e6)
        files = {"English": folder / "english.txt"}
        write_case(files["English"], "\n".join(english()) + "\n", size)
        for name, part in cases().items():
            if name in arguments.cases:
                files[name] = folder / f"{len(files)}.txt"
                write_case(files[name], part, size)
        print("| tokenizer | English, ns a byte | " + " | ".join(list(files)[1:]) + " |")
        print("|---|" + "---|" * len(files), flush=True)
        for family in arguments.families:
            prices = measure(make_tokenizer(family, folder / family), files)
            unit = prices.pop("English")
            ratios = {name: None if price is None else price / unit for name, price in prices.items()}
            row = ["endless" if ratio is None else f"{ratio:.1f}" for ratio in ratios.values()]
            print(f"| {family} | {unit:.1f} | " + " | ".join(row) + " |", flush=True)
            failed += [f"{family}: {name}" for name, ratio in ratios.items()
                       if ratio is None or ratio > arguments.limit]
    for one in failed:
        print(f"over {arguments.limit:g} times English: {one}", file=sys.stderr)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
