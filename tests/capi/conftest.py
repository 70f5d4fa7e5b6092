"""Models to load over the C interface, in three languages."""

import os
import sys
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy comes: its threads only get in the way here

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "parity"))

import pytest
from model_folders import Model, random_table, vocabulary_size

import tokenizer_files
from runner import M2v


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """A model's folder."""
    settings = tokenizer_files.trained()
    table = random_table(vocabulary_size(settings), 37)  # no multiple of any vector width
    return Model(settings, table, config={"normalize": True}).write(tmp_path_factory.mktemp("models") / "model")


@pytest.fixture(scope="session")
def m2v_command(tmp_path_factory):
    """The command of the same build."""
    return M2v(Path(os.environ["M2V_BINARY"]), tmp_path_factory.mktemp("scratch"))


@pytest.fixture(scope="session")
def library():
    """The path of libm2v_c."""
    return Path(os.environ["M2V_C_LIBRARY"])


@pytest.fixture(scope="session")
def go(library, tmp_path_factory):
    """The environment in which Go programs are built with the library and run, without a network."""
    folder = tmp_path_factory.mktemp("pkgconfig")
    include = HERE.parents[1] / "include"
    (folder / "m2v.pc").write_text(
        f"Name: m2v\nDescription: as built\nVersion: 0\nLibs: -L{library.parent} -lm2v_c\nCflags: -I{include}\n"
    )
    return {
        **os.environ,
        "PKG_CONFIG_PATH": str(folder),
        "LD_LIBRARY_PATH": str(library.parent),
        "GOCACHE": str(library.parent / "go-cache"),
        "GOFLAGS": "-mod=mod",
        "GOPROXY": "off",
        "GOTOOLCHAIN": "local",
    }
