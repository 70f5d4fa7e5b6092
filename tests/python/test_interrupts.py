"""Ctrl-C ends whatever takes long, at once: the signal comes while the work runs, and KeyboardInterrupt soon after."""

import signal
import threading
import time

import numpy as np
import pytest

from m2v import Index, StaticModel


@pytest.fixture(scope="module")
def model(float_folder):
    return StaticModel.from_pretrained(float_folder)


WORDS = " ".join(f"{word}{i % 97}" for i, word in enumerate("the quick brown fox".split() * 5_000))
HUGE = WORDS * 1_000
MANY = [WORDS[:4_000]] * 200_000


def interrupted(work, after=0.4):
    """Whether KeyboardInterrupt ends the work, and that it was not at its end by itself."""
    ended = threading.Event()

    def press():
        if not ended.wait(after):
            signal.raise_signal(signal.SIGINT)

    presser = threading.Thread(target=press)
    presser.start()
    begin = time.monotonic()
    try:
        work()
    except KeyboardInterrupt:
        return time.monotonic() - begin
    finally:
        ended.set()
        presser.join()
    pytest.fail(f"it was done after {time.monotonic() - begin:.2f} s, before the signal came")


#: In seconds, of a machine that does much else: what is not interrupted takes many times as long.
SOON = 5


def big_index():
    index = Index(64)
    index.add(np.random.default_rng(0).normal(size=(200_000, 64)).astype(np.float32))
    queries = np.random.default_rng(1).normal(size=(20_000, 64)).astype(np.float32)
    return lambda: index.search(queries, k=100)


@pytest.mark.parametrize(
    "work",
    [
        pytest.param(lambda m: m.encode(HUGE, max_length=None), id="encode one text"),
        pytest.param(lambda m: m.encode([HUGE] * 2, max_length=None), id="encode two texts"),
        pytest.param(lambda m: m.encode(MANY, max_length=None), id="encode many texts"),
        pytest.param(lambda m: m.tokenize(MANY), id="tokenize many texts"),
        pytest.param(lambda m: m.encode_as_sequence(HUGE), id="encode_as_sequence one text"),
        pytest.param(lambda m: m.encode_as_sequence(MANY), id="encode_as_sequence many texts"),
        pytest.param(lambda m: m.tokenizer.encode_batch(MANY), id="encode_batch"),
        pytest.param(lambda m: m.tokenizer.encode(HUGE[: len(HUGE) // 4]).tokens, id="tokens of one text"),
    ],
)
def test_texts(model, work):
    assert interrupted(lambda: work(model)) < SOON


def test_search():
    assert interrupted(big_index()) < SOON
