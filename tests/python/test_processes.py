"""Many threads, other processes, copies."""

import copy
import multiprocessing
import pickle
import subprocess
import sys
import threading
import warnings

import numpy as np
import pytest

from m2v import StaticModel, Tokenizer

TEXTS = [f"the cat number {i} drinks water" for i in range(3000)]


@pytest.fixture(scope="module")
def model(float_folder):
    return StaticModel.from_pretrained(float_folder)


def test_threads(model):
    expected, wrong = model.encode(TEXTS), []

    def work():
        for _ in range(5):
            if not np.array_equal(model.encode(TEXTS), expected):
                wrong.append(1)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_other_threads_run_meanwhile(model):
    """The interpreter's lock is not held: a thread counts while another encodes."""
    counted, stop = 0, threading.Event()

    def count():
        nonlocal counted
        while not stop.is_set():
            counted += 1

    texts = TEXTS * 100
    thread = threading.Thread(target=count)
    thread.start()
    before = counted
    model.encode(texts)
    during = counted - before
    stop.set()
    thread.join()
    assert during > 0


def digest(model):
    return model.encode(TEXTS).tobytes()


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_processes(model, method):
    """Before and after this one has used its threads; the workers end by themselves."""
    expected = digest(model)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forking beside threads, which is what is tested
        with multiprocessing.get_context(method).Pool(2) as pool:
            assert pool.map(digest, [model] * 4) == [expected] * 4
            pool.close()
            pool.join()


@pytest.mark.parametrize("twin_of", [copy.deepcopy, copy.copy, lambda m: pickle.loads(pickle.dumps(m))])
def test_copies(model, twin_of):
    twin = twin_of(model)
    assert np.array_equal(twin.encode(TEXTS), model.encode(TEXTS))
    assert twin.config == model.config and twin.tokens == model.tokens
    assert twin.tokenizer.truncation == model.tokenizer.truncation


def test_a_deep_copy_is_another_model(model):
    twin = copy.deepcopy(model)
    twin.max_length, twin.normalize = 1, True
    twin.embedding[:] = 1
    assert model.max_length == 512 and model.normalize is False and model.tokenizer.truncation["max_length"] == 512
    assert not np.array_equal(twin.encode(TEXTS[0]), model.encode(TEXTS[0]))


def test_a_tokenizer_is_pickled(model):
    again = pickle.loads(pickle.dumps(model.tokenizer))
    assert isinstance(again, Tokenizer) and again.encode(TEXTS[0]).ids == model.tokenizer.encode(TEXTS[0]).ids


def test_arrays_outlive_their_model(float_folder):
    table = StaticModel.from_pretrained(float_folder).embedding
    assert np.isfinite(table).all() and not table.flags.writeable


def test_the_command(m2v_command):
    command = [sys.executable, "-m", "m2v", "--version"]
    done = subprocess.run(command, capture_output=True, check=True)
    assert done.stdout == m2v_command.check("--version")
