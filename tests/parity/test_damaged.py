"""Damaged models and inputs: each is refused with a message that names the file and the position."""

import json
import struct
from pathlib import Path

import numpy as np
import pytest

import teachers
from model_folders import Model, random_table, vocabulary_size

CRASHES = (
    "terminate called",
    "Sanitizer",
    "Assertion",
    "Traceback",
    "core dumped",
    "std::",
    "bad_alloc",
    "vector::",
)


@pytest.fixture
def model(small_tokenizer, tmp_path):
    """A sound model folder to damage."""
    count = vocabulary_size(small_tokenizer)
    made = Model(
        small_tokenizer,
        random_table(count, 8),
        weights=np.ones(count),
        mapping=np.arange(count),
        mapping_dtype="int32",
    )
    return made.write(tmp_path / "model")


def assert_refused(done, *mentions):
    """Exit code 1, nothing on standard output, a message on standard error with these words."""
    message = done.stderr.decode("utf-8", "replace")
    assert done.returncode == 1, f"exit {done.returncode}: {message}"
    assert not any(word in message for word in CRASHES), message
    assert done.stdout == b"" and 0 < len(message) < 2_000 and message.count("\n") <= 2
    for mention in mentions:
        assert mention in message, f"{mention!r} is not in: {message}"


def split(path):
    """A safetensors file's header and body."""
    data = path.read_bytes()
    (length,) = struct.unpack_from("<Q", data)
    return json.loads(data[8 : 8 + length]), data[8 + length :]


def join(path, header, body):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)


# --- model.safetensors ---


def cut(count):
    return lambda path: path.write_bytes(path.read_bytes()[:count])


def header_length(value):
    return lambda path: path.write_bytes(struct.pack("<Q", value) + path.read_bytes()[8:])


def header_text(text):
    return lambda path: join(path, text, split(path)[1])


def entry(name, **fields):
    def damage(path):
        header, body = split(path)
        header[name].update(fields)
        join(path, header, body)

    return damage


def without(name):
    def damage(path):
        header, body = split(path)
        del header[name]
        join(path, header, body)

    return damage


def rename(name, other):
    def damage(path):
        header, data = split(path)
        header[other] = header.pop(name)
        join(path, header, data)

    return damage


def body(change):
    def damage(path):
        header, data = split(path)
        join(path, header, change(data))

    return damage


def poke(name, at, fmt, value):
    """Writes one number into a tensor."""

    def damage(path):
        header, data = split(path)
        data = bytearray(data)
        struct.pack_into(fmt, data, header[name]["data_offsets"][0] + at, value)
        join(path, header, bytes(data))

    return damage


SAFETENSORS = {
    "empty file": cut(0),
    "cut inside the length": cut(5),
    "nothing but the length": cut(8),
    "cut inside the header": cut(60),
    "header of length 0": header_length(0),
    "header longer than the file": header_length(10**6),
    "header length overflows": header_length(2**64 - 1),
    "header length wraps around with the 8 bytes before it": header_length(2**64 - 8),
    "header is not JSON": header_text(b"this is not JSON"),
    "header is a list": header_text(b"[1, 2, 3]"),
    "header is binary": header_text(bytes(range(256))),
    "header of deep JSON": header_text(b'{"a":' * 20_000 + b"1" + b"}" * 20_000),
    "header without tensors": header_text(b"{}"),
    "no table": without("embeddings"),
    "entry is a number": header_text(b'{"embeddings": 5}'),
    "unknown dtype": entry("embeddings", dtype="F7"),
    "dtype is a number": entry("embeddings", dtype=32),
    "integer table": entry("embeddings", dtype="I32"),
    "dtype of another size": entry("embeddings", dtype="F64"),
    "shape too large": entry("embeddings", shape=[10**9, 8]),
    "shape overflows": entry("embeddings", shape=[2**62, 2**62]),
    "negative shape": entry("embeddings", shape=[-1, 8]),
    "fractional shape": entry("embeddings", shape=[1.5, 8]),
    "three dimensions": entry("embeddings", shape=[1, 469, 8]),
    "one dimension": entry("embeddings", shape=[469 * 8]),
    "no columns": entry("embeddings", shape=[469, 0], data_offsets=[0, 0]),
    "offsets beyond the file": entry("embeddings", data_offsets=[10**9, 10**9 + 469 * 32]),
    "offsets overflow": entry("embeddings", data_offsets=[2**64 - 1, 2**64 - 1]),
    "offsets reversed": entry("embeddings", data_offsets=[469 * 32, 0]),
    "negative offsets": entry("embeddings", data_offsets=[-8, 100]),
    "one offset": entry("embeddings", data_offsets=[0]),
    "tensors overlap": entry("weights", data_offsets=[8, 8 + 469 * 8]),
    "body cut": body(lambda data: data[:-1]),
    "body missing": body(lambda data: b""),
    "fewer weights than tokens": entry(
        "weights", shape=[100], data_offsets=[469 * 32, 469 * 32 + 800]
    ),
    "mapping of floats": entry("mapping", dtype="F32"),
    "mapping out of range": poke("mapping", 40, "<i", 469),
    "mapping negative": poke("mapping", 40, "<i", -1),
}


@pytest.mark.parametrize("name", SAFETENSORS)
def test_safetensors(m2v, model, name):
    SAFETENSORS[name](model / "model.safetensors")
    assert_refused(m2v.run("encode", "-m", model, "-", stdin=b"a fox\n"), "model.safetensors")


def test_rows_and_tokens_differ(m2v, small_tokenizer, tmp_path):
    folder = Model(small_tokenizer, random_table(10, 4)).write(tmp_path / "model")
    assert_refused(
        m2v.run("encode", "-m", folder, "-", stdin=b"a\n"),
        "10",
        str(vocabulary_size(small_tokenizer)),
    )


# --- tokenizer.json and config.json ---


def text(value):
    return lambda path: path.write_bytes(value)


def setting(change):
    """Damages parsed JSON in place."""

    def damage(path):
        content = json.loads(path.read_text())
        change(content)
        path.write_text(json.dumps(content))

    return damage


TOKENIZERS = {
    "empty file": (text(b""), ""),
    "cut": (cut(300), ""),
    "not JSON": (text(b"\x00\xff\xfe binary"), ""),
    "a list": (text(b"[]"), "$"),
    "an empty object": (text(b"{}"), "model"),
    "deep JSON": (text(b"[" * 100_000 + b"]" * 100_000), ""),
    "no model": (setting(lambda content: content.pop("model")), "model"),
    "unknown model": (
        setting(lambda content: content["model"].update(type="Telepathy")),
        "$.model",
    ),
    "vocabulary is a list": (
        setting(lambda content: content["model"].update(vocab=["a"])),
        "$.model.vocab",
    ),
    "id is text": (
        setting(lambda content: content["model"]["vocab"].update(fox="7")),
        "$.model.vocab",
    ),
    "negative id": (
        setting(lambda content: content["model"]["vocab"].update(fox=-7)),
        "$.model.vocab",
    ),
    "id beyond 32 bits": (
        setting(lambda content: content["model"]["vocab"].update(fox=2**40)),
        "$.model.vocab",
    ),
    "unknown normalizer": (
        setting(lambda content: content.update(normalizer={"type": "Telepathy"})),
        "$.normalizer",
    ),
    "normalizer is a number": (
        setting(lambda content: content.update(normalizer=5)),
        "$.normalizer",
    ),
    "normalizer setting of the wrong type": (
        setting(lambda content: content["normalizer"].update(lowercase="yes")),
        "$.normalizer.lowercase",
    ),
    "unknown pre-tokenizer": (
        setting(lambda content: content["pre_tokenizer"].update(type="Telepathy")),
        "$.pre_tokenizer",
    ),
    "added tokens are no list": (
        setting(lambda content: content.update(added_tokens={})),
        "$.added_tokens",
    ),
    "added token without content": (
        setting(lambda content: content["added_tokens"][1].pop("content")),
        "$.added_tokens[1]",
    ),
    "added token with a text for an id": (
        setting(lambda content: content["added_tokens"][2].update(id="x")),
        "$.added_tokens[2]",
    ),
}


@pytest.mark.parametrize("name", TOKENIZERS)
@pytest.mark.parametrize("command", ["encode", "tokenize"])
def test_tokenizer_json(m2v, model, command, name):
    damage, position = TOKENIZERS[name]
    damage(model / "tokenizer.json")
    assert_refused(m2v.run(command, "-m", model, "-", stdin=b"a fox\n"), "tokenizer.json", position)


CONFIGS = {
    "empty file": text(b""),
    "cut": text(b'{"normalize": tr'),
    "a list": text(b"[]"),
    "normalize is text": text(b'{"normalize": "yes"}'),
    "max_length is text": text(b'{"max_length": "long"}'),
    "max_length is negative": text(b'{"max_length": -5}'),
    "deep JSON": text(b'{"a":' * 50_000 + b"1" + b"}" * 50_000),
}


@pytest.mark.parametrize("name", CONFIGS)
def test_config_json(m2v, model, name):
    CONFIGS[name](model / "config.json")
    assert_refused(m2v.run("encode", "-m", model, "-", stdin=b"a fox\n"), "config.json")


# --- missing files ---


@pytest.mark.parametrize("file", ["model.safetensors", "tokenizer.json", "config.json"])
def test_missing_file(m2v, model, file):
    """No layout is complete then; the message says which files it looked for."""
    (model / file).unlink()
    assert_refused(m2v.run("encode", "-m", model, "-", stdin=b"a\n"), str(model), file)


def test_missing_folder(m2v, tmp_path):
    assert_refused(m2v.run("encode", "-m", tmp_path / "nowhere", "-", stdin=b"a\n"), "nowhere")
    assert_refused(m2v.run("info", tmp_path / "nowhere"), "nowhere")
    assert_refused(m2v.run("tokenize", "-m", tmp_path / "nowhere", "-", stdin=b"a\n"), "nowhere")


def test_missing_text_file(m2v, model):
    assert_refused(m2v.run("encode", "-m", model, "no-such-file.txt"), "no-such-file.txt")


def test_a_folder_for_a_text_file(m2v, model, tmp_path):
    assert_refused(m2v.run("encode", "-m", model, tmp_path), str(tmp_path))


# --- texts ---


@pytest.mark.parametrize(
    "line",
    [
        b"not JSON",
        b"[1]",
        b'{"texts": "a"}',
        b'{"text": 5}',
        b'{"text": "a"',
        b'{"text": "a"} trailing',
        b"",
        b'{"text": "a\tb"}',
        b'{"text": "a\\x"}',
    ],
    ids=repr,
)
def test_a_bad_line_of_jsonl(m2v, model, tmp_path, line):
    """The message has the number of the line."""
    path = tmp_path / "texts.jsonl"
    path.write_bytes(b'{"text": "one"}\n{"text": "two"}\n' + line + b'\n{"text": "four"}\n')
    done = m2v.run("tokenize", "-m", model, path)
    assert_refused(done, "texts.jsonl", "3")


# --- teachers ---


@pytest.fixture
def teacher_folder(tmp_path):
    return teachers.random_bert(tmp_path / "teacher").folder


def teacher_config(**keys):
    return "config.json", setting(lambda c: c.update(keys))


TEACHERS = {
    "no weights": ("model.safetensors", Path.unlink, "model.safetensors"),
    "no config": ("config.json", Path.unlink, "config.json"),
    "no tokenizer": ("tokenizer.json", Path.unlink, "tokenizer.json"),
    "unknown family": (*teacher_config(model_type="telepath"), "telepath"),
    "unknown activation": (*teacher_config(hidden_act="telepathy"), "telepathy"),
    "heads do not divide the width": (*teacher_config(num_attention_heads=7), "config.json"),
    "no heads": (*teacher_config(num_attention_heads=0), "config.json"),
    "width is text": (*teacher_config(hidden_size="wide"), "hidden_size"),
    "more layers than the checkpoint": (*teacher_config(num_hidden_layers=9), "encoder.layer.3"),
    "another width": (*teacher_config(hidden_size=96), "model.safetensors"),
    "a tensor is missing": (
        "model.safetensors",
        rename("encoder.layer.1.output.dense.bias", "unheard.of"),
        "encoder.layer.1.output.dense.bias",
    ),
    "weights cut": ("model.safetensors", cut(5_000), "model.safetensors"),
    "a token beyond the embeddings": (
        "tokenizer.json",
        setting(lambda c: c["model"]["vocab"].update(zebra=99_999)),
        "",
    ),
}


@pytest.mark.parametrize("name", TEACHERS)
def test_damaged_teacher(m2v, teacher_folder, tmp_path, name):
    file, damage, mention = TEACHERS[name]
    damage(teacher_folder / file)
    assert_refused(m2v.run("distill", teacher_folder, "-o", tmp_path / "out"), mention)
    assert not (tmp_path / "out").exists()
