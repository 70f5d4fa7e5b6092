"""Writes ONNX files, limited to the parts of the format (a protobuf) that m2v's graphs need.

The numbers of fields and types are those of onnx.proto3, IR version 8. Operators are those of opset 18.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

FLOAT, INT64 = 1, 7
_TYPES = {"float32": FLOAT, "int8": 3, "int64": INT64, "float16": 10}
_IR_VERSION, _OPERATORS = 8, 18
_ATTRIBUTE_INT = 2
_LARGEST = 2**31 - 1  # maximum size of a protobuf in bytes


def _varint(number: int) -> bytes:
    number &= 2**64 - 1
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _int(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes | str) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return _varint(field << 3 | 2) + _varint(len(data)) + data


def _tensor(name: str, array: np.ndarray) -> bytes:
    dims = b"".join(_int(1, size) for size in array.shape)
    raw = np.ascontiguousarray(array.astype(array.dtype.newbyteorder("<"), copy=False)).tobytes()
    return dims + _int(2, _TYPES[array.dtype.name]) + _bytes(8, name) + _bytes(9, raw)


def _value(name: str, element: int, shape: Sequence[int | str]) -> bytes:
    dims = b"".join(_bytes(1, _bytes(2, size) if isinstance(size, str) else _int(1, size)) for size in shape)
    return _bytes(1, name) + _bytes(2, _bytes(1, _int(1, element) + _bytes(2, dims)))


def _attribute(name: str, value: int) -> bytes:
    return _bytes(1, name) + _int(3, value) + _int(20, _ATTRIBUTE_INT)


class Graph:
    """A graph under construction. Values are identified by their names."""

    def __init__(self) -> None:
        """Creates an empty graph."""
        self._nodes: list[bytes] = []
        self._constants: list[bytes] = []
        self._inputs: list[bytes] = []
        self._outputs: list[bytes] = []
        self._count = 0

    def _new_name(self) -> str:
        self._count += 1
        return f"value_{self._count}"

    def add_input(self, name: str, element: int, shape: Sequence[int | str]) -> str:
        """Adds an input to the graph. A dimension may have a name instead of a size."""
        self._inputs.append(_value(name, element, shape))
        return name

    def add_output(self, name: str, element: int, shape: Sequence[int | str]) -> None:
        """Makes a value an output of the graph."""
        self._outputs.append(_value(name, element, shape))

    def constant(self, array: np.ndarray | np.generic, name: str | None = None) -> str:
        """Adds a constant, which is stored in the file, and returns its name."""
        name = name or self._new_name()
        self._constants.append(_tensor(name, np.asarray(array)))
        return name

    def node(self, operator: str, inputs: Sequence[str], output: str | None = None, **attributes: int) -> str:
        """Adds an operator with integer attributes and returns the name of its output."""
        output = output or self._new_name()
        parts = [*(_bytes(1, name) for name in inputs), _bytes(2, output), _bytes(3, f"make_{output}"), _bytes(4, operator)]
        parts += [_bytes(5, _attribute(name, value)) for name, value in attributes.items()]
        self._nodes.append(b"".join(parts))
        return output

    def to_bytes(self) -> bytes:
        """Returns the content of the file.

        :raises ValueError: if it is larger than 2 GB.
        """
        sections = ((1, self._nodes), (2, ["m2v"]), (5, self._constants), (11, self._inputs), (12, self._outputs))
        graph = b"".join(_bytes(field, part) for field, parts in sections for part in parts)
        if len(graph) > _LARGEST:
            raise ValueError("an ONNX file cannot exceed 2 GB: convert the table to a smaller type first")
        operators = _bytes(8, _bytes(1, "") + _int(2, _OPERATORS))
        return _int(1, _IR_VERSION) + _bytes(2, "m2v") + operators + _bytes(7, graph)
