"""Readers beside writers: one model or the other, never a mixture; and files that become shorter."""

import json
import os
import subprocess
import threading
import time

import pytest

from conftest import EXHAUSTIVE, SIDES, side_of

SAVES = 100
SECONDS = 600 if EXHAUSTIVE else None


def beside_writers(m2v, given, model, read):
    """Calls read() in three threads while two others save the two models into a folder in turn."""
    stop, problems, reads = threading.Event(), [], [0]

    def guarded(work):
        def run():
            try:
                work()
            except BaseException as problem:
                problems.append(problem)
                stop.set()

        return threading.Thread(target=run)

    def write(side):
        end = time.monotonic() + SECONDS if SECONDS else None
        for i in range(10**9 if SECONDS else SAVES):
            if stop.is_set() or (end and time.monotonic() > end):
                return
            m2v.check("convert", given[side], "-o", model)

    def keep_reading():
        while not stop.is_set():
            read()
            reads[0] += 1

    writers = [guarded(lambda side=side: write(side)) for side in SIDES]
    readers = [guarded(keep_reading) for _ in range(3)]
    for thread in writers + readers:
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    for thread in readers:
        thread.join()
    if problems:
        raise problems[0]
    assert reads[0] > 10
    print(reads[0], "reads")


def test_encode_beside_saves(m2v, compiled, tmp_path):
    model, texts = tmp_path / "model", tmp_path / "texts"
    texts.write_text("A small sentence.\n")
    m2v.check("convert", compiled["left"], "-o", model)
    expected = {300: 0, 301: 1}

    def read():
        line = m2v.check("encode", "-m", model, texts)
        vector = json.loads(line)["vector"]
        assert vector[expected[len(vector)]] == 1 and sum(vector) == 1

    beside_writers(m2v, compiled, model, read)


def test_compile_beside_saves(m2v, compiled, tmp_path):
    """The files of a compiled model are of one save: it is one of the two, byte by byte."""
    model = tmp_path / "model"
    m2v.check("convert", compiled["left"], "-o", model)
    known = {side: compiled[side].read_bytes() for side in SIDES}
    paths = {}

    def read():
        path = paths.setdefault(threading.get_ident(), tmp_path / f"{threading.get_ident()}.m2v")
        m2v.check("convert", model, "-o", path)
        assert path.read_bytes() in known.values()

    beside_writers(m2v, compiled, model, read)




@pytest.mark.parametrize("form", ["model.safetensors", "x.m2v"])
def test_a_model_that_is_overwritten_in_use(m2v, sources, tmp_path, form):
    """It is an error that names the file, and leaves nothing of the output."""
    model, out = tmp_path / "model", tmp_path / "out"
    out.mkdir()
    m2v.check("convert", sources["left"], "-o", model)
    mapped = model / form
    if form == "x.m2v":
        m2v.check("convert", sources["left"], "-o", mapped)
    read, write = os.pipe()
    process = m2v.start(
        "encode",
        "-m",
        mapped if form == "x.m2v" else model,
        "-",
        "-o",
        out / "x.npy",
        stdin=read,
        stderr=subprocess.PIPE,
    )
    os.close(read)
    deadline = time.monotonic() + 60
    while not list(out.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.01)
    os.truncate(mapped, 4096)
    os.write(write, b"A small sentence about other things.\n")
    os.close(write)
    errors = process.stderr.read()
    assert process.wait(timeout=60) == 1, errors
    assert str(mapped).encode() in errors and b"truncated" in errors
    assert list(out.iterdir()) == []


@pytest.mark.parametrize("changed", ["tokenizer.json", "config.json", "README.md"])
def test_small_files_are_not_mapped(m2v, sources, tmp_path, changed):
    model = tmp_path / "model"
    m2v.check("convert", sources["left"], "-o", model)
    read, write = os.pipe()
    process = m2v.start(
        "encode", "-m", model, "-", "-o", tmp_path / "x.npy", stdin=read, stderr=subprocess.PIPE
    )
    os.close(read)
    deadline = time.monotonic() + 60
    while len(list(tmp_path.iterdir())) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert str(model / changed) not in open(f"/proc/{process.pid}/maps").read()
    os.truncate(model / changed, 0)
    os.write(write, b"A small sentence.\n")
    os.close(write)
    assert process.wait(timeout=60) == 0, process.stderr.read()


def test_vectors_are_read(m2v, sources, tmp_path):
    """A user's .npy file is not mapped either: what fits its header is all that counts."""
    import numpy as np

    np.save(tmp_path / "v.npy", np.ones((4, 300), np.float32))
    (tmp_path / "t.tsv").write_text("a\tone\nb\ttwo\na\tthree\nb\tfour\n")
    arguments = ["fit", "-m", sources["left"], tmp_path / "t.tsv", "--vectors", tmp_path / "v.npy"]
    m2v.check(*arguments, "--max-epochs", "1", "-o", tmp_path / "out")
    os.truncate(tmp_path / "v.npy", 200)
    done = m2v.run(*arguments, "-o", tmp_path / "other")
    assert done.returncode == 1 and b"v.npy" in done.stderr


@pytest.mark.parametrize("command", ["encode", "info", "convert", "verify"])
def test_a_file_that_cannot_be_read(m2v, sources, tmp_path, as_somebody, command):
    """The system's reason is in the message, not that it is no model."""
    if os.geteuid() != 0:
        pytest.skip("needs somebody else")
    file = tmp_path / "x.m2v"
    m2v.check("convert", sources["left"], "-o", file)
    file.chmod(0)
    arguments = {
        "encode": ["encode", "-m", file],
        "info": ["info", file],
        "convert": ["convert", file, "-o", tmp_path / "out"],
        "verify": ["verify", file],
    }[command]
    done = as_somebody(*arguments, input=b"")
    assert done.returncode == 1
    assert b"x.m2v" in done.stderr and b"Permission denied" in done.stderr


def test_no_memory_to_map(m2v, sources, tmp_path):
    """`ulimit -v` stands for a machine without memory."""
    file = tmp_path / "x.m2v"
    m2v.check("convert", sources["left"], "-o", file)
    with open(file, "r+b") as out:
        out.truncate(8 << 30)  # a hole: more than may be mapped
    done = subprocess.run(
        ["sh", "-c", f"ulimit -v 4000000; exec {m2v.binary} encode -m {file}"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
    )
    assert done.returncode == 1 and b"Cannot allocate memory" in done.stderr
    assert side_of(m2v, sources["left"]) == "left"
