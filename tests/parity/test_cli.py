"""The command line: inputs, outputs, exit codes, and what is left behind when it is stopped."""

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest

import teachers
import tokenizer_files
from compare import Reference
from model_folders import Model, contents, random_table, read_safetensors, vocabulary_size

PASSAGES = Path(__file__).parents[2] / "examples" / "passages.txt"
TEXTS = ["The quick brown fox", "", "élèves préfèrent", "[UNK] ???", "x" * 150]


@pytest.fixture(scope="module")
def model(small_tokenizer, tmp_path_factory):
    table = random_table(vocabulary_size(small_tokenizer), 12)
    return Model(small_tokenizer, table).write(tmp_path_factory.mktemp("cli") / "model")


@pytest.fixture(scope="module")
def reference(model):
    return Reference(model / "tokenizer.json")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return teachers.random_bert(tmp_path_factory.mktemp("teacher") / "tiny", seed=4).folder


def lines(done_output):
    return done_output.decode().split("\n")[:-1]


# --- texts in ---

LINE_INPUTS = {
    "LF at the end": (b"a fox\nthe dog\n", ["a fox", "the dog"]),
    "no LF at the end": (b"a fox\nthe dog", ["a fox", "the dog"]),
    "CRLF": (b"a fox\r\nthe dog\r\n", ["a fox", "the dog"]),
    "one CR is dropped, not two": (b"a fox\r\r\nthe\rdog\n", ["a fox\r", "the\rdog"]),
    "empty lines": (b"\na fox\n\n\n", ["", "a fox", "", ""]),
    "only LF": (b"\n", [""]),
    "only CRLF": (b"\r\n", [""]),
    "empty": (b"", []),
    "NUL": (b"a\0fox\n\0\n", ["a\0fox", "\0"]),
    "other line separators": (
        "a\u2028fox\x85the\x0bdog\x0c\n".encode(),
        ["a\u2028fox\x85the\x0bdog\x0c"],
    ),
}


@pytest.mark.parametrize("name", LINE_INPUTS)
@pytest.mark.parametrize("where", ["file", "stdin"])
def test_lines(m2v, model, reference, tmp_path, where, name):
    data, texts = LINE_INPUTS[name]
    path = tmp_path / "texts.txt"
    path.write_bytes(data)
    out = (
        m2v.check("tokenize", "-m", model, path)
        if where == "file"
        else m2v.check("tokenize", "-m", model, "-", stdin=data)
    )
    assert lines(out) == (reference.lines(texts) if texts else [])


def test_stdin_is_the_default(m2v, model, reference):
    assert lines(m2v.check("tokenize", "-m", model, stdin=b"a fox\n")) == reference.lines(["a fox"])


@pytest.mark.parametrize(
    "extension,data,texts",
    [
        (
            "jsonl",
            b'{"text": "a \\u00e9l\\u00e8ve\\n\\u0000 dog"}\r\n{"id": [1, {"text": "no"}], "text": ""}\n{"text":"fox","label":"x"}',
            ["a élève\n\0 dog", "", "fox"],
        ),
        (
            "jsonl",
            '{"text": "\\ud83d\\udc4d \\"the\\" \\/ \\\\ fox"}\n'.encode(),
            ['👍 "the" / \\ fox'],
        ),
        ("jsonl", b"", []),
        (
            "tsv",
            b"1.5\ta fox\tthe dog\n2\t\t\nonly one column\n\n",
            ["the dog", "", "only one column", ""],
        ),
        ("tsv", b'x\t"quoted"\r\nx\tit\'s "fine\n', ['"quoted"', "it's \"fine"]),
        ("csv", b'id,text\n1,"a,fox\tthe"\n', ["a,fox\tthe"]),
        ("", b"a fox\n", ["a fox"]),
    ],
)
def test_formats(m2v, model, reference, tmp_path, extension, data, texts):
    path = tmp_path / ("texts." + extension if extension else "texts")
    path.write_bytes(data)
    assert lines(m2v.check("tokenize", "-m", model, path)) == (
        reference.lines(texts) if texts else []
    )


def test_tokens(m2v, model, reference):
    out = m2v.check("tokenize", "--tokens", "-m", model, "-", stdin="\n".join(TEXTS).encode())
    expected = [reference.tokens(line) for line in reference.lines(TEXTS)]
    assert [json.loads(line) for line in lines(out)] == expected


def test_teacher_folders_and_files_tokenize(m2v, tiny):
    """A folder without a static model has a tokenizer nevertheless."""
    reference = Reference(tiny / "tokenizer.json")
    assert lines(
        m2v.check("tokenize", "-m", tiny, "-", stdin=b"a fox <user token>\n")
    ) == reference.lines(["a fox <user token>"])


# --- vectors out ---


@pytest.fixture(scope="module")
def vectors(m2v, model):
    return m2v.encode(model, TEXTS)


@pytest.fixture
def texts_file(tmp_path):
    path = tmp_path / "texts.txt"
    path.write_text("\n".join(TEXTS) + "\n", encoding="utf-8")
    return path


def test_npy(m2v, model, texts_file, vectors, tmp_path):
    m2v.check("encode", "-m", model, texts_file, "-o", tmp_path / "x.npy")
    loaded = np.load(tmp_path / "x.npy")
    assert (
        loaded.dtype == np.float32
        and loaded.shape == (len(TEXTS), 12)
        and np.array_equal(loaded, vectors)
    )
    assert not loaded[1].any(), "the empty text has the zero vector"


def test_safetensors(m2v, model, texts_file, vectors, tmp_path):
    m2v.check("encode", "-m", model, texts_file, "-o", tmp_path / "x.safetensors")
    from safetensors.numpy import load_file

    assert np.array_equal(load_file(tmp_path / "x.safetensors")["embeddings"], vectors)


def test_raw(m2v, model, texts_file, vectors, tmp_path):
    m2v.check("encode", "-m", model, texts_file, "-o", tmp_path / "x.f32")
    assert (tmp_path / "x.f32").read_bytes() == vectors.tobytes()
    assert m2v.check("encode", "-m", model, texts_file, "-o", "-") == vectors.tobytes()


def test_jsonl(m2v, model, texts_file, vectors, tmp_path):
    m2v.check("encode", "-m", model, texts_file, "-o", tmp_path / "x.jsonl")
    data = (tmp_path / "x.jsonl").read_bytes()
    rows = [json.loads(line) for line in lines(data)]
    assert all(set(row) == {"vector"} for row in rows)
    assert np.array_equal(
        np.array([row["vector"] for row in rows], np.float32), vectors
    ), "numbers survive the way through text"
    assert m2v.check("encode", "-m", model, texts_file) == data


def test_sequences_as_jsonl(m2v, model, texts_file, tmp_path):
    m2v.check("encode", "--sequence", "-m", model, texts_file, "-o", tmp_path / "x.jsonl")
    m2v.check("encode", "--sequence", "-m", model, texts_file, "-o", tmp_path / "x.safetensors")
    tensors = read_safetensors(tmp_path / "x.safetensors")
    rows = [json.loads(line)["vectors"] for line in lines((tmp_path / "x.jsonl").read_bytes())]
    assert [len(row) for row in rows] == np.diff(tensors["offsets"]).tolist()
    assert np.array_equal(
        np.array([vector for row in rows for vector in row], np.float32), tensors["embeddings"]
    )


def test_no_texts(m2v, model, tmp_path):
    m2v.check("encode", "-m", model, "-", "-o", tmp_path / "x.npy", stdin=b"")
    assert np.load(tmp_path / "x.npy").shape == (0, 12)


def test_output_replaces_the_old_file(m2v, model, texts_file, vectors, tmp_path):
    (tmp_path / "x.f32").write_bytes(b"old")
    m2v.check("encode", "-m", model, texts_file, "-o", tmp_path / "x.f32")
    assert (tmp_path / "x.f32").read_bytes() == vectors.tobytes()
    assert sorted(os.listdir(tmp_path)) == ["texts.txt", "x.f32"]


# --- exit codes ---


def fails_with(done, code):
    message = done.stderr.decode("utf-8", "replace")
    assert done.returncode == code, f"exit {done.returncode}: {message}"
    assert message and "terminate called" not in message
    return message


USAGE = [
    [],
    ["no-such-command"],
    ["encode"],
    ["encode", "--no-such-option"],
    ["encode", "-m"],
    ["distill"],
    ["distill", "x"],
    ["encode", "-m", "MODEL", "-", "--max-length", "many"],
    ["encode", "-m", "MODEL", "-", "--max-length", "-3"],
    ["encode", "-m", "MODEL", "-", "--threads", "x"],
    ["encode", "-m", "MODEL", "-", "-o", "x.unheard"],
    ["distill", "TEACHER", "-o", "out", "--pooling", "wide"],
    ["distill", "TEACHER", "-o", "out", "--pca-dims", "1.5"],
    ["distill", "TEACHER", "-o", "out", "--pca-dims", "-4"],
    ["distill", "TEACHER", "-o", "out", "--sif-coefficient", "2"],
    ["distill", "TEACHER", "-o", "out", "--quantize-to", "float8"],
    ["distill", "TEACHER", "-o", "out", "--token-remove-pattern", "(["],
    ["search", "-m", "MODEL", "a question"],
]


@pytest.mark.parametrize("arguments", USAGE, ids=" ".join)
def test_wrong_usage(m2v, model, tiny, tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    names = {"MODEL": model, "TEACHER": tiny}
    fails_with(m2v.run(*(names.get(argument, argument) for argument in arguments), stdin=b"a\n"), 2)
    assert os.listdir(tmp_path) == []


def test_help_and_version(m2v):
    assert b"distill" in m2v.check("--help") and b"encode" in m2v.check("--help")
    for command in ("distill", "encode", "tokenize", "search", "info", "convert", "verify"):
        assert len(m2v.check(command, "--help")) > 200
    version = m2v.check("--version").decode()
    assert any(character.isdigit() for character in version)


def test_a_malformed_card_is_a_warning(m2v, model, tmp_path):
    copy = shutil.copytree(model, tmp_path / "model")
    (copy / "README.md").write_text("---\nlicense: mit\n")
    for command in (["info", copy], ["encode", "-m", copy, "-"]):
        done = m2v.run(*command)
        assert done.returncode == 0
        assert b"warning" in done.stderr and b"README.md" in done.stderr


def test_info(m2v, model, small_tokenizer):
    told = json.loads(m2v.check("info", model, "--json"))
    assert told["dimensions"] == 12 and told["tokens"] == vocabulary_size(small_tokenizer)
    assert b"12" in m2v.check("info", model)


@pytest.mark.parametrize(
    "command",
    [
        ["tokenize", "-m", "MODEL", "FILE"],
        ["encode", "-m", "MODEL", "FILE", "-o", "-"],
        ["encode", "-m", "MODEL", "FILE"],
        ["info", "MODEL"],
        ["--help"],
    ],
    ids=" ".join,
)
def test_a_full_disk(m2v, model, tmp_path, command):
    path = tmp_path / "texts.txt"
    path.write_text("a quick brown fox\n" * 50_000)
    names = {"MODEL": model, "FILE": path}
    with open("/dev/full", "wb") as full:
        fails_with(m2v.run(*(names.get(word, word) for word in command), stdout=full), 1)


def test_an_unwritable_output(m2v, model):
    message = fails_with(
        m2v.run("encode", "-m", model, "-", "-o", "/no-such-folder/x.npy", stdin=b"a\n"), 1
    )
    assert "/no-such-folder" in message


def test_a_closed_pipe(m2v, model, tmp_path):
    """The reader goes away: the command ends, by itself or by the signal, and does not crash."""
    path = tmp_path / "texts.txt"
    path.write_text("a quick brown fox\n" * 200_000)
    running = m2v.start(
        "tokenize", "-m", model, path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    running.stdout.readline()
    running.stdout.close()
    message = running.stderr.read()
    assert (
        running.wait(timeout=60) in (0, 1, 141, -signal.SIGPIPE)
        and b"terminate called" not in message
    )


# --- search ---

QUESTIONS = {
    "how do bees tell each other where to find flowers": "Honeybees",
    "why do stars twinkle in the night sky": "Stars twinkle",
    "what did Apollo 11 do on the moon": "Apollo 11",
    "which vectors does a static embedding model keep for tokens": "A static embedding model",
}


@pytest.fixture(scope="module")
def passages():
    if not PASSAGES.exists():
        pytest.skip("no examples/passages.txt")
    return PASSAGES.read_text(encoding="utf-8").split("\n")[:-1]


@pytest.mark.parametrize("question", QUESTIONS)
def test_search_finds_the_passage(m2v, distilled, passages, question):
    found = json.loads(
        m2v.check("search", "-m", distilled, "--documents", PASSAGES, "-k", 3, "--json", question)
    )
    hits = found["queries"][0]["hits"]
    assert len(hits) == 3 and hits[0]["text"].startswith(QUESTIONS[question])


def test_search_is_exact(m2v, distilled, passages):
    """The same ranking and the same scores as brute force over the vectors of `encode`."""
    questions = list(QUESTIONS)
    documents, asked = m2v.encode(distilled, passages).astype(np.float64), m2v.encode(
        distilled, questions
    ).astype(np.float64)
    found = json.loads(
        m2v.check(
            "search", "-m", distilled, "--documents", PASSAGES, "-k", 20, "--json", *questions
        )
    )
    for i in range(len(questions)):
        scores = documents @ asked[i]
        best = np.argsort(-scores, kind="stable")[:20]
        hits = found["queries"][i]["hits"]
        assert [passages[hit["line"] - 1] for hit in hits] == [hit["text"] for hit in hits]
        assert np.abs(np.array([hit["score"] for hit in hits]) - scores[best]).max() <= 1e-5
        assert np.abs(scores[[hit["line"] - 1 for hit in hits]] - scores[best]).max() <= 1e-6


# --- stopped in the middle ---


def left_in(folder):
    return sorted(path.name for path in folder.iterdir())


def wait_until_busy(running, seconds):
    """Lets the command get some way into its work."""
    time.sleep(seconds)
    assert running.poll() is None, f"it ended within {seconds} seconds"


def test_killed_while_distilling(m2v, teacher, tmp_path):
    running = m2v.start(
        "distill", teacher, "-o", tmp_path / "out", "--threads", 1, stderr=subprocess.DEVNULL
    )
    wait_until_busy(running, 1.0)
    running.kill()
    running.wait()
    assert not (tmp_path / "out").exists()


def test_killed_at_any_time(m2v, tiny, tmp_path):
    """There is no folder, or a whole one."""
    started = time.monotonic()
    m2v.check("distill", tiny, "-o", tmp_path / "whole" / "out")
    whole = contents(tmp_path / "whole" / "out")
    duration = time.monotonic() - started
    for step in range(24):
        folder = tmp_path / str(step)
        folder.mkdir()
        running = m2v.start("distill", tiny, "-o", folder / "out", stderr=subprocess.DEVNULL)
        time.sleep(duration * step / 20)
        running.kill()
        running.wait()
        if (folder / "out").exists():
            assert contents(folder / "out") == whole


def test_interrupted_while_distilling(m2v, teacher, tmp_path):
    running = m2v.start("distill", teacher, "-o", tmp_path / "out", stderr=subprocess.PIPE)
    wait_until_busy(running, 1.0)
    running.send_signal(signal.SIGINT)
    message = running.communicate(timeout=60)[1]
    assert running.returncode == 130 and b"terminate called" not in message
    assert left_in(tmp_path) == []


@pytest.fixture(scope="module")
def much_text(tmp_path_factory):
    path = tmp_path_factory.mktemp("much") / "texts.txt"
    path.write_text(("the quick brown fox jumps over the lazy dog " * 40 + "\n") * 100_000)
    yield path
    path.unlink()


@pytest.mark.parametrize("seconds", [0.05, 0.2, 0.6])
def test_interrupted_while_encoding(m2v, distilled, much_text, tmp_path, seconds):
    """Ended by the signal, or by itself with the code that a shell gives such an end."""
    running = m2v.start(
        "encode",
        "-m",
        distilled,
        much_text,
        "-o",
        tmp_path / "x.jsonl",
        "--threads",
        1,
        stderr=subprocess.DEVNULL,
    )
    wait_until_busy(running, seconds)
    running.send_signal(signal.SIGINT)
    assert running.wait(timeout=60) in (130, -signal.SIGINT)
    assert left_in(tmp_path) == []
