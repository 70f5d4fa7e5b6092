"""Builds SentencePiece's precompiled character maps: byte strings and their replacements."""

import base64
import itertools
import struct
import unicodedata

import nasty

VALUE = "value"  # a node's other members are named by bytes
OFFSETS = 1 << 21  # an offset must stay below: there may be some 8,000 nodes


def of(replacements):
    """The map of a dictionary from keys (str or bytes) to replacements (str), in base64."""
    pool, positions = b"", {}
    root = {}
    for key, replacement in replacements.items():
        raw = replacement.encode("utf-8") + b"\0"
        if raw not in positions:
            positions[raw] = len(pool)
            pool += raw
        node = root
        for byte in key if isinstance(key, bytes) else key.encode("utf-8"):
            node = node.setdefault(byte, {})
        node[VALUE] = positions[raw]
    return encode(_units(root), pool)


def compatibility():
    """Like SentencePiece's own nfkc: whatever NFKC changes, alone and with a mark."""
    found = {"\0": ""}
    for point in nasty.code_points():
        folded = unicodedata.normalize("NFKC", chr(point))
        if folded != chr(point) and not 0xAC00 <= point < 0xD7A4:
            found[chr(point)] = folded
    return found


def encode(units, pool):
    """The base64 of units and replacements as they are, sound or not."""
    raw = struct.pack(f"<{len(units) + 1}I", 4 * len(units), *units)
    return base64.b64encode(raw + pool).decode("ascii")


def _units(root):
    """The double array, with 256 units for each node: not small, but simple."""
    numbers = itertools.count(1)
    units = [0] * 256

    def insert(node, unit):
        start = 256 * next(numbers)
        assert start < OFFSETS
        units[unit] |= (unit ^ start) << 10 | (VALUE in node) << 8
        units.extend([0] * 256)
        if VALUE in node:
            units[start] = 1 << 31 | node[VALUE]
        for byte, child in node.items():
            if byte != VALUE:
                units[start ^ byte] = byte
                insert(child, start ^ byte)

    insert(root, 0)
    return units


def settings(replacements):
    """The normalizer of such a map."""
    return {"type": "Precompiled", "precompiled_charsmap": of(replacements)}
