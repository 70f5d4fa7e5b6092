"""Reading texts with their labels."""

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
_COLUMNAR = (".parquet", ".arrow", ".arrows", ".ipc", ".feather")  # pyarrow reads them


@checked
def read_table(
    path: PathLike, text: str = "text", label: str | None = None, format: str | None = None
) -> tuple[list[str], list[Any]]:
    """The texts of a file, and what belongs to each: a label, a list of labels or numbers, or another text.

    By extension: `.jsonl` or `.ndjson`, an object per line; `.csv`, with a header; `.tsv`, without a header and without
    quoting, of which the first column is the label and the last one the text; each of these also compressed, with `.gz`
    or `.zst` behind it. `.parquet`, `.arrow` and `.feather` need pyarrow. Files are read as the command reads them: byte
    order marks are removed, UTF-16 is decoded, and what is ill-formed in a text becomes U+FFFD. Labels of .csv and .tsv
    are strings, and a column `labels` of .csv has semicolons between them.

    :param path: The file.
    :param text: The column, or field, of the texts. A .tsv file begins with a header if it is not "text".
    :param label: The column of what belongs to them; by default `label` or `labels`, whichever is there. A .tsv file
        begins with a header if it is given.
    :param format: "tsv", "csv" or "jsonl", whatever the extension is.
    :raises ValueError: for another extension, or a file that is not as it should be; the line is named.
    """
    file = Path(path)
    if format is not None and format not in _FORMATS.values():
        raise ValueError(f"format must be 'tsv', 'csv' or 'jsonl', and not {format!r}")
    suffixes = [suffix.lower() for suffix in file.suffixes]
    if suffixes and suffixes[-1] in _COMPRESSED:
        suffixes.pop()
    suffix = suffixes[-1] if suffixes else ""
    if format is None and suffix in _COLUMNAR:
        return _read_columns(file, text, label)
    if format is None and suffix not in _FORMATS:
        raise ValueError(
            f"{file}: the extension must be .parquet, .jsonl, .csv or .tsv (or .ndjson, .arrow, .feather), "
            "or format must say what it is"
        )
    text_field = "" if text == "text" else text
    try:
        texts, values, notices = _train.read_table(file, format or _FORMATS[suffix], text_field, label or "")
    except _m2v.IoError as problem:  # as Python calls it, FileNotFoundError for one
        raise OSError(problem.errno, os.strerror(problem.errno), str(file)) from None
    for notice in notices:
        warn_caller(notice)
    return texts, [json.loads(value) for value in values]


def _read_columns(file: Path, text: str, label: str | None) -> tuple[list[str], list[Any]]:
    """Two columns of a Parquet or Arrow file."""
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
            raise ValueError(f"{file}: columns {text!r} and {wanted!r} are asked for, and there are {names}")
        table = read([text, name])
    except pyarrow.ArrowInvalid as problem:
        raise ValueError(f"{file}: {problem}") from None
    return table[text].to_pylist(), table[name].to_pylist()


def _open_parquet(file: Path) -> tuple[list[str], Any]:
    from pyarrow import parquet

    return parquet.read_schema(file).names, lambda columns: parquet.read_table(file, columns=columns)


def _open_arrow(file: Path) -> tuple[list[str], Any]:
    """Feather files of version 2 are Arrow files; what data sets are cached in are Arrow streams."""
    from pyarrow import ipc

    with file.open("rb") as start:
        is_file = start.read(6) == b"ARROW1"
    with file.open("rb") as source:
        table = (ipc.open_file if is_file else ipc.open_stream)(source).read_all()
    return table.column_names, table.select
