"""Reads and writes `head.safetensors`, the tensors of a head."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from m2v._m2v import FormatError

_TYPES = {"F16": np.float16, "F32": np.float32, "F64": np.float64}
_MOST_HEADER = 100_000_000


def read_head(data: bytes, path: str | Path) -> dict[str, np.ndarray]:
    """Returns the tensors of a safetensors file by name.

    :param data: The content of the file.
    :param path: Its path, for error messages.
    :raises FormatError: if it is not a valid file, or has tensors of another type than float16, float32 and float64.
    """
    try:
        size = int.from_bytes(data[:8], "little")
        if len(data) < 8 or size > min(len(data) - 8, _MOST_HEADER):
            raise ValueError("the header is longer than the file")
        header = json.loads(data[8 : 8 + size])
        header.pop("__metadata__", None)
        return {name: _tensor(entry, memoryview(data)[8 + size :]) for name, entry in header.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise FormatError(f"{path}: {problem}") from problem


def _tensor(entry: dict, data: memoryview) -> np.ndarray:
    begin, end = entry["data_offsets"]
    if not 0 <= begin <= end <= len(data):
        raise ValueError("a tensor reaches beyond the end of the file")
    return np.frombuffer(data[begin:end], _TYPES[entry["dtype"]]).reshape(entry["shape"])


def head_bytes(tensors: dict[str, np.ndarray]) -> bytes:
    """Returns the content of a safetensors file with these tensors."""
    names = {np.dtype(dtype): name for name, dtype in _TYPES.items()}
    header, blocks, at = {}, [], 0
    for name, tensor in tensors.items():
        block = np.ascontiguousarray(tensor).tobytes()
        header[name] = {
            "dtype": names[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [at, at + len(block)],
        }
        blocks.append(block)
        at += len(block)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return b"".join([len(text).to_bytes(8, "little"), text, *blocks])
