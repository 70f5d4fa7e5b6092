"""A writer that is killed leaves the old model or the new one, and nothing that the next run does not clear."""

import os
import random
import signal
import subprocess
import time

import pytest

from conftest import EXHAUSTIVE, SIDES, side_of, temporaries_below

KILLS = 200 if EXHAUSTIVE else 20


def seconds_of(m2v, command):
    started = time.monotonic()
    m2v.check(*command)
    return time.monotonic() - started


def kill_at_random(m2v, command, sent, longest, dice):
    """Starts the command and sends it a signal some time later; returns its exit code."""
    process = m2v.start(*command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(timeout=dice.uniform(0, longest))
    except subprocess.TimeoutExpired:
        process.send_signal(sent)
    return process.wait(timeout=60)


@pytest.mark.parametrize("form", ["folder", "compiled"])
def test_kill_while_a_model_is_replaced(m2v, sources, compiled, tmp_path, form):
    """From a folder the model is saved, from a file it is unpacked."""
    given = sources if form == "folder" else compiled
    model, dice = tmp_path / "model", random.Random(7)
    m2v.check("convert", given["left"], "-o", model)
    (model / "notes.txt").write_text("mine")
    longest = 1.2 * seconds_of(m2v, ["convert", given["left"], "-o", model])
    codes = set()
    for i in range(KILLS):
        command = ["convert", given[SIDES[i % 2]], "-o", model]
        codes.add(kill_at_random(m2v, command, signal.SIGKILL, longest, dice))
        assert side_of(m2v, model) in SIDES
    assert -signal.SIGKILL in codes
    m2v.check("convert", given["right"], "-o", model)
    assert side_of(m2v, model) == "right" and not temporaries_below(tmp_path)
    assert (model / "notes.txt").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_kill_while_a_model_is_made(m2v, sources, tmp_path):
    dice = random.Random(8)
    longest = 1.2 * seconds_of(m2v, ["convert", sources["left"], "-o", tmp_path / "first"])
    for i in range(KILLS):
        model = tmp_path / str(i)
        command = ["convert", sources["left"], "-o", model]
        kill_at_random(m2v, command, signal.SIGKILL, longest, dice)
        m2v.check(*command)
        assert side_of(m2v, model) == "left" and not temporaries_below(model)


def test_kill_while_a_file_is_written(m2v, sources, tmp_path):
    dice = random.Random(9)
    command = {side: ["convert", sources[side], "-o", tmp_path / "x.m2v"] for side in SIDES}
    longest = 1.2 * seconds_of(m2v, command["left"])
    for i in range(KILLS):
        kill_at_random(m2v, command[SIDES[i % 2]], signal.SIGKILL, longest, dice)
        assert side_of(m2v, tmp_path / "x.m2v") in SIDES
    m2v.check(*command["right"])
    assert side_of(m2v, tmp_path / "x.m2v") == "right"
    assert [path.name for path in tmp_path.iterdir()] == ["x.m2v"]


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda s: s.name)
def test_signals_leave_nothing(m2v, sources, tmp_path, sent):
    """Not even a folder that was made for the model; the program dies of the signal, or is done."""
    dice = random.Random(int(sent))
    model = tmp_path / "deep/model"
    command = ["convert", sources["left"], "-o", model]
    longest = 1.2 * seconds_of(m2v, command)
    subprocess.run(["rm", "-r", tmp_path / "deep"], check=True)
    for _ in range(KILLS):
        code = kill_at_random(m2v, command, sent, longest, dice)
        assert code in (0, -sent)
        if (tmp_path / "deep").exists():
            assert side_of(m2v, model) == "left" and not temporaries_below(tmp_path)
            subprocess.run(["rm", "-r", tmp_path / "deep"], check=True)
        else:
            assert code == -sent


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGHUP], ids=lambda s: s.name)
def test_a_signal_while_vectors_are_written(m2v, sources, tmp_path, sent):
    read, write = os.pipe()
    process = m2v.start("encode", "-m", sources["left"], "-", "-o", tmp_path / "x.npy", stdin=read)
    os.close(read)
    os.write(write, b"A text.\n" * 10)
    deadline = time.monotonic() + 60
    while not temporaries_below(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert temporaries_below(tmp_path)
    process.send_signal(sent)
    if sent == signal.SIGTERM:  # the first one asks
        time.sleep(0.2)
        process.send_signal(sent)
    process.wait(timeout=60)
    os.close(write)
    assert process.returncode in (-sent, 130) and not list(tmp_path.iterdir())


def test_what_is_ignored_stays_ignored(m2v, sources, tmp_path):
    """As under nohup."""
    process = subprocess.Popen(
        [m2v.binary, "encode", "-m", sources["left"], "-", "-o", tmp_path / "x.npy"],
        stdin=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN),
    )
    process.stdin.write(b"A text.\n")
    process.stdin.flush()
    deadline = time.monotonic() + 60
    while not temporaries_below(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGHUP)
    process.stdin.close()
    assert process.wait(timeout=60) == 0 and (tmp_path / "x.npy").exists()
