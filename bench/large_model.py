"""Makes a model of a multilingual kind: a Unigram tokenizer of many tokens over random rows."""

import itertools
import json
import math
import random
import struct
from pathlib import Path

DIM = 256
SYLLABLES = ["ka", "ri", "mo", "te", "lu", "sha", "ne", "vo", "der", "ing", "est", "ção", "für", "ó",
             "ми", "ра", "ние", "ств", "по", "το", "και", "の", "した", "东", "学", "ال", "ون", "की"]


def make(folder: Path, tokens: int, shared: Path | None) -> Path:
    """The model's folder, made if it is not there. With the reference data, its tokenizer has a
    character map as SentencePiece makes them; else NFKC stands for that."""
    if not (folder / "config.json").exists():
        folder.mkdir(parents=True, exist_ok=True)
        settings = _tokenizer(tokens, _normalizer(shared))
        (folder / "tokenizer.json").write_text(json.dumps(settings, ensure_ascii=False), "utf-8")
        _write_table(folder / "model.safetensors", tokens)
        (folder / "config.json").write_text(json.dumps({"normalize": True}))
    return folder


def _normalizer(shared: Path | None) -> dict:
    file = shared / "reference" / "tokenizers" / "mbart-like-unigram-legacy.json" if shared else None
    if file is None or not file.exists():
        return {"type": "NFKC"}
    return json.loads(file.read_text("utf-8"))["normalizer"]


def _tokenizer(tokens: int, normalizer: dict) -> dict:
    chance = random.Random(1)
    pieces = dict.fromkeys(["<s>", "<pad>", "</s>", "<unk>", "▁"])
    pieces.update(dict.fromkeys(map(chr, itertools.chain(range(33, 127), range(0x4E00, 0x6000)))))
    while len(pieces) < tokens:
        word = "".join(chance.choices(SYLLABLES, k=chance.choice((1, 2, 2, 3, 3, 4))))
        pieces["▁" + word if chance.random() < 0.6 else word] = None
    vocab = [[piece, -math.log(2 + rank) * 1.1] for rank, piece in enumerate(pieces)]
    return {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": [],
        "normalizer": normalizer, "post_processor": None, "decoder": None,
        "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always",
                          "split": True},
        "model": {"type": "Unigram", "unk_id": 3, "vocab": vocab, "byte_fallback": False},
    }


def _write_table(path: Path, rows: int) -> None:
    header = json.dumps({"embeddings": {"dtype": "F16", "shape": [rows, DIM],
                                        "data_offsets": [0, rows * DIM * 2]}}).encode()
    header += b" " * (-len(header) % 8)
    table = bytearray(random.Random(2).randbytes(rows * DIM * 2))
    # The high byte of a half says its sign and size: between 1/32 and 1/8.
    table[1::2] = table[1::2].translate(bytes(0x28 + i % 8 + (i & 0x80) for i in range(256)))
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(header)) + header)
        file.write(table)
