"""Drives the m2v command: texts in, ids or vectors out."""

import json
import os
import signal
import subprocess
from pathlib import Path

import numpy as np

TIMEOUT = 600  # seconds; a hang is a failure, and the slowest call takes a minute under sanitizers


class M2v:
    """The command under test, with a scratch folder for the files that it reads and writes."""

    def __init__(self, binary, scratch):
        self.binary = str(binary)
        self.scratch = Path(scratch)
        self._calls = 0

    def start(self, *arguments, **options):
        """Starts the command. SIGINT is delivered even if this process runs with it ignored."""
        return subprocess.Popen(
            [self.binary, *map(str, arguments)],
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            **options,
        )

    def run(self, *arguments, stdin=b"", env=None, stdout=subprocess.PIPE):
        """Runs the command to its end, whatever that is."""
        return subprocess.run(
            [self.binary, *map(str, arguments)],
            input=stdin,
            stdout=stdout,
            stderr=subprocess.PIPE,
            env={**os.environ, **(env or {})},
            timeout=TIMEOUT,
        )

    def check(self, *arguments, **options):
        """Runs the command, which must succeed, and returns its standard output."""
        done = self.run(*arguments, **options)
        message = done.stderr.decode("utf-8", "replace")
        assert (
            done.returncode == 0
        ), f"exit {done.returncode}: {' '.join(map(str, arguments))}\n{message}"
        return done.stdout

    def new_path(self, suffix=""):
        """A path in the scratch folder that nothing has used yet."""
        self._calls += 1
        return self.scratch / f"{self._calls:05}{suffix}"

    def tokenize_file(self, model, path):
        """One line of ids a text of the file."""
        lines = self.check("tokenize", "-m", model, path).decode("ascii").split("\n")
        assert lines.pop() == "", "the last line has no LF"
        return lines

    def tokenize(self, model, texts):
        """One line of ids a text."""
        path = self.new_path(".jsonl")
        write_jsonl(path, texts)
        try:
            return self.tokenize_file(model, path)
        finally:
            path.unlink()

    def encode_file(self, model, path, *options):
        """The vectors of a file's texts, float32 [texts, dim]."""
        out = self.new_path(".npy")
        self.check("encode", "-m", model, path, "-o", out, *options)
        vectors = np.load(out)
        out.unlink()
        assert vectors.dtype == np.float32 and vectors.ndim == 2
        return vectors

    def encode(self, model, texts, *options):
        """The vectors of these texts."""
        path = self.new_path(".jsonl")
        write_jsonl(path, texts)
        vectors = self.encode_file(model, path, *options)
        path.unlink()
        assert len(vectors) == len(texts)
        return vectors


def write_jsonl(path, texts):
    """JSONL carries every string: LF, CR and NUL are escaped."""
    with open(path, "w", encoding="utf-8", newline="\n") as out:
        for text in texts:
            out.write('{"text": ' + json.dumps(text, ensure_ascii=False) + "}\n")


def write_lines(path, texts):
    """Plain lines, as bytes. A text that ends in CR gets one more: one CR before LF is dropped."""
    with open(path, "wb") as out:
        for text in texts:
            assert b"\n" not in text
            out.write(text + (b"\r\n" if text.endswith(b"\r") else b"\n"))
