"""Texts, labels and vectors as other libraries hold them: the same model as of lists."""

import json

import numpy as np
import pandas
import pyarrow
import pytest
import torch
from datasets import Dataset, DatasetDict
from pyarrow import csv, feather, ipc, parquet

from m2v import Tokenizer
from m2v.train import StaticModelForClassification, StaticModelForRegression, read_table

WORDS = ["[UNK]", "bread", "yeast", "moon", "tide", "the", "a"]
TOKENIZER = Tokenizer.from_str(
    json.dumps(
        {
            "pre_tokenizer": {"type": "Whitespace"},
            "model": {"type": "WordLevel", "vocab": {w: i for i, w in enumerate(WORDS)}, "unk_token": "[UNK]"},
        }
    )
)
TABLE = np.random.default_rng(0).normal(size=(len(WORDS), 8)).astype(np.float32)
TEXTS = ["the bread", "a moon", "bread yeast", "moon tide", "the yeast", "the tide", "yeast a", "tide moon"] * 4
LABELS = ["bread", "moon"] * 16
LISTS = [["bread"], ["moon", "night"]] * 16
VECTORS = np.random.default_rng(1).normal(size=(32, 3)).astype(np.float32)
OPTIONS = {"max_epochs": 3, "batch_size": 8}


def train(kind, texts, y):
    trainer = kind(vectors=TABLE, tokenizer=TOKENIZER, hidden_dim=4)
    trainer.fit(texts, y, **OPTIONS)
    classes = trainer.classes_ if kind is StaticModelForClassification else None
    return classes, trainer.to_static_model().embedding.tobytes(), trainer.encode(TEXTS).tobytes()


COLUMNS = {"text": TEXTS, "label": LABELS, "number": [0, 1] * 16, "labels": LISTS, "vector": VECTORS.tolist()}
HOLDERS = {
    "pandas": lambda: pandas.DataFrame(COLUMNS),
    "pandas with numpy's types": lambda: pandas.DataFrame({k: pandas.Series(v, dtype=object) for k, v in COLUMNS.items()}),
    "Arrow": lambda: pyarrow.table(COLUMNS),
    "Hugging Face": lambda: Dataset.from_dict(COLUMNS),
    "Hugging Face, torch": lambda: Dataset.from_dict(COLUMNS).with_format("torch"),
    "Hugging Face, numpy": lambda: Dataset.from_dict(COLUMNS).with_format("numpy"),
    "Hugging Face, Arrow": lambda: Dataset.from_dict(COLUMNS).with_format("arrow"),
}


@pytest.mark.parametrize("holder", HOLDERS)
@pytest.mark.parametrize("column", ["label", "number", "labels", "vector"])
def test_columns(holder, column):
    kind = StaticModelForRegression if column == "vector" else StaticModelForClassification
    held = HOLDERS[holder]()
    assert train(kind, held["text"], held[column]) == train(kind, TEXTS, COLUMNS[column])
    with pytest.raises(ValueError, match="Pass one of its columns"):
        train(kind, held, held[column])


def test_tensors():
    expected = train(StaticModelForRegression, TEXTS, VECTORS)
    for y in (torch.from_numpy(VECTORS), torch.from_numpy(VECTORS).requires_grad_(), list(torch.from_numpy(VECTORS))):
        assert train(StaticModelForRegression, TEXTS, y) == expected
    numbers = torch.tensor([0, 1] * 16)
    assert train(StaticModelForClassification, TEXTS, numbers) == train(StaticModelForClassification, TEXTS, [0, 1] * 16)
    of_tensor = StaticModelForClassification(vectors=torch.from_numpy(TABLE), tokenizer=TOKENIZER)
    assert np.array_equal(of_tensor.vectors, TABLE)
    weighted = {"class_weight": torch.tensor([1.0, 3.0]), **OPTIONS}
    one, two = (StaticModelForClassification(vectors=TABLE, tokenizer=TOKENIZER, hidden_dim=4) for _ in range(2))
    one.fit(TEXTS, LABELS, **weighted)
    two.fit(TEXTS, LABELS, **{**weighted, "class_weight": {"bread": 1.0, "moon": 3.0}})
    assert np.array_equal(one.predict_proba(TEXTS), two.predict_proba(TEXTS))


def test_what_is_missing():
    """Pandas has NaN for it, or NA, or None."""
    for missing in (None, np.nan, pandas.NA):
        labels = pandas.Series([missing, *LABELS[1:]], dtype=object)
        with pytest.raises(ValueError, match="must not be missing, but number 0"):
            train(StaticModelForClassification, TEXTS, labels)
    with pytest.raises(ValueError, match="X must be strings, but number 1"):
        train(StaticModelForClassification, pandas.Series([TEXTS[0], np.nan, *TEXTS[2:]], dtype=object), LABELS)
    with pytest.raises(ValueError, match="Pass one of its columns"):
        train(StaticModelForClassification, DatasetDict({"train": Dataset.from_dict(COLUMNS)}), LABELS)


@pytest.mark.parametrize("column", ["label", "number", "labels", "vector"])
def test_parquet(tmp_path, column):
    parquet.write_table(pyarrow.table(COLUMNS), tmp_path / "a.parquet")
    texts, labels = read_table(tmp_path / "a.parquet", label=column)
    assert texts == TEXTS and labels == COLUMNS[column]
    renamed = pyarrow.table({"sentence": TEXTS, "labels" if column == "labels" else "label": COLUMNS[column]})
    parquet.write_table(renamed, tmp_path / "b.parquet")
    assert read_table(tmp_path / "b.parquet", "sentence") == (TEXTS, COLUMNS[column])
    with pytest.raises(ValueError, match="the file has .'sentence', 'label"):
        read_table(tmp_path / "b.parquet")


def test_arrow(tmp_path):
    table = pyarrow.table(COLUMNS)
    feather.write_feather(table, tmp_path / "a.feather")
    with ipc.new_file(tmp_path / "file.arrow", table.schema) as out:
        out.write_table(table)
    with ipc.new_stream(tmp_path / "stream.arrow", table.schema) as out:
        out.write_table(table)
    for name in ("a.feather", "file.arrow", "stream.arrow"):
        assert read_table(tmp_path / name, label="number") == (TEXTS, COLUMNS["number"])
        with pytest.raises(ValueError, match="nothere"):
            read_table(tmp_path / name, label="nothere")
    (tmp_path / "cut.arrow").write_bytes((tmp_path / "file.arrow").read_bytes()[:-20])
    with pytest.raises(ValueError, match="cut.arrow"):
        read_table(tmp_path / "cut.arrow")


def test_csv_as_arrow_writes_it(tmp_path):
    texts = ['"quoted"', "two\nlines", "a, b", ""] * 8
    csv.write_csv(pyarrow.table({"text": texts, "label": LABELS}), tmp_path / "a.csv")
    assert read_table(tmp_path / "a.csv") == (texts, LABELS)
    pandas.DataFrame({"text": texts, "label": LABELS}).to_csv(tmp_path / "b.csv", index=False)
    assert read_table(tmp_path / "b.csv") == (texts, LABELS)
