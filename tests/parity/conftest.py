"""Where the tests find the command, the teacher and the optional reference data."""

import os
from pathlib import Path

os.environ.setdefault(
    "OPENBLAS_NUM_THREADS", "1"
)  # before numpy comes: its threads only get in the way here

import pytest

import tokenizer_files
from runner import M2v

EXHAUSTIVE = os.environ.get("M2V_EXHAUSTIVE") == "1"


def pytest_configure(config):
    config.addinivalue_line("markers", "exhaustive: a full sweep; runs only with M2V_EXHAUSTIVE=1")


def pytest_collection_modifyitems(items):
    skip = pytest.mark.skip(reason="a full sweep: set M2V_EXHAUSTIVE=1")
    for item in items:
        if "exhaustive" in item.keywords and not EXHAUSTIVE:
            item.add_marker(skip)


def folder_from(variable):
    """The folder that an environment variable names, or None."""
    value = os.environ.get(variable)
    return Path(value) if value and Path(value).is_dir() else None


@pytest.fixture(scope="session")
def m2v(tmp_path_factory):
    """The command under test."""
    binary = os.environ.get("M2V_BINARY")
    assert binary and os.access(binary, os.X_OK), "set M2V_BINARY to the m2v command"
    return M2v(Path(binary).resolve(), tmp_path_factory.mktemp("scratch"))


@pytest.fixture(scope="session")
def teacher():
    """The folder of the real all-MiniLM-L6-v2."""
    folder = folder_from("M2V_TEACHER")
    if folder is None:
        pytest.skip("set M2V_TEACHER to the folder of all-MiniLM-L6-v2")
    return folder


@pytest.fixture(scope="session")
def shared():
    """The folder of reference data; only extra cases need it."""
    folder = folder_from("M2V_SHARED")
    if folder is None:
        pytest.skip("set M2V_SHARED to the folder of reference data")
    return folder


@pytest.fixture(scope="session")
def vocabularies():
    """The folder that tools/fetch_vocabularies.sh fills."""
    folder = folder_from("M2V_VOCABULARIES")
    if folder is None:
        pytest.skip("set M2V_VOCABULARIES to the folder of tools/fetch_vocabularies.sh")
    return folder


@pytest.fixture(scope="session")
def distilled(m2v, teacher, tmp_path_factory):
    """What `m2v distill` makes of the teacher with its defaults: made before the tests, or here."""
    made = folder_from("M2V_TEST_MODEL")
    if made is not None:
        return made
    folder = tmp_path_factory.mktemp("distilled") / "minilm"
    m2v.check("distill", teacher, "-o", folder)
    return folder


@pytest.fixture(scope="session")
def small_tokenizer():
    """Settings of a small trained WordPiece tokenizer; do not change them in place."""
    return tokenizer_files.trained()
