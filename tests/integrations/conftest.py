"""Where the tests find the command and the teacher. Nothing is skipped: these tests are asked for."""

import os
import subprocess
from pathlib import Path

import numpy as np
import pytest

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HAYSTACK_TELEMETRY_ENABLED", "False")
PASSAGES = Path(__file__).parents[2] / "examples" / "passages.txt"


class M2v:
    """The command under test."""

    def __init__(self, binary, scratch):
        self.binary = str(binary)
        self.scratch = scratch

    def run(self, *arguments):
        done = subprocess.run([self.binary, *map(str, arguments)], capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, f"exit {done.returncode}: {' '.join(map(str, arguments))}\n{done.stderr}"
        return done.stdout

    def encode(self, model, texts, *options):
        """The vectors of texts without line ends, float32 [texts, dim]."""
        assert not any("\n" in text or "\r" in text for text in texts)
        lines, out = self.scratch / "texts.txt", self.scratch / "vectors.npy"
        lines.write_text("".join(text + "\n" for text in texts), encoding="utf-8")
        self.run("encode", "-m", model, lines, "-o", out, *options)
        vectors = np.load(out)
        assert vectors.dtype == np.float32 and len(vectors) == len(texts)
        return vectors


@pytest.fixture(scope="session")
def m2v(tmp_path_factory):
    binary = os.environ.get("M2V_BINARY", "")
    assert os.access(binary, os.X_OK), "set M2V_BINARY to the m2v command"
    return M2v(Path(binary).resolve(), tmp_path_factory.mktemp("scratch"))


@pytest.fixture(scope="session")
def teacher():
    folder = Path(os.environ.get("M2V_TEACHER", ""))
    assert (folder / "model.safetensors").is_file(), "set M2V_TEACHER to the folder of all-MiniLM-L6-v2"
    return folder


@pytest.fixture(scope="session")
def distil(m2v, teacher, tmp_path_factory):
    """distil(options...): the folder that `m2v distill` makes with these options, made once each."""
    made = {}

    def make(*options):
        if options not in made:
            folder = tmp_path_factory.mktemp("distilled") / "model"
            m2v.run("distill", teacher, "-o", folder, *options)
            made[options] = folder
        return made[options]

    return make


@pytest.fixture(scope="session")
def texts():
    """Real passages, and what could trip a tokenizer. Every token is known: Sentence Transformers pools
    the unknown one as well, model2vec and m2v leave it out."""
    passages = [line for line in PASSAGES.read_text(encoding="utf-8").splitlines() if line.strip()]
    tricky = [
        "a",
        "HELLO, World!",
        "naïve café, Ωμέγα, Привет, 東京都, नमस्ते",
        "(brackets) [MASK] [CLS] ##ing, e-mail@example.org; 3.14 %",
        "tab\tand  several   spaces ",
        "a long text " * 2_000,
    ]
    return passages + tricky
