"""Many threads, other processes, copies."""

import copy
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import threading
import warnings

import numpy as np
import pytest

from m2v import Index, StaticModel, Tokenizer
from m2v.train import StaticModelForClassification
from m2v.vicinity import Vicinity

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


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_the_command_dies_by_a_closed_pipe(option):
    """Python ignores SIGPIPE; the command that it becomes does not."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([sys.executable, "-m", "m2v", option], stdout=writer, stderr=subprocess.PIPE, timeout=60)
    os.close(writer)
    assert done.returncode == -signal.SIGPIPE and done.stderr == b""


def work_with_all(model, tokenizer, index, pipeline, classifier, store):
    """What each gives, in another process."""
    vectors = model.encode(TEXTS[:9])
    return [
        vectors.tobytes(),
        tokenizer.encode(TEXTS[0], TEXTS[1]).ids,
        index.search(vectors, k=3)[0].tobytes(),
        pipeline.predict(TEXTS[:9]).tolist(),
        store.query(vectors, k=2),
    ]


def test_everything_goes_to_a_new_process(model):
    classifier = StaticModelForClassification.from_static_model(model=model, n_layers=0)
    classifier.fit(TEXTS[:40], ["a", "b"] * 20, max_epochs=2)
    index = Index(model.dim)
    index.add(model.encode(TEXTS[:50]))
    store = Vicinity.from_vectors_and_items(model.encode(TEXTS[:50]), TEXTS[:50])
    everything = (model, model.tokenizer, index, classifier.to_pipeline(), classifier, store)
    expected = work_with_all(*everything)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(work_with_all, everything) == expected
        probabilities = pool.apply(classifier.predict_proba, (TEXTS[:9],))
    # By numpy, whose products depend on where an array happens to lie.
    np.testing.assert_allclose(probabilities, classifier.predict_proba(TEXTS[:9]), atol=1e-6)
    for one in everything:
        assert not repr(one).startswith("<"), repr(one)
