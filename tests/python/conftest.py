"""Models to test the package with, and the folder of the real teacher."""

import os
import sys
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy comes: its threads only get in the way here

TESTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS / "parity"), str(TESTS / "hub")]

import numpy as np
import pytest
from model_folders import Model, random_table, vocabulary_size

import teachers
import tokenizer_files
from runner import M2v


def weighted(settings, rows=40):
    """Rows that tokens share, and a weight each."""
    tokens = vocabulary_size(settings)
    chance = np.random.default_rng(5)
    return {
        "weights": chance.random(tokens) + 0.5,
        "mapping": chance.integers(0, rows, tokens).astype(np.int32),
    }


@pytest.fixture(scope="session", params=["float32", "float16", "float64", "int8", "shared rows"])
def folder(request, tmp_path_factory):
    """A model's folder, one of each kind of table."""
    settings = tokenizer_files.trained()
    shares = request.param == "shared rows"
    rows = 40 if shares else vocabulary_size(settings)
    dtype = "float32" if shares else request.param
    extra = weighted(settings) if shares else {}
    config = {"model_type": "model2vec", "normalize": True}
    model = Model(settings, random_table(rows, 24, dtype), dtype, config=config, **extra)
    return model.write(tmp_path_factory.mktemp("models") / "model")


@pytest.fixture(scope="session")
def float_folder(tmp_path_factory):
    """A model of float32 numbers that does not normalize."""
    settings = tokenizer_files.trained()
    table = random_table(vocabulary_size(settings), 24)
    return Model(settings, table, config={"normalize": False}).write(tmp_path_factory.mktemp("model") / "model")


@pytest.fixture(scope="session")
def m2v_command(tmp_path_factory):
    """The command of the same build."""
    return M2v(Path(os.environ["M2V_BINARY"]), tmp_path_factory.mktemp("scratch"))


@pytest.fixture(scope="session")
def tiny_teacher(tmp_path_factory):
    """The folder of a random BERT."""
    return teachers.random_bert(tmp_path_factory.mktemp("teacher") / "tiny").folder
