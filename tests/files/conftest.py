"""Small models that can be told apart, and a user who is not root."""

import os
import pwd
import shutil
import sys
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "parity"))

import numpy as np
import pytest

import tokenizer_files
from model_folders import Model, vocabulary_size
from runner import M2v

EXHAUSTIVE = os.environ.get("M2V_EXHAUSTIVE") == "1"
SIDES = ("left", "right")


@pytest.fixture(scope="session")
def m2v(tmp_path_factory):
    """The command under test."""
    binary = os.environ.get("M2V_BINARY")
    assert binary and os.access(binary, os.X_OK), "set M2V_BINARY to the m2v command"
    return M2v(Path(binary).resolve(), tmp_path_factory.mktemp("scratch"))


@pytest.fixture(scope="session")
def sources(tmp_path_factory):
    """Two model folders, {side: path}: all vectors of the left one are (1, 0), of the right one (0, 1, 0).

    Their tables are some megabytes, so that writing one takes a while.
    """
    settings = tokenizer_files.trained()
    rows = vocabulary_size(settings)
    folders = {}
    for column, (side, columns) in enumerate(zip(SIDES, (300, 301))):
        table = np.zeros((rows, columns), np.float32)
        table[:, column] = 1
        config = {"model_type": "model2vec", "normalize": True, "side": side}
        model = Model(settings, table, config=config)
        folders[side] = model.write(tmp_path_factory.mktemp("sources") / side)
    return folders


@pytest.fixture(scope="session")
def compiled(m2v, sources):
    """The same two as compiled files."""
    files = {side: m2v.new_path(".m2v") for side in SIDES}
    for side, file in files.items():
        m2v.check("convert", sources[side], "-o", file)
    return files


def side_of(m2v, model):
    """Which of the two models a folder or a file is; fails if it is neither, or a mixture."""
    (vector,) = m2v.encode(model, ["A small sentence."])
    expected = {300: ("left", 0), 301: ("right", 1)}
    side, column = expected[len(vector)]
    assert vector[column] == 1 and vector.sum() == 1
    return side


def everything_below(folder):
    """What is in a folder: {path: (kind, mode, owner, inode, content)}."""
    found = {}
    for path in sorted(Path(folder).rglob("*")):
        status = path.lstat()
        content = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else None
        found[path.relative_to(folder).as_posix()] = (
            status.st_mode,
            status.st_uid,
            status.st_ino,
            content,
        )
    return found


def temporaries_below(folder):
    return sorted(path.name for path in Path(folder).rglob(".*m2v*"))


@pytest.fixture
def as_somebody(tmp_path, m2v, sources):
    """Runs the command as a user who is not root: f(*arguments) -> CompletedProcess."""
    import subprocess

    if os.geteuid() != 0:
        return lambda *arguments: m2v.run(*arguments)
    nobody = pwd.getpwnam("nobody")
    # He has to get at the models and at the folder of the test.
    for folder in {*tmp_path.parents, tmp_path, *(p for s in sources.values() for p in s.parents)}:
        if folder.stat().st_uid == 0 and len(folder.parts) > 2:
            folder.chmod(folder.stat().st_mode | 0o055)

    def run(*arguments, **options):
        assert shutil.which("setpriv")
        prefix = ["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]
        return subprocess.run(
            [*prefix, m2v.binary, *map(str, arguments)], capture_output=True, timeout=600, **options
        )

    return run
