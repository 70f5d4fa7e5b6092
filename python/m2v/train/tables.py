"""Reads files of texts with labels or other targets."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from m2v import _m2v, _train
from m2v.arguments import checked
from m2v.events import warn_caller
from m2v.model import PathLike

_LABELS = ("label", "labels")
_FORMATS = {".tsv": "tsv", ".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
_COMPRESSED = (".gz", ".zst")
_COLUMNAR = (".parquet", ".arrow", ".arrows", ".ipc", ".feather")  # read by pyarrow


@checked
def read_table(
    path: PathLike, text: str = "text", label: str | None = None, format: str | None = None
) -> tuple[list[str], list[Any]]:
    """Returns the texts of a file, and the target of each: a label, a list of labels or numbers, or another text.

    The format depends on the extension: `.jsonl` and `.ndjson` have one object per line; `.csv` has a header; `.tsv`
    has neither a header nor quoting, its first column is the label and its last one the text. Each of these may be
    compressed, with a further extension `.gz` or `.zst`. `.parquet`, `.arrow` and `.feather` require pyarrow. As in the
    command, byte order marks are removed, UTF-16 is decoded, and ill-formed parts of texts become U+FFFD. Labels in
    .csv and .tsv files are strings; those in a column `labels` of a .csv file are separated by semicolons.

    :param path: The file.
    :param text: The column or field of the texts. If it is not "text", a .tsv file must have a header.
    :param label: The column or field of the targets; by default `label` or `labels`, whichever exists. If it is given,
        a .tsv file must have a header.
    :param format: "tsv", "csv" or "jsonl", regardless of the extension; None: by the extension.
    :raises ValueError: if the extension is unknown or the file is malformed; the message contains the line.
    """
    file = Path(path)
    if format is not None and format not in _FORMATS.values():
        raise ValueError(f"format must be 'tsv', 'csv' or 'jsonl', not {format!r}")
    suffixes = [suffix.lower() for suffix in file.suffixes]
    if suffixes and suffixes[-1] in _COMPRESSED:
        suffixes.pop()
    suffix = suffixes[-1] if suffixes else ""
    if format is None and suffix in _COLUMNAR:
        return _read_columns(file, text, label)
    if format is None and suffix not in _FORMATS:
        raise ValueError(
            f"{file}: the extension must be .parquet, .jsonl, .csv or .tsv (or .ndjson, .arrow, .feather), "
            "or pass format"
        )
    text_field = "" if text == "text" else text
    try:
        texts, values, notices = _train.read_table(file, format or _FORMATS[suffix], text_field, label or "")
    except _m2v.IoError as problem:  # gives Python's own subclasses, e.g. FileNotFoundError
        raise OSError(problem.errno, os.strerror(problem.errno), str(file)) from None
    for notice in notices:
        warn_caller(notice)
    return texts, [json.loads(value) for value in values]


def _read_columns(file: Path, text: str, label: str | None) -> tuple[list[str], list[Any]]:
    """Reads two columns of a Parquet or Arrow file."""
    try:
        import pyarrow
    except ImportError:
        kind = "Parquet" if file.suffix.lower() == ".parquet" else "Arrow"
        raise ImportError(f"reading {kind} needs pyarrow: pip install pyarrow") from None
    try:
        names, read = _open_parquet(file) if file.suffix.lower() == ".parquet" else _open_arrow(file)
        name = label or next((name for name in _LABELS if name in names), None)
        if text not in names or name not in names:
            wanted = label or "label or labels"
            raise ValueError(f"{file}: columns {text!r} and {wanted!r} not found; the file has {names}")
        table = read([text, name])
    except pyarrow.ArrowInvalid as problem:
        raise ValueError(f"{file}: {problem}") from None
    return table[text].to_pylist(), table[name].to_pylist()


def _open_parquet(file: Path) -> tuple[list[str], Any]:
    from pyarrow import parquet

    return parquet.read_schema(file).names, lambda columns: parquet.read_table(file, columns=columns)


def _open_arrow(file: Path) -> tuple[list[str], Any]:
    """Reads an Arrow file (e.g. Feather version 2) or an Arrow stream (e.g. in the cache of Hugging Face datasets)."""
    from pyarrow import ipc

    with file.open("rb") as start:
        is_file = start.read(6) == b"ARROW1"
    with file.open("rb") as source:
        table = (ipc.open_file if is_file else ipc.open_stream)(source).read_all()
    return table.column_names, table.select
