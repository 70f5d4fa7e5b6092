"""Writes and reads SentencePiece models, which are Protocol Buffers messages, field by field."""

import struct

NORMAL, UNKNOWN, CONTROL, USER_DEFINED, BYTE = 1, 2, 3, 4, 6
UNIGRAM, BPE = 1, 2


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def number(field, value):
    return varint(field << 3) + varint(value)


def data(field, value):
    value = value.encode("utf-8") if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(value)) + value


def piece(text, score=0.0, kind=NORMAL):
    return data(1, text) + varint(2 << 3 | 5) + struct.pack("<f", score) + number(3, kind)


def model(pieces, model_type=UNIGRAM, unknown_id=0, unknown_piece="<unk>", charsmap=b""):
    """`pieces` are texts, scores and kinds. Fields that no tokenizer is built from are there too."""
    trainer = data(1, "corpus.txt") + number(3, model_type) + number(4, len(pieces))
    trainer += number(40, unknown_id) + data(45, unknown_piece)
    trainer += varint(10 << 3 | 5) + struct.pack("<f", 0.9995)
    normalizer = data(1, "nmt_nfkc") + number(3, 1) + number(4, 1)
    normalizer += data(2, charsmap) if charsmap else b""
    message = b"".join(data(1, piece(*one)) for one in pieces)
    return message + data(2, trainer) + data(3, normalizer) + data(100, b"from a later version")


def fields(message):
    """Number and value of each field: an integer, or bytes."""
    at = 0

    def next_varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(message):
        tag = next_varint()
        kind = tag & 7
        if kind == 0:
            yield tag >> 3, next_varint()
            continue
        size = {1: 8, 2: None, 5: 4}[kind]
        if size is None:
            size = next_varint()
        yield tag >> 3, message[at : at + size]
        at += size


def pieces_of(message):
    """Text, score and kind of each piece of a model."""
    for number_, value in fields(message):
        if number_ != 1:
            continue
        parts = dict(fields(value))
        score = struct.unpack("<f", parts.get(2, bytes(4)))[0]
        yield parts[1].decode("utf-8"), score, parts.get(3, NORMAL)
