"""Reading texts with their labels."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from m2v.model import PathLike

_LABELS = ("label", "labels")


def read_table(path: PathLike, text: str = "text", label: str | None = None) -> tuple[list[str], list[Any]]:
    """The texts of a file, and what belongs to each: a label, a list of labels or numbers, or another text.

    By extension: `.parquet` (needs pyarrow); `.jsonl`, an object a line; `.csv`, with a header; `.tsv` without a header
    and without quoting, of which the first column is the label and the last one the text. Labels of .csv and .tsv are
    strings, and a column `labels` of .csv has semicolons between them, as for the command.

    :param path: The file, UTF-8.
    :param text: The column, or field, of the texts; of no effect for .tsv.
    :param label: The column of what belongs to them; by default `label` or `labels`, whichever is there.
    :raises ValueError: for another extension, or a file without these columns.
    """
    file = Path(path)
    suffix = file.suffix.lower()
    if suffix == ".parquet":
        return _read_parquet(file, text, label)
    if suffix == ".tsv":
        return _read_tsv(file)
    if suffix not in _ROWS:
        raise ValueError(f"{file}: the extension must be .parquet, .jsonl, .csv or .tsv")
    texts, labels = [], []
    for line, row in _ROWS[suffix](file):
        name = label or next((name for name in _LABELS if name in row), None)
        if text not in row or name is None or name not in row:
            wanted = f'"{label}"' if label else '"label" or "labels"'
            raise ValueError(f'{file}, line {line}: "{text}" and {wanted} are asked for, and there are {sorted(row)}')
        texts.append(row[text])
        several = suffix == ".csv" and name == "labels"
        labels.append([part.strip(" ") for part in row[name].split(";") if part] if several else row[name])
    return texts, labels


def _csv_rows(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines, strict=True)
        for row in reader:
            if None in row or None in row.values():
                raise ValueError(f"{file}, line {reader.line_num}: not as many columns as the header has")
            yield reader.line_num, row


def _jsonl_rows(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                row = json.loads(line)
            except ValueError as problem:
                raise ValueError(f"{file}, line {number}: {problem}") from None
            if not isinstance(row, dict):
                raise ValueError(f"{file}, line {number}: an object is expected")
            yield number, row


_ROWS = {".csv": _csv_rows, ".jsonl": _jsonl_rows}


def _read_tsv(file: Path) -> tuple[list[str], list[str]]:
    texts, labels = [], []
    with file.open(encoding="utf-8", newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            columns = line.removesuffix("\n").removesuffix("\r").split("\t")
            if len(columns) < 2:
                raise ValueError(f"{file}, line {number}: a label, a tab and a text are expected")
            labels.append(columns[0])
            texts.append(columns[-1])
    return texts, labels


def _read_parquet(file: Path, text: str, label: str | None) -> tuple[list[str], list[Any]]:
    try:
        from pyarrow import parquet
    except ImportError:
        raise ImportError("reading Parquet needs pyarrow: pip install pyarrow") from None
    names = parquet.read_schema(file).names
    name = label or next((name for name in _LABELS if name in names), None)
    if text not in names or name not in names:
        raise ValueError(f"{file}: columns {text!r} and {label or 'label or labels'!r} are asked for, and there are {names}")
    table = parquet.read_table(file, columns=[text, name])
    return table[text].to_pylist(), table[name].to_pylist()
