"""The C interface from Python: vectors of `model2vec`, ids of `tokenizers`, neighbours by numpy."""

import os
import threading
from pathlib import Path

import numpy as np
import pytest
import static_reference
from model_folders import Model, random_table, vocabulary_size
from static_reference import FLOAT16_TOLERANCE, FLOAT32_TOLERANCE, assert_near
from tokenizers import Tokenizer

import c_interface
import encode_texts
import tokenizer_files
from c_interface import FORMAT_ERROR, INVALID_ARGUMENT, IO_ERROR, NO_LIMIT, OFF, ON, Failed

TEXTS = encode_texts.of_every_kind(seed=3, count=1_000) + encode_texts.of_every_length(seed=3, longest=5_000)


def reference_ids(folder, texts):
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return [encoding.ids for encoding in tokenizer.encode_batch_fast(texts, add_special_tokens=False)]


@pytest.mark.parametrize("dtype", ["float32", "float64", "int8"])
def test_vectors(dtype, tmp_path):
    settings = tokenizer_files.trained()
    table = random_table(vocabulary_size(settings), 24, dtype)
    folder = Model(settings, table, dtype).write(tmp_path / "model")
    model, reference = c_interface.Model(folder), static_reference.load(folder)
    assert_near(model.encode(TEXTS), static_reference.encode(reference, TEXTS), TEXTS, FLOAT32_TOLERANCE)


def test_vectors_of_a_real_model():
    folder = Path(os.environ.get("M2V_TEST_MODEL", ""))
    if not (folder / "model.safetensors").is_file():
        pytest.skip("set M2V_TEST_MODEL to the folder of a static model")
    model, reference = c_interface.Model(folder), static_reference.load(folder)
    assert_near(model.encode(TEXTS), static_reference.encode(reference, TEXTS), TEXTS, FLOAT16_TOLERANCE)
    assert [model.tokenize(text) for text in TEXTS] == reference.tokenize(TEXTS)


@pytest.mark.parametrize("max_length", [5, NO_LIMIT])
@pytest.mark.parametrize("normalize", [ON, OFF])
def test_options(folder, max_length, normalize):
    got = c_interface.Model(folder).encode(TEXTS, max_length=max_length, normalize=normalize, threads=2)
    expected = static_reference.encode(
        static_reference.load(folder),
        TEXTS,
        max_length=None if max_length == NO_LIMIT else max_length,
        normalize=normalize == ON,
    )
    assert_near(got, expected, TEXTS, FLOAT32_TOLERANCE)


def test_the_command_has_the_same_bits(folder, m2v_command):
    got = c_interface.Model(folder).encode(TEXTS)
    assert got.tobytes() == m2v_command.encode(folder, TEXTS).tobytes()


def test_token_vectors(folder):
    model, reference = c_interface.Model(folder), static_reference.load(folder)
    for text in TEXTS[::20]:
        got, expected = model.encode_as_sequence(text), reference.encode_as_sequence(text)
        assert got.shape == expected.shape
        assert_near(got, expected.astype(np.float64), [text] * len(got), FLOAT32_TOLERANCE)


def test_ids(folder):
    tokenizer = c_interface.Tokenizer(folder)
    assert [tokenizer.encode(text) for text in TEXTS] == reference_ids(folder, TEXTS)
    expected = Tokenizer.from_file(str(folder / "tokenizer.json"))
    count = expected.get_vocab_size()
    assert [tokenizer.token(id) for id in range(count + 1)] == [expected.id_to_token(id) for id in range(count + 1)]


def test_tokenize_keeps_to_the_model(folder):
    """The ids that are pooled: those of model2vec, for the characters that its encode() reads."""
    model, reference = c_interface.Model(folder), static_reference.load(folder)
    read = [text[: reference.max_length * reference.median_token_length] for text in TEXTS]
    assert [model.tokenize(text) for text in TEXTS] == reference.tokenize(read)


@pytest.mark.parametrize("metric", [0, 1])
def test_search(metric):
    random = np.random.default_rng(5)
    vectors, queries = random.normal(size=(500, 19)), random.normal(size=(70, 19))
    ids = random.permutation(10_000)[:500]
    index = c_interface.Index(19, metric)
    index.add(ids[:200], vectors[:200])
    index.add(ids[200:], vectors[200:])
    scores = queries @ vectors.T
    if metric == 0:
        scores /= np.linalg.norm(queries, axis=1)[:, None] * np.linalg.norm(vectors, axis=1)
    best = np.argsort(-scores, axis=1)[:, :10]
    for query, hits in enumerate(index.search(queries, 10)):
        assert hits["id"].tolist() == ids[best[query]].tolist()
        assert np.allclose(hits["score"], scores[query, best[query]], atol=1e-5)


def test_errors(folder, tmp_path):
    with pytest.raises(Failed) as error:
        c_interface.Model(tmp_path / "missing")
    assert error.value.args[0] == IO_ERROR and str(tmp_path / "missing") in error.value.args[1]
    (tmp_path / "tokenizer.json").write_text('{"model": {"type": "Guess"}}')
    with pytest.raises(Failed) as error:
        c_interface.Tokenizer(tmp_path)
    assert error.value.args[0] == FORMAT_ERROR and "$.model" in error.value.args[1]
    with pytest.raises(Failed) as error:
        c_interface.Index(3, 0).add([1], np.array([[1, np.nan, 2]]))
    assert error.value.args[0] == INVALID_ARGUMENT


def test_many_threads_at_once(folder):
    model = c_interface.Model(folder)
    expected = model.encode(TEXTS)
    problems = []

    def work(number):
        for _ in range(20):
            if model.encode(TEXTS[number::8], threads=1).tobytes() != expected[number::8].tobytes():
                problems.append(f"thread {number}: other vectors")
            try:
                c_interface.Model(f"missing/{number}")
            except Failed as error:
                if f"missing/{number}" not in error.args[1]:
                    problems.append(f"thread {number}: {error.args[1]}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems
