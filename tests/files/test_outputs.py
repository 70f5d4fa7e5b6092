"""Every output is written by the same rules: replaced when complete, or written through."""

import json
import os
import subprocess
import threading

import numpy as np
import pytest

from conftest import everything_below, temporaries_below

TEXTS = "".join(f"{c}\tA text of {c}, number {i}.\n" for i in range(12) for c in "ab")


@pytest.fixture(scope="session")
def outputs(m2v, sources, teacher_folder, tmp_path_factory):
    """{name: the arguments of a command, up to the output's path}"""
    folder = tmp_path_factory.mktemp("inputs")
    (folder / "texts.tsv").write_text(TEXTS)
    m2v.check("fit", "-m", sources["left"], folder / "texts.tsv", "-o", folder / "c", "--max-epochs", "1")
    beir = folder / "beir"
    (beir / "qrels").mkdir(parents=True)
    (beir / "corpus.jsonl").write_text('{"_id": "1", "title": "", "text": "a text"}\n')
    (beir / "queries.jsonl").write_text('{"_id": "q", "text": "text"}\n')
    (beir / "qrels/test.tsv").write_text("query-id\tcorpus-id\tscore\nq\t1\t1\n")
    encode = ["encode", "-m", sources["left"], folder / "texts.tsv", "-o"]
    return {
        "x.npy": encode,
        "x.safetensors": encode,
        "x.f32": encode,
        "x.jsonl": encode,
        "predictions": ["predict", "-m", folder / "c", folder / "texts.tsv", "-o"],
        "page.html": ["evaluate", "-m", folder / "c", folder / "texts.tsv", "--plot"],
        "run.txt": ["evaluate-retrieval", "-m", sources["left"], beir, "--mode", "dense", "--run"],
        "x.m2v": ["convert", sources["left"], "-o"],
        "report.json": ["distill", teacher_folder, "-o", folder / "d", "--pca-dims", "8", "--report"],
    }


@pytest.fixture(scope="session")
def teacher_folder(tmp_path_factory):
    import teachers

    return teachers.random_bert(tmp_path_factory.mktemp("teacher") / "tiny", seed=3).folder


NAMES = [
    "x.npy",
    "x.safetensors",
    "x.f32",
    "x.jsonl",
    "predictions",
    "page.html",
    "run.txt",
    "x.m2v",
    "report.json",
]
THROUGH = [name for name in NAMES if name not in ("x.npy", "x.safetensors")]


@pytest.mark.parametrize("name", NAMES)
def test_replaced_with_mode_and_link(m2v, outputs, tmp_path, name):
    (tmp_path / "deep").mkdir()
    real, link = tmp_path / "deep" / name, tmp_path / name
    real.write_text("old")
    real.chmod(0o600)
    link.symlink_to(f"deep/{name}")
    held = open(real)
    m2v.check(*outputs[name], link)
    assert os.readlink(link) == f"deep/{name}" and real.stat().st_mode & 0o7777 == 0o600
    assert real.stat().st_size > 3 and held.read() == "old"  # a reader keeps what it has opened
    assert not temporaries_below(tmp_path)


@pytest.mark.parametrize("name", NAMES)
def test_read_only_and_folders_are_refused(m2v, outputs, tmp_path, name):
    (tmp_path / name).write_text("old")
    (tmp_path / name).chmod(0o444)
    before = everything_below(tmp_path)
    done = m2v.run(*outputs[name], tmp_path / name)
    assert done.returncode == 1 and name.encode() in done.stderr
    assert everything_below(tmp_path) == before
    (tmp_path / name).unlink()
    (tmp_path / name / "inside").mkdir(parents=True)
    assert m2v.run(*outputs[name], tmp_path / name).returncode in (1, 2)
    assert (tmp_path / name / "inside").is_dir() and not temporaries_below(tmp_path)


@pytest.mark.parametrize("name", THROUGH)
def test_fifos_are_written_through(m2v, outputs, tmp_path, name):
    os.mkfifo(tmp_path / name)
    got = []
    reader = threading.Thread(target=lambda: got.append((tmp_path / name).read_bytes()))
    reader.start()
    m2v.check(*outputs[name], tmp_path / name)
    reader.join()
    assert got[0] and (tmp_path / name).is_fifo()


@pytest.mark.parametrize("name", ["predictions", "page.html", "run.txt", "report.json"])
def test_devices_are_written_through(m2v, outputs, tmp_path, name):
    m2v.check(*outputs[name], "/dev/null")
    assert not os.path.isfile("/dev/null")
    full = m2v.run(*outputs[name], "/dev/full")
    assert full.returncode == 1 and b"No space left" in full.stderr
    log = tmp_path / "log"
    log.write_text("before\n")
    with log.open("ab") as out:
        m2v.check(*outputs[name], "/dev/stdout", stdout=out)
        m2v.check(*outputs[name], f"/proc/self/fd/{1}", stdout=out)
    assert log.read_text().startswith("before\n") and log.stat().st_ino == os.stat(log).st_ino
    assert [path.name for path in tmp_path.iterdir()] == ["log"]


@pytest.mark.parametrize("name", ["x.npy", "x.safetensors"])
def test_what_is_completed_at_its_beginning_needs_a_file(m2v, outputs, tmp_path, name):
    os.mkfifo(tmp_path / name)
    keep = os.open(tmp_path / name, os.O_RDWR)  # nobody waits for nobody
    done = m2v.run(*outputs[name], tmp_path / name)
    os.close(keep)
    assert done.returncode == 2 and b"pipe or a device" in done.stderr


@pytest.mark.parametrize("name", NAMES)
def test_a_limit_is_an_error(m2v, outputs, tmp_path, name):
    """And leaves the old file, without anything beside it."""
    (tmp_path / name).write_text("old")
    command = " ".join(map(str, [m2v.binary, *outputs[name], tmp_path / name]))
    done = subprocess.run(["sh", "-c", f"ulimit -f 0; exec {command}"], capture_output=True)
    assert done.returncode == 1 and b"File too large" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "old"


def test_what_a_dead_writer_left_is_cleared(m2v, outputs, tmp_path):
    (tmp_path / ".x.npy.m2v-abc123").write_text("half")
    (tmp_path / ".y.npy.m2v-abc123").write_text("another's")
    m2v.check(*outputs["x.npy"], tmp_path / "x.npy")
    assert {path.name for path in tmp_path.iterdir()} == {"x.npy", ".y.npy.m2v-abc123"}
    assert np.load(tmp_path / "x.npy").shape == (24, 300)


def test_a_new_file_has_what_the_umask_leaves(m2v, outputs, tmp_path):
    command = " ".join(map(str, [m2v.binary, *outputs["run.txt"], tmp_path / "run.txt"]))
    subprocess.run(["sh", "-c", f"umask 027; exec {command}"], check=True, capture_output=True)
    assert (tmp_path / "run.txt").stat().st_mode & 0o7777 == 0o640


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make files of others")
def test_another_users_file(m2v, sources, tmp_path, as_somebody):
    folder = tmp_path / "theirs"
    folder.mkdir()
    folder.chmod(0o777)
    (folder / "x.jsonl").write_text("old")
    (folder / "x.jsonl").chmod(0o666)
    os.chown(folder / "x.jsonl", 1234, 1234)
    encode = ["encode", "-m", sources["left"], "-o"]
    assert as_somebody(*encode, folder / "x.npy", input=b"").returncode == 0
    refused = as_somebody(*encode, folder / "x.jsonl", input=b"")
    assert refused.returncode == 1 and b"x.jsonl" in refused.stderr
    assert (folder / "x.jsonl").read_text() == "old"


def test_the_report_is_json(m2v, outputs, tmp_path):
    m2v.check(*outputs["report.json"], tmp_path / "report.json")
    assert json.loads((tmp_path / "report.json").read_text())
