"""Reads `.skops` files, which hold scikit-learn objects, without creating these objects.

Such a file is a zip archive: `schema.json` is a tree of nodes that name their classes; arrays are separate `.npy`
files. skops itself imports the named classes and calls them. This module only compares names and reads numbers; it
imports and calls nothing.
"""

from __future__ import annotations

import io
import json
import math
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from m2v._m2v import FormatError

#: The maximum uncompressed size in bytes of the schema, and of all arrays together.
_MOST_SCHEMA = 1 << 25
_MOST_ARRAYS = 1 << 28
#: The classes that a file may name: plain values, and classes of scikit-learn and numpy.
_KNOWN = re.compile(
    r"builtins\.(dict|list|tuple|set|str|int|float|bool|NoneType|type)|collections\.OrderedDict|(sklearn|numpy)(\.\w+)+"
)
_NPY_HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}
#: The exceptions that zipfile and the parsers raise for a damaged archive.
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError, ValueError)


class SkopsFile:
    """An open file. Raises FormatError, with the location, if it is malformed or names an unknown class."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._left = _MOST_ARRAYS
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
            schema = json.loads(self._member("schema.json", _MOST_SCHEMA))
            for position, name in _classes(schema, ""):
                if not _KNOWN.fullmatch(name):
                    self.fail(position, f"Untrusted type {name[:200]}")
        except FormatError:
            raise
        except _DAMAGED as problem:  # includes RecursionError, a RuntimeError, for deeply nested JSON
            self.fail("schema.json", str(problem))
        self.root = Node(self, schema, "root")

    def fail(self, position: str, why: str) -> NoReturn:
        """Raises FormatError with a location in the file and a reason."""
        raise FormatError(f"{self.path}: {position}: {why}")

    def array(self, name: str) -> np.ndarray:
        """Reads an array of numbers, Booleans or strings from the archive."""
        try:
            data = self._member(name, self._left)
            self._left -= len(data)
            return _array_of_npy(data)
        except (*_DAMAGED, OverflowError, TypeError) as problem:
            self.fail(name, str(problem))

    def _member(self, name: str, most: int) -> bytes:
        info = self._archive.getinfo(name)
        if info.file_size > most:
            raise ValueError(f"{info.file_size} bytes exceed the limit of {most}")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ValueError("unsupported compression method")
        with self._archive.open(info) as member:
            data = member.read(info.file_size)  # at most the declared size, even if it expands to more
        if len(data) != info.file_size:
            raise ValueError("truncated")
        return data


@dataclass(frozen=True)
class Node:
    """A value of the file. Its methods raise FormatError if the value has an unexpected wire type."""

    file: SkopsFile
    state: Any
    position: str

    @property
    def type(self) -> str:
        """The full name of its class; "nothing" if it names none."""
        return _class_of(self.state) or "nothing"

    def attribute(self, name: str) -> Node:
        """Returns an attribute of an object."""
        attributes = self._content("ObjectNode", dict)
        attributes = Node(self.file, attributes, self.position)._content("DictNode", dict)
        if name not in attributes:
            self.fail(f"there is no {name}")
        return Node(self.file, attributes[name], f"{self.position}.{name}")

    def items(self) -> list[Node]:
        """Returns the items of a list or a tuple."""
        loader = "TupleNode" if self.type == "builtins.tuple" else "ListNode"
        return self._nodes(self._content(loader, list))

    def value(self) -> Any:
        """Returns a string, a number, a Boolean or None."""
        try:
            value = json.loads(self._content("JsonNode", str))
        except (ValueError, RecursionError) as problem:
            self.fail(str(problem))
        if isinstance(value, (list, dict)):
            self.fail("one value was expected here")
        return value

    def array(self) -> np.ndarray:
        """Returns an array. Arrays of objects are supported if they are one-dimensional with plain values."""
        content = self._content("NdArrayNode", (list, type(None)))
        if content is not None:
            return np.asarray([item.value() for item in self._nodes(content)])
        name = self.state.get("file")
        if not isinstance(name, str):
            self.fail("an array without a file")
        return self.file.array(name)

    def fail(self, why: str) -> NoReturn:
        """Raises FormatError with the location of this value and a reason."""
        self.file.fail(self.position, why)

    def _nodes(self, states: list[Any]) -> list[Node]:
        return [Node(self.file, state, f"{self.position}[{i}]") for i, state in enumerate(states)]

    def _content(self, loader: str, kind: Any) -> Any:
        if not isinstance(self.state, dict) or self.state.get("__loader__") != loader:
            self.fail(f"a {loader} was expected here, not {self.type}")
        content = self.state.get("content")
        if not isinstance(content, kind):
            self.fail(f"a {loader} cannot hold this")
        return content


def _class_of(state: Any) -> str | None:
    if isinstance(state, dict) and "__class__" in state:
        return f"{state.get('__module__')}.{state['__class__']}"
    return None


def _classes(state: Any, position: str) -> Iterator[tuple[str, str]]:
    """Yields the location and the name of every class that the schema names."""
    name = _class_of(state)
    if name is not None:
        yield position or "root", name
    if isinstance(state, (dict, list)):
        for key, inner in state.items() if isinstance(state, dict) else enumerate(state):
            yield from _classes(inner, f"{position}/{key}")


def _array_of_npy(data: bytes) -> np.ndarray:
    stream = io.BytesIO(data)
    version = np.lib.format.read_magic(stream)
    if version not in _NPY_HEADERS:
        raise ValueError(f"npy files of version {version} are not supported")
    shape, by_columns, dtype = _NPY_HEADERS[version](stream)
    begin = stream.tell()
    if dtype.kind not in "fiubU" or dtype.itemsize == 0:
        raise ValueError(f"arrays of {dtype} are not supported")
    if math.prod(shape) * dtype.itemsize != len(data) - begin:
        raise ValueError("its length does not match its header")
    array = np.frombuffer(data, dtype, offset=begin).reshape(shape, order="F" if by_columns else "C")
    return array.astype(dtype.newbyteorder("="), copy=False)
