"""Files of texts: every command reads every format in any encoding and compression, by the same rules."""

import codecs
import csv
import gzip
import io
import json
import random
import shutil
import subprocess

import numpy as np
import pytest
from tokenizers import Tokenizer

import teachers
from labelled import WORDS, rows, write_model
from text_files import COMPRESSIONS, ENCODINGS, FORMATS, content, zstd

TEXTS = ["the quick fox", "naïve café 🙂", "", "it's \"fine\", really", "кот и пёс"]
ANY_TEXTS = [*TEXTS, "two\nlines\tand a tab", "\"quoted\"", ",", "a\rb"]


@pytest.fixture(scope="module")
def model(small_tokenizer, tmp_path_factory):
    return write_model(small_tokenizer, tmp_path_factory.mktemp("texts") / "model")


@pytest.fixture(scope="module")
def reference(model):
    tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
    return lambda texts: [" ".join(map(str, tokenizer.encode(t, add_special_tokens=False).ids)) for t in texts]


def tokens(m2v, model, *arguments, **options):
    return m2v.check("tokenize", "-m", model, *arguments, **options).decode().split("\n")[:-1]


def refused(m2v, *arguments, **options):
    """What the command says when it fails."""
    done = m2v.run(*arguments, **options)
    assert done.returncode == 1, done
    return done.stderr.decode()


# --- formats, encodings, compressions ---


@pytest.mark.parametrize("compression", COMPRESSIONS)
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("extension", FORMATS)
def test_every_form(m2v, model, reference, tmp_path, extension, encoding, compression):
    texts = TEXTS if extension in ("txt", "tsv") else ANY_TEXTS
    for newline in ("\n", "\r\n"):
        data = COMPRESSIONS[compression](ENCODINGS[encoding](content(extension, texts, newline=newline)))
        path = tmp_path / f"texts.{extension}{compression}"
        path.write_bytes(data)
        assert tokens(m2v, model, path) == reference(texts)
    unnamed = tmp_path / "unnamed"
    unnamed.write_bytes(data)
    name = {"txt": "lines", "ndjson": "jsonl"}.get(extension, extension)
    assert tokens(m2v, model, unnamed, "--format", name) == reference(texts)
    assert tokens(m2v, model, "-", "--format", name, stdin=data) == reference(texts)


def test_the_format_overrides_the_name(m2v, model, reference, tmp_path):
    path = tmp_path / "texts.csv"
    path.write_bytes(b"a\tthe fox\n")
    assert tokens(m2v, model, path, "--format", "lines") == reference(["a\tthe fox"])
    assert tokens(m2v, model, path, "--format", "tsv") == reference(["the fox"])
    assert b"--format" in m2v.run("tokenize", "-m", model, path, "--format", "xml").stderr


def test_fields_have_names(m2v, model, reference, tmp_path):
    forms = {
        "a.csv": "id,body\n1,the fox\n",
        "a.tsv": "body\tid\nthe fox\t1\n\n",
        "a.jsonl": '{"id": 1, "body": "the fox", "text": 5}\n',
    }
    for name, text in forms.items():
        (tmp_path / name).write_text(text)
        assert tokens(m2v, model, tmp_path / name, "--text-field", "body") == reference(["the fox"])
        assert "nothere" in refused(m2v, "tokenize", "-m", model, tmp_path / name, "--text-field", "nothere")


def test_all_commands(m2v, model, tmp_path):
    """One odd form for all: UTF-16, CSV, zstd, told by the bytes alone."""

    def write(name, rows):
        out = io.StringIO()
        csv.writer(out).writerows(rows)
        path = tmp_path / name
        path.write_bytes(zstd(codecs.BOM_UTF16_LE + out.getvalue().encode("utf-16-le")))
        return path

    labelled = rows(list(WORDS), 10)
    table = write("table.csv", [["text", "label"], *([text, label] for label, text in labelled)])
    count = len(labelled)
    assert len(m2v.encode_file(model, table)) == count
    assert len(tokens(m2v, model, table)) == count
    pipeline = tmp_path / "pipeline"
    m2v.check("fit", "-m", model, table, "-o", pipeline, "--max-epochs", 2, "--validation", table)
    assert len(m2v.check("predict", "-m", pipeline, table).splitlines()) == count
    report = json.loads(m2v.check("evaluate", "-m", pipeline, table, "--json"))
    assert report["macro avg"]["support"] == count
    found = json.loads(m2v.check("search", "-m", model, "--documents", table, "--json", "fox"))
    assert found["documents"] == count and found["queries"][0]["hits"][0]["line"] > 1
    m2v.check("bench", "-m", model, table)
    m2v.check("verify", model, model, "--texts", table)
    m2v.check("convert", model, "-o", tmp_path / "pruned", "--prune-to", table)
    scored = [["score", "sentence1", "sentence2"], *([n, a, b] for n, ((_, a), (_, b)) in enumerate(zip(labelled, labelled[1:])))]
    pairs = json.loads(m2v.check("evaluate-sts", model, write("pairs.csv", scored), "--json"))
    assert pairs["pairs"] == count - 1


def test_distillation_reads_texts_alike(m2v, tmp_path):
    teacher = teachers.random_bert(tmp_path / "teacher").folder
    words = tmp_path / "words.txt.gz"
    words.write_bytes(gzip.compress(b"\xef\xbb\xbfzibblorp\r\nquuxify\r\n"))
    texts = tmp_path / "texts.csv"
    texts.write_text("text\nzibblorp eats the fox\n")
    options = ["--vocabulary-from", texts, "--frequencies-from", texts, "--prune-to", texts, "--pca-dims", 4]
    m2v.check("distill", teacher, "-o", tmp_path / "model", "--vocabulary", words, *options)
    vocabulary = json.loads((tmp_path / "model" / "tokenizer.json").read_text())["model"]["vocab"]
    assert "zibblorp" in vocabulary and not any("\ufeff" in word for word in vocabulary)


# --- the same as Python ---


def test_random_csv_as_python_reads_it(m2v, model, reference, tmp_path):
    chance = random.Random(5)
    pieces = ["a", "fox", ",", '"', "\n", "\r\n", "é", " ", "\t", ""]
    path = tmp_path / "random.csv"
    for trial in range(40):
        width = chance.randint(1, 3)
        table = [["".join(chance.choices(pieces, k=chance.randint(0, 6))) for _ in range(width)] for _ in range(30)]
        out = io.StringIO()
        style = chance.choice([csv.QUOTE_ALL, csv.QUOTE_MINIMAL])
        writer = csv.writer(out, lineterminator=chance.choice(["\n", "\r\n"]), quoting=style)
        writer.writerow(["text", "b", "c"][:width])
        writer.writerows(table)
        path.write_bytes(out.getvalue().encode())
        expected = [row["text"] for row in csv.DictReader(io.StringIO(out.getvalue(), newline=""), strict=True)]
        assert tokens(m2v, model, path) == reference(expected), out.getvalue()


@pytest.mark.parametrize("codec,mark", [("utf-8", b""), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff"), ("utf-32-be", b"\0\0\xfe\xff")])
def test_random_bytes_as_python_decodes_them(m2v, model, reference, tmp_path, codec, mark):
    chance = random.Random(codec)
    text = "the fox é € 🙂 кот\n" * 3
    lines = []
    path = tmp_path / "random.txt"
    for _ in range(60):
        data = bytearray(text.encode(codec))
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(len(data))] = chance.choice([0x80, 0xC3, 0xE2, 0xF0, 0xFF, 0xD8, 0xDC, 0x41, 0xED, 0xA0])
        del data[len(data) - chance.randint(0, 5) :]
        path.write_bytes(mark + data)
        decoded = bytes(data).decode(codec, "replace").split("\n")
        if decoded[-1] == "":
            decoded.pop()
        assert tokens(m2v, model, path) == reference([line.removesuffix("\r") for line in decoded])


def test_random_json_as_python_reads_it(m2v, model, reference, tmp_path):
    chance = random.Random(8)
    pieces = ['\\"', "\\\\", "\\n", "\\u00e9", "\\ud83d\\ude42", "\\ud83d", "\\ude42", "fox", "é", "🙂", "\\/"]
    values = ["1", "NaN", "-Infinity", "[1, [2]]", '{"text": "no"}', '"\\ud800"', "null", "1e9999", "12345678901234567890123"]
    lines, expected = [], []
    for _ in range(500):
        members = [f'"text": "{"".join(chance.choices(pieces, k=chance.randint(0, 5)))}"' for _ in range(chance.choice([1, 1, 2]))]
        members += [f'"{name}": {chance.choice(values)}' for name in "abc"[: chance.randint(0, 3)]]
        chance.shuffle(members)
        lines.append("{" + ", ".join(members) + "}" + chance.choice(["", " ", "\r"]))
        text = json.loads(lines[-1])["text"]
        expected.append("".join("\ufffd" if 0xD800 <= ord(c) < 0xE000 else c for c in text))
    path = tmp_path / "random.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8", newline="\n")
    assert tokens(m2v, model, path) == reference(expected)


# --- what is refused, and what is nothing ---


def binary_files(model):
    chance = np.random.default_rng(3)
    floats = io.BytesIO()
    np.save(floats, chance.normal(size=(50, 8)).astype(np.float32))
    return {
        "weights": (model / "model.safetensors").read_bytes(),
        "an array": floats.getvalue(),
        "raw floats": chance.normal(size=5000).astype(np.float32).tobytes(),
        "chance": chance.bytes(20_000),
        "a program": b"\x7fELF\x02\x01\x01" + bytes(57),
        "a ZIP archive": b"PK\x03\x04\x14\0\0\0",
        "UTF-16 without a mark": "the fox\n".encode("utf-16-le"),
        "twice compressed": gzip.compress(gzip.compress(b"fox\n")),
        "an image": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    }


@pytest.mark.parametrize("name", ["weights", "an array", "raw floats", "chance", "a program", "a ZIP archive", "UTF-16 without a mark", "twice compressed", "an image"])
def test_binary_input_is_refused_by_name(m2v, model, tmp_path, name):
    data = binary_files(model)[name]
    for path in (tmp_path / "input.bin", tmp_path / "input.jsonl", tmp_path / "input.csv"):
        path.write_bytes(data)
        assert path.name in refused(m2v, "encode", "-m", model, path, "-o", tmp_path / "x.npy")
        assert not (tmp_path / "x.npy").exists()
    assert "standard input" in refused(m2v, "tokenize", "-m", model, "-", stdin=data)
    assert "input.bin" in refused(m2v, "search", "-m", model, "--documents", tmp_path / "input.bin", "fox")


@pytest.mark.parametrize("compress", [gzip.compress, zstd], ids=["gzip", "zstd"])
def test_data_that_are_cut_off_are_refused(m2v, model, tmp_path, compress):
    data = compress("".join(f"{n} the fox {n * n}\n" for n in range(5000)).encode())
    path = tmp_path / "cut.txt"
    for size in (len(data) // 2, len(data) - 1, len(data) - 9):
        path.write_bytes(data[:size])
        message = refused(m2v, "encode", "-m", model, path, "-o", tmp_path / "x.npy")
        assert "cut.txt" in message and "cut off" in message
    path.write_bytes(data + compress(b"more\n"))
    assert len(m2v.encode_file(model, path)) == 5001


@pytest.mark.parametrize("name,data,count", [
    ("a.txt", b"a\nb\n", 2),
    ("a.jsonl", b'{"text": "a"}\n{"text": "b"}\n\n\n', 2),
    ("b.jsonl", b'\xef\xbb\xbf{"text": "a"}\r\n{"text": "b"}\r\n \r\n', 2),
    ("a.csv", b"text\na\nb\n\n\r\n", 2),
    ("a.tsv", b"x\ta\nx\tb\n", 2),
    ("u16.txt", "Привет мир\r\nhello world\r\n".encode("utf-16"), 2),
    ("mark.txt", b"\xef\xbb\xbf", 0),
    ("empty.txt.gz", gzip.compress(b""), 0),
])
def test_what_is_no_text(m2v, model, tmp_path, name, data, count):
    (tmp_path / name).write_bytes(data)
    assert len(m2v.encode_file(model, tmp_path / name)) == count


def test_a_quote_without_an_end_is_told_with_its_line(m2v, model, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('text,label\n"a\nb",x\nc,"never closed\nd,x\n')
    for arguments in (["tokenize", "-m", model, path], ["fit", "-m", model, path, "-o", tmp_path / "m"]):
        assert "a.csv: line 4: " in refused(m2v, *arguments)


# --- labels ---


def test_a_label_that_is_ill_formed_is_an_error_with_its_line(m2v, model, tmp_path):
    forms = {"a.tsv": b"x\ta\ncaf\xe9\tb\n", "a.csv": b"text,label\na,caf\xe9\n", "a.jsonl": b'{"text": "a", "label": "x"}\n{"text": "b", "label": "\\ud83d"}\n'}
    for name, data in forms.items():
        (tmp_path / name).write_bytes(data)
        message = refused(m2v, "fit", "-m", model, tmp_path / name, "-o", tmp_path / "m")
        assert f"{name}: line 2: " in message and not (tmp_path / "m").exists()


def test_labels_stay_in_their_lines(m2v, model, tmp_path):
    labels = {"two\nlines": "two\\nlines", "a\ttab": "a\\ttab", "c\\d\\": "c\\d\\", "back\\nslash": "back\\\\nslash", "cr\r": "cr\\r"}
    lines = [json.dumps({"text": text, "label": list(labels)[n % 5]}) for n, (_, text) in enumerate(rows(list(WORDS), 20))]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(lines))
    m2v.check("fit", "-m", model, path, "-o", tmp_path / "m", "--max-epochs", 1)
    printed = m2v.check("predict", "-m", tmp_path / "m", path).decode().split("\n")[:-1]
    assert len(printed) == len(lines) and set(printed) <= set(labels.values())
    for line in m2v.check("predict", "-m", tmp_path / "m", path, "--top", 5).decode().split("\n")[:-1]:
        assert sorted(line.split("\t")[::2]) == sorted(labels.values())


def test_a_tsv_header_is_told(m2v, model, tmp_path):
    made = "".join(f"{label}\t{text}\n" for label, text in rows(list(WORDS), 6))
    path = tmp_path / "a.tsv"
    path.write_text("label\ttext\n" + made)
    done = m2v.run("fit", "-m", model, path, "-o", tmp_path / "m", "--max-epochs", 1)
    assert done.returncode == 0 and b"a.tsv: line 1 is treated as a header" in done.stderr
    config = json.loads((tmp_path / "m" / "config.json").read_text())
    assert config["head_config"]["classes"] == sorted(WORDS)
    done = m2v.run("tokenize", "-m", model, path)
    assert len(done.stdout.splitlines()) == 18 and b"treated as a header" in done.stderr
    path.write_text("label\ttext\n" + made + "label\tthe fox\n")
    m2v.check("fit", "-m", model, path, "-o", tmp_path / "m2", "--max-epochs", 1)
    config = json.loads((tmp_path / "m2" / "config.json").read_text())
    assert config["head_config"]["classes"] == sorted([*WORDS, "label"])
    path.write_text("score\tsentence1\tsentence2\n1\ta fox\tthe fox\n3\tbread\tyeast\n")
    assert json.loads(m2v.check("evaluate-sts", model, path, "--json"))["pairs"] == 2


# --- files that change, and pipes ---


def test_a_file_that_becomes_shorter_does_not_end_the_program(m2v, model, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("".join(f"{text} number {n}\n" for n, (_, text) in enumerate(rows(list(WORDS), 3000))))
    arguments = ["search", "-m", model, "--documents", path, "--interactive", "--json", "fox"]
    running = m2v.start(*arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    first = running.stdout.readline()
    path.write_text("")
    running.stdin.write(b"\xef\xbb\xbfbread\r\n")
    running.stdin.close()
    second = running.stdout.readline()
    assert running.wait() == 0
    assert json.loads(first)["query"] == "fox" and json.loads(second)["query"] == "bread"
    assert json.loads(second)["hits"][0]["text"]


def test_a_stream_answers_line_by_line(m2v, model, reference):
    for start in (b"", b"\xef\xbb\xbf"):
        running = m2v.start("tokenize", "-m", model, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for text in ("a", "the fox", "(", "é"):
            running.stdin.write(start + text.encode() + b"\n")
            running.stdin.flush()
            start = b""
            assert running.stdout.readline().decode().rstrip("\n") == reference([text])[0]
        running.stdin.close()
        assert running.wait() == 0


def test_long_lines_from_a_pipe(m2v, model, tmp_path):
    data = b"fox " * 3_000_000
    ids = m2v.check("tokenize", "-m", model, "-", stdin=data + b"\n" + data)
    assert [line.count(b" ") + 1 for line in ids.splitlines()] == [3_000_000] * 2
