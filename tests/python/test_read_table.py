"""Texts and labels from files."""

import gzip
import json
import sys

import pytest

from m2v.train import read_table

TEXTS = ["the cat", 'a "quoted", text', "ünï \u2028 \U0001f600"]


def write(path, text):
    path.write_bytes(text.encode())
    return path


def test_tsv(tmp_path):
    """As the command reads it: no quoting, nothing ends a line but LF, columns in between are passed over."""
    path = write(tmp_path / "a.tsv", "".join(f"{n}\tx\t{text}\n" for n, text in enumerate(TEXTS)))
    assert read_table(path) == (TEXTS, ["0", "1", "2"])
    assert read_table(write(tmp_path / "b.TSV", "a\tb\r\nc\t")) == (["b", ""], ["a", "c"])
    with pytest.raises(ValueError, match="c.tsv: line 2"):
        read_table(write(tmp_path / "c.tsv", "a\tb\nc\n"))


def test_csv(tmp_path):
    rows = ['label,text,more', 'x,the cat,1', 'y,"a ""quoted"", text",2', '"z,z","two\nlines",3']
    path = write(tmp_path / "a.csv", "\ufeff" + "\r\n".join(rows))
    assert read_table(path) == ([*TEXTS[:2], "two\nlines"], ["x", "y", "z,z"])
    assert read_table(path, text="more", label="text")[0] == ["1", "2", "3"]
    path = write(tmp_path / "b.csv", "text,labels\na,x; y\nb,\n")
    assert read_table(str(path)) == (["a", "b"], [["x", "y"], []])
    for name, text, message in (
        ("c.csv", "text,label\na\n", "c.csv: line 2: not as many columns"),
        ("d.csv", "text,label\na,b,c\n", "d.csv: line 2: not as many columns"),
        ("e.csv", "text,topic\na,b\n", r'e.csv: line 1: the header has no column "label"; there are "text", "topic"'),
    ):
        with pytest.raises(ValueError, match=message):
            read_table(write(tmp_path / name, text))


@pytest.mark.parametrize("labels", [["x", "y", "x"], [1, 2, 1], [["x"], ["x", "y"], []], [[0.5, 1.0]] * 3])
def test_jsonl(tmp_path, labels):
    name = "label" if isinstance(labels[0], (str, int)) else "labels"
    lines = [json.dumps({"text": text, name: label, "more": 1}) for text, label in zip(TEXTS, labels)]
    assert read_table(write(tmp_path / "a.jsonl", "\n".join(lines))) == (TEXTS, labels)
    pairs = "".join(json.dumps({"question": text, "answer": text[::-1]}) + "\n" for text in TEXTS)
    assert read_table(write(tmp_path / "b.jsonl", pairs), "question", "answer") == (TEXTS, [t[::-1] for t in TEXTS])


@pytest.mark.parametrize("line", ["{", "[]", '{"text": "a"}', '{"label": "a"}', '{"text": "a", "labels": ["b"]'])
def test_jsonl_that_is_wrong(tmp_path, line):
    path = write(tmp_path / "a.jsonl", f'{{"text": "a", "label": "b"}}\n{line}\n')
    with pytest.raises(ValueError, match="a.jsonl: line 2"):
        read_table(path)


def test_other_files(tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="must be .parquet, .jsonl, .csv or .tsv"):
        read_table(write(tmp_path / "a.txt", "a"))
    with pytest.raises(FileNotFoundError):
        read_table(tmp_path / "none.csv")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ImportError, match="pip install pyarrow"):
        read_table(tmp_path / "a.parquet")
    with pytest.raises(ImportError, match="pip install pyarrow"):
        read_table(tmp_path / "a.feather")
    with pytest.raises(ValueError, match="format must be"):
        read_table(tmp_path / "a.csv", format="lines")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("compress", [lambda data: data, gzip.compress], ids=["plain", "gzip"])
def test_as_the_command_reads_files(tmp_path, encoding, compress):
    """Encodings, compression, formats by argument, names of columns: one module does it for both."""

    def written(name, text):
        (tmp_path / name).write_bytes(compress(text.encode(encoding)))
        return tmp_path / name

    assert read_table(written("a.tsv", "x\tä\n\n")) == (["ä"], ["x"])
    assert read_table(written("a.csv.gz", "label,text\nx,ä\n")) == (["ä"], ["x"])
    assert read_table(written("a.ndjson", '{"label": 1.5, "text": "ä\\ud800", "n": NaN}\n\n')) == (["ä\ufffd"], [1.5])
    assert read_table(written("a.txt", "topic\tbody\nx\tä\n"), "body", "topic", format="tsv") == (["ä"], ["x"])


def test_what_is_said_of_files(tmp_path):
    with pytest.warns(UserWarning, match="a.tsv: line 1 is treated as a header"):
        assert read_table(write(tmp_path / "a.tsv", "label\ttext\na\tb\n")) == (["b"], ["a"])
    (tmp_path / "b.csv").write_bytes(b"text,label\na,caf\xe9\n")
    with pytest.raises(ValueError, match="b.csv: line 2: the label .* not well-formed UTF-8"):
        read_table(tmp_path / "b.csv")
    (tmp_path / "c.csv").write_bytes(b"PK\x03\x04rest")
    with pytest.raises(ValueError, match="c.csv: no text: it is a ZIP archive"):
        read_table(tmp_path / "c.csv")
