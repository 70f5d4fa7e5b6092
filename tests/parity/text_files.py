"""The same texts as files of every format, encoding and compression."""

import csv
import gzip
import io
import json
import subprocess

FORMATS = ("txt", "tsv", "csv", "jsonl", "ndjson")


def content(extension, texts, labels=None, newline="\n"):
    """A file's text. Lines and TSV cannot hold texts with line ends or tabs."""
    labels = labels or ["x"] * len(texts)
    if extension == "txt":
        return "".join(text + newline for text in texts)
    if extension == "tsv":
        return "".join(label + "\t" + text + newline for label, text in zip(labels, texts))
    if extension == "csv":
        out = io.StringIO()
        rows = csv.writer(out, lineterminator=newline)
        rows.writerow(["id", "text", "label"])
        rows.writerows([n, text, label] for n, (text, label) in enumerate(zip(texts, labels)))
        return out.getvalue()
    return "".join(json.dumps({"text": text, "label": label, "n": 1.5}) + newline for text, label in zip(texts, labels))


def zstd(data):
    return subprocess.run(["zstd", "-q", "-c"], input=data, stdout=subprocess.PIPE, check=True).stdout


ENCODINGS = {
    "plain": lambda text: text.encode(),
    "mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "utf-16-le": lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
    "utf-16-be": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "utf-32-le": lambda text: b"\xff\xfe\0\0" + text.encode("utf-32-le"),
}
COMPRESSIONS = {"": lambda data: data, ".gz": gzip.compress, ".zst": zstd}
