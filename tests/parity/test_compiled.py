"""A compiled model (`m2v convert MODEL -o FILE.m2v`) is the model, in every command; it gives back the
folder, and damage to it is found."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

import nasty
import static_reference
from compare import Reference
from conftest import EXHAUSTIVE
from model_folders import LAYOUTS, Model, random_table, vocabulary_size
from test_families import EDGES, PASSAGES, family  # noqa: F401 (a fixture)

TEXTS = PASSAGES + nasty.strings(20_000 if EXHAUSTIVE else 800, seed=3) + EDGES[:-4]
DIM = 24


def compiled(m2v, folder):
    file = m2v.new_path(".m2v")
    m2v.check("convert", folder, "-o", file)
    return file


def files_in(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in Path(folder).rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def small(m2v, small_tokenizer, tmp_path_factory):
    """A model with everything that a folder may have, and its compiled file."""
    rows, tokens = 50, vocabulary_size(small_tokenizer)
    rng = np.random.default_rng(5)
    model = Model(
        small_tokenizer,
        random_table(rows, DIM),
        weights=rng.uniform(0.5, 2, tokens),
        mapping=rng.integers(0, rows, tokens),
        config={"normalize": False, "max_length": 20, "own": [1, 2.5]},
    )
    folder = model.write(tmp_path_factory.mktemp("small") / "model")
    (folder / "README.md").write_text("---\nbase_model: org/teacher\nlicense: mit\n---\nA card.\n")
    (folder / "modules.json").write_text("[]")
    (folder / "tokenizer_config.json").write_text("{}")
    return folder, compiled(m2v, folder)


def id_limit(settings):
    """One more than the largest id; a Unigram may have more ids than tokens."""
    vocabulary = settings["model"]["vocab"]
    known = len(vocabulary) if isinstance(vocabulary, list) else max(vocabulary.values()) + 1
    return max(known, *(token["id"] + 1 for token in settings["added_tokens"]), 0)


def test_every_family(m2v, family):  # noqa: F811
    settings = json.loads((family / "tokenizer.json").read_text("utf-8"))
    ids = id_limit(settings)
    rng = np.random.default_rng(4)
    model = Model(
        settings,
        random_table(ids - 7, DIM, "float16"),
        dtype="float16",
        weights=rng.uniform(0.5, 2, ids),
        mapping=rng.integers(0, ids - 7, ids),
        mapping_dtype="int32",
    )
    folder = model.write(m2v.new_path())
    file = compiled(m2v, folder)
    m2v.check("verify", file)
    assert m2v.tokenize(file, TEXTS) == Reference(family / "tokenizer.json").lines(TEXTS)
    np.testing.assert_array_equal(m2v.encode(file, TEXTS), m2v.encode(folder, TEXTS))


def test_real_model(m2v, distilled):
    file = compiled(m2v, distilled)
    m2v.check("verify", file)
    assert m2v.tokenize(file, TEXTS) == Reference(distilled / "tokenizer.json").lines(TEXTS)
    np.testing.assert_array_equal(m2v.encode(file, TEXTS), m2v.encode(distilled, TEXTS))
    back = m2v.new_path()
    m2v.check("convert", file, "-o", back)
    assert files_in(back) == files_in(distilled)
    static_reference.assert_encodes_like(
        m2v, file, static_reference.load(distilled), TEXTS[:200], static_reference.FLOAT16_TOLERANCE
    )


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "bfloat16", "int8"])
def test_layouts_and_dtypes(m2v, small_tokenizer, layout, dtype):
    tokens = vocabulary_size(small_tokenizer)
    model = Model(small_tokenizer, random_table(tokens, DIM, dtype), dtype=dtype)
    model.modules = [{"type": "sentence_transformers.models.Normalize"}]
    folder = model.write(m2v.new_path(), layout)
    file = compiled(m2v, folder)
    texts = TEXTS[:100]
    np.testing.assert_array_equal(m2v.encode(file, texts), m2v.encode(folder, texts))
    back = m2v.new_path()
    m2v.check("convert", file, "-o", back)
    assert files_in(back) == files_in(folder)


def test_every_command(m2v, small, tmp_path):
    folder, file = small
    lines = tmp_path / "texts.txt"
    lines.write_text("\n".join(PASSAGES[:20]) + "\n", encoding="utf-8")
    for command in (
        ["encode", lines, "-m"],
        ["encode", lines, "--sequence", "-m"],
        ["tokenize", lines, "-m"],
        ["tokenize", lines, "--tokens", "-m"],
        ["tokenize", lines, "--offsets", "-m"],
        ["search", "--documents", lines, "bread", "-m"],
        ["info"],
        ["info", "--json"],
    ):
        expected, got = m2v.check(*command, folder), m2v.check(*command, file)
        if command[0] == "info":  # the sizes on disk differ
            expected, got = (without_size(out) for out in (expected, got))
        if command[0] == "search":  # times are printed
            expected, got = (out.split(b"\n")[:5] for out in (expected, got))
        assert got == expected, command
    assert json.loads(m2v.check("bench", lines, "--json", "-m", file))["texts_per_second"] > 0


def without_size(out):
    return [line for line in out.replace(b", ", b"\n").split(b"\n") if b"disk" not in line]


def test_round_trip(m2v, small, tmp_path):
    folder, file = small
    back, again = tmp_path / "back", tmp_path / "again.m2v"
    m2v.check("convert", file, "-o", back)
    assert files_in(back) == files_in(folder)
    m2v.check("convert", back, "-o", again)
    assert again.read_bytes() == file.read_bytes()
    m2v.check("convert", file, "-o", again)
    assert again.read_bytes() == file.read_bytes()


def test_folder_to_folder(m2v, small, tmp_path):
    folder, _ = small
    m2v.check("convert", folder, "-o", tmp_path / "saved")
    texts = TEXTS[:100]
    np.testing.assert_array_equal(m2v.encode(tmp_path / "saved", texts), m2v.encode(folder, texts))


def test_verify_finds_every_flipped_byte(m2v, small, tmp_path):
    _, file = small
    good = file.read_bytes()
    rng = np.random.default_rng(6)
    damaged = tmp_path / "damaged.m2v"
    for position in [0, 9, 70, len(good) - 1, *rng.integers(0, len(good), 60)]:
        changed = bytearray(good)
        changed[position] ^= 1 << rng.integers(8)
        damaged.write_bytes(changed)
        done = m2v.run("verify", damaged)
        assert done.returncode == 1, f"byte {position}"
        assert b"damaged.m2v" in done.stderr
    for size in (0, 8, 63, 64, 1000, len(good) - 1):
        damaged.write_bytes(good[:size])
        assert m2v.run("verify", damaged).returncode == 1
        assert m2v.run("encode", "-m", damaged, stdin=b"a\n").returncode == 1


def test_damage_never_crashes(m2v, small, tmp_path):
    """Any bytes behind a sound header and table: an error or some vectors, but no crash."""
    folder, file = small
    good = file.read_bytes()
    table_end = 64 + 64 * int.from_bytes(good[24:32], "little")
    rng = np.random.default_rng(7)
    damaged = tmp_path / "damaged.m2v"
    for _ in range(40):
        changed = bytearray(good)
        for position in rng.integers(table_end, len(good), 200):
            changed[position] = rng.choice([0, 0xFF, rng.integers(256)])
        damaged.write_bytes(changed)
        done = m2v.run("encode", "-m", damaged, stdin="\n".join(PASSAGES[:5]).encode())
        assert done.returncode in (0, 1), done.stderr


def test_errors(m2v, small, tmp_path):
    folder, file = small
    (tmp_path / "text.txt").write_text("no model")
    for arguments, code, message in (
        (["convert", tmp_path / "missing", "-o", tmp_path / "a.m2v"], 1, "no such folder"),
        (["convert", tmp_path / "text.txt", "-o", tmp_path / "a.m2v"], 1, "neither a model folder"),
        (["convert", folder, "-o", tmp_path / "no" / "a.m2v"], 1, "cannot create"),
        (["convert", folder], 2, "--output"),
        (["verify", folder], 1, "a folder has no checksums"),
        (["verify", tmp_path / "text.txt"], 1, "not a compiled file"),
        (["encode", "-m", tmp_path / "text.txt"], 1, "neither a model folder"),
    ):
        done = m2v.run(*arguments)
        assert done.returncode == code, arguments
        assert message in done.stderr.decode(), done.stderr
    assert not (tmp_path / "a.m2v").exists()


def test_processes_share_the_file(m2v, distilled):
    """What a process has for itself is small: the file's pages are those of the page cache."""
    file = compiled(m2v, distilled)
    command = [m2v.binary, "encode", "-m", str(file), "-o", "-"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        # More than a block of texts, so that the first one is encoded; few enough bytes that the
        # vectors of a block do not fill the pipe before all is written.
        process.stdin.write(b"a\n" * 16_384)
        process.stdin.flush()
        process.stdout.read(1)
        resident = private = 0
        inside = False
        for line in Path(f"/proc/{process.pid}/smaps").read_text().split("\n"):
            name, *values = line.split()[:2] or [""]
            if not name.endswith(":"):
                inside = line.endswith(str(file))
            elif inside and name == "Rss:":
                resident += int(values[0])
            elif inside and name == "Private_Dirty:":
                private += int(values[0])
        assert resident > 0 and private == 0
    finally:
        process.stdout.close()
        process.stdin.close()
        process.wait()
