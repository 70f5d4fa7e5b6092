"""Compares ids with the reference's, and shows the smallest texts that differ."""

import json
from pathlib import Path

from tokenizers import Tokenizer

from runner import write_jsonl, write_lines

CHUNK = 50_000
SHOWN = 4


class Reference:
    """The pinned `tokenizers` package reading one tokenizer.json."""

    def __init__(self, file):
        self.tokenizer = Tokenizer.from_file(str(file))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()

    def lines(self, texts):
        """The ids of each text, written as `m2v tokenize` writes them."""
        encodings = self.tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [" ".join(map(str, encoding.ids)) for encoding in encodings]

    def offsets(self, texts):
        """Each token of each text with its position, as `m2v tokenize --offsets` tells them."""
        encodings = self.tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [
            [[self.tokenizer.id_to_token(id), *position] for id, position in zip(e.ids, e.offsets)]
            for e in encodings
        ]

    def tokens(self, line):
        """The tokens behind a line of ids."""
        return [self.tokenizer.id_to_token(int(number)) for number in line.split()]


def assert_same_ids(m2v, model, texts):
    """`m2v tokenize` and the reference agree on every text. `model` holds a tokenizer.json."""
    reference = Reference(Path(model) / "tokenizer.json")
    texts = list(texts)
    for start in range(0, len(texts), CHUNK):
        chunk = texts[start : start + CHUNK]
        expected, got = reference.lines(chunk), m2v.tokenize(model, chunk)
        assert len(got) == len(chunk), f"{len(got)} lines for {len(chunk)} texts"
        if got != expected:
            wrong = [i for i in range(len(chunk)) if got[i] != expected[i]]
            raise AssertionError(_report(m2v, model, reference, [chunk[i] for i in wrong]))


def assert_same_offsets(m2v, model, texts):
    """`m2v tokenize --offsets` and the reference agree on every token and its position."""
    texts = list(texts)
    path = m2v.new_path(".jsonl")
    write_jsonl(path, texts)
    out = m2v.check("tokenize", "--offsets", "-m", model, path).decode()
    got = [json.loads(line) for line in out.split("\n")[:-1]]
    expected = Reference(Path(model) / "tokenizer.json").offsets(texts)
    assert len(got) == len(texts)
    wrong = [i for i in range(len(texts)) if got[i] != expected[i]]
    shown = [f"{ascii(texts[i])}\n  expected {expected[i]}\n  got      {got[i]}" for i in wrong]
    assert not wrong, f"{len(wrong)} of {len(texts)} texts differ\n" + "\n".join(shown[:SHOWN])


def assert_same_ids_of_bytes(m2v, model, raw):
    """The same for lines of raw bytes, which may not be UTF-8."""
    path = m2v.new_path(".txt")
    write_lines(path, raw)
    got = m2v.tokenize_file(model, path)
    reference = Reference(Path(model) / "tokenizer.json")
    expected = reference.lines(text.decode("utf-8", "replace") for text in raw)
    assert len(got) == len(raw), f"{len(got)} lines for {len(raw)} texts"
    wrong = [i for i in range(len(raw)) if got[i] != expected[i]]
    shown = [f"{raw[i]!r}\n  expected {expected[i]}\n  got      {got[i]}" for i in wrong[:SHOWN]]
    assert not wrong, f"{len(wrong)} of {len(raw)} byte strings differ\n" + "\n".join(shown)


def _report(m2v, model, reference, failing):
    shown = [f"{len(failing)} texts differ; the first, made small:"]
    seen = set()
    for text in failing[:40]:
        small = _shrink(m2v, model, reference, text)
        if small not in seen:
            seen.add(small)
            shown.append(_describe(m2v, model, reference, small))
        if len(seen) == SHOWN:
            break
    return "\n".join(shown)


def _differing(m2v, model, reference, texts):
    pairs = zip(texts, reference.lines(texts), m2v.tokenize(model, texts))
    return [text for text, expected, got in pairs if expected != got]


def _shrink(m2v, model, reference, text):
    """Takes ever smaller slices out of the text as long as what remains still differs."""
    if not _differing(m2v, model, reference, [text]):
        return text  # differs only beside its neighbours: keep it as it is
    size = max(1, len(text) // 2)
    while True:
        candidates = [text[:at] + text[at + size :] for at in range(0, len(text), size)]
        smaller = _differing(m2v, model, reference, candidates) if len(text) > 1 else []
        if smaller:
            text = min(smaller, key=len)
            size = min(size, max(1, len(text) // 2))
        elif size > 1:
            size //= 2
        else:
            return text


def _describe(m2v, model, reference, text):
    expected, got = reference.lines([text])[0], m2v.tokenize(model, [text])[0]
    note = "" if expected != got else " (equal when alone: it depends on its neighbours)"
    return (
        f"{ascii(text[:400])}{note}\n"
        f"  expected {_head(expected)} {ascii(reference.tokens(_head(expected)))}\n"
        f"  got      {_head(got)} {ascii(reference.tokens(_head(got)))}"
    )


def _head(line):
    return " ".join(line.split()[:40])
