"""Writes static model folders in every layout and dtype, without the code that is under test."""

import json
import re
import struct
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

DTYPES = {
    "float16": "F16",
    "float32": "F32",
    "float64": "F64",
    "bfloat16": "BF16",
    "int8": "I8",
    "int32": "I32",
    "int64": "I64",
}
LAYOUTS = ("model2vec", "sentence-transformers", "nested")


def write_safetensors(path, tensors):
    """`tensors`: name to (dtype name, array). A bfloat16 array is given as float32 and cut."""
    header, body = {}, b""
    for name, (dtype, array) in tensors.items():
        array = np.ascontiguousarray(array)
        data = (
            to_bfloat16_bits(array).tobytes()
            if dtype == "bfloat16"
            else array.astype(dtype).tobytes()
        )
        header[name] = {
            "dtype": DTYPES[dtype],
            "shape": list(array.shape),
            "data_offsets": [len(body), len(body) + len(data)],
        }
        body += data
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    Path(path).write_bytes(struct.pack("<Q", len(text)) + text + body)


def read_safetensors(path):
    """Name to array. numpy has no bfloat16: not for such files."""
    names = {code: name for name, code in DTYPES.items()}
    data = Path(path).read_bytes()
    (length,) = struct.unpack_from("<Q", data)
    tensors = {}
    for name, entry in json.loads(data[8 : 8 + length]).items():
        if name != "__metadata__":
            first, last = entry["data_offsets"]
            values = np.frombuffer(
                data[8 + length + first : 8 + length + last], names[entry["dtype"]]
            )
            tensors[name] = values.reshape(entry["shape"])
    return tensors


def to_bfloat16_bits(array):
    """The upper half of float32, cut and not rounded: any values will do here."""
    return (np.ascontiguousarray(array, np.float32).view(np.uint32) >> 16).astype(np.uint16)


def as_bfloat16(array):
    """float32 values that bfloat16 holds exactly."""
    return (to_bfloat16_bits(array).astype(np.uint32) << 16).view(np.float32)


@dataclass
class Model:
    """What goes into a folder; `config` is the content of config.json."""

    tokenizer: dict
    embeddings: np.ndarray
    dtype: str = "float32"
    weights: np.ndarray | None = None
    weights_dtype: str = "float64"
    mapping: np.ndarray | None = None
    mapping_dtype: str = "int64"
    config: dict = field(default_factory=lambda: {"normalize": True})
    modules: list | None = None

    def write(self, folder, layout="model2vec"):
        """Writes the folder, which must be new, and returns its path."""
        folder = Path(folder)
        inner = folder / "0_StaticEmbedding" if layout == "nested" else folder
        inner.mkdir(parents=True)
        table = "embeddings" if layout == "model2vec" else "embedding.weight"
        tensors = {table: (self.dtype, self.embeddings)}
        if self.weights is not None:
            tensors["weights"] = (self.weights_dtype, self.weights)
        if self.mapping is not None:
            tensors["mapping"] = (self.mapping_dtype, self.mapping)
        write_safetensors(inner / "model.safetensors", tensors)
        (inner / "tokenizer.json").write_text(
            json.dumps(self.tokenizer, ensure_ascii=False), encoding="utf-8"
        )
        name = "config.json" if layout == "model2vec" else "config_sentence_transformers.json"
        (folder / name).write_text(json.dumps(self.config))
        if self.modules is not None:
            (folder / "modules.json").write_text(json.dumps(self.modules))
        return folder


def vocabulary_size(settings):
    """The number of tokens of a tokenizer.json, added ones included."""
    added = {token["content"] for token in settings.get("added_tokens", [])}
    return len(added | set(settings["model"]["vocab"]))


def random_table(rows, dim, dtype="float32", seed=0):
    """Values that the dtype holds exactly, some rows far larger than others."""
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(rows, dim)) * rng.choice([0.02, 0.5, 1.0], size=(rows, 1))
    if dtype == "int8":
        return np.clip(np.rint(table * 60), -127, 127).astype(np.int8)
    if dtype == "bfloat16":
        return as_bfloat16(table)
    return table.astype(dtype)


def contents(folder):
    """Relative path to bytes, of every file below; without the speed, which no two runs share."""
    files = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    files["README.md"] = re.sub(rb"\| Speed \|.*\n", b"", files["README.md"])
    return files
