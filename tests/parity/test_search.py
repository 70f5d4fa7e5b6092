"""`m2v search` over folders: what is found, how it is explained, and how it is asked for."""

import contextlib
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import termios
import time

import numpy as np
import pytest

from model_folders import Model, random_table, vocabulary_size

DOCUMENTS = {
    "animals/fox.md": "# The fox\n\nThe quick brown fox jumps over the lazy dog.\n\n"
    "## Food\n\nIt eats hens. The hen runs away! A dog watches.\n",
    "animals/tree.html": "<title>Trees</title><h1>Oak &amp; elm</h1><p>A tree stands by the river.",
    "faq.jsonl": '{"title": "Stones", "text": "A stone lies in the river."}\n'
    '{"text": "Birds fly over the tree."}\n',
    "people.csv": 'name,text\nAnn,"She says ""the dog"" barks"\n',
    "code.py": "def jump(over):\n    return over + 1\n",
    "picture.png": "not text",
}


@pytest.fixture(scope="module")
def model(small_tokenizer, tmp_path_factory):
    table = random_table(vocabulary_size(small_tokenizer), 16)
    return Model(small_tokenizer, table).write(tmp_path_factory.mktemp("search") / "model")


@pytest.fixture(scope="module")
def notes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("search") / "notes"
    for name, text in DOCUMENTS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def search(m2v, model, notes):
    def run(*arguments, folder=notes):
        return json.loads(
            m2v.check("search", "-m", model, "--documents", folder, "--json", *arguments)
        )

    return run


def hits(told, query=0):
    return told["queries"][query]["hits"]


def test_every_kind_of_file_is_found(search, notes):
    told = search("-k", 100, "the dog and the tree")
    found = {(os.path.relpath(h["file"], notes), h["line"]): h for h in hits(told)}
    assert set(found) == {
        ("animals/fox.md", 1),
        ("animals/fox.md", 5),
        ("animals/tree.html", 1),
        ("faq.jsonl", 1),
        ("faq.jsonl", 2),
        ("people.csv", 2),
        ("code.py", 1),
    }
    assert found["animals/fox.md", 5]["title"] == "The fox \u203a Food"
    assert found["animals/tree.html", 1]["title"] == "Trees \u203a Oak & elm"
    assert found["faq.jsonl", 1]["title"] == "Stones"
    assert found["code.py", 1]["title"] == "code.py"
    assert found["people.csv", 2]["text"] == 'She says "the dog" barks'
    assert told["files"] == 5 and told["passages"] == 7 and told["unreadable"] == 0
    assert told["mode"] == "hybrid"


def test_dense_is_the_cosine_of_encode(m2v, model, search):
    queries = ["the fox", "river stone"]
    told = search("--mode", "dense", "-k", 100, *queries)
    for query, vector in enumerate(m2v.encode(model, queries).astype(np.float64)):
        found = hits(told, query)
        texts = m2v.encode(model, [hit["text"] for hit in found]).astype(np.float64)
        cosines = (
            texts @ vector / np.linalg.norm(texts, axis=1).clip(1e-30) / np.linalg.norm(vector)
        )
        assert np.abs([hit["score"] for hit in found] - cosines).max() <= 1e-5
        assert sorted(cosines, reverse=True) == pytest.approx(list(cosines), abs=1e-6)


@pytest.mark.parametrize("mode", ["dense", "lexical", "hybrid"])
def test_an_explanation_adds_up(search, mode):
    told = search("--mode", mode, "--explain", "-k", 100, "the dog jumps over a tree")
    assert hits(told)
    for hit in hits(told):
        why = hit["explanation"]
        dense = sum(token["dense"] for token in why["tokens"])
        lexical = sum(term["lexical"] for term in why["terms"])
        assert dense == pytest.approx(hit["dense"], abs=1e-6)
        assert lexical == pytest.approx(hit["lexical"], abs=1e-6)
        by_word = sum(
            why["dense_scale"] * word["dense"] + why["lexical_scale"] * word["lexical"]
            for word in why["words"]
        )
        assert by_word == pytest.approx(hit["score"], abs=1e-6)
        for word in why["words"]:
            assert hit["text"][word["begin"] : word["end"]] == word["word"]


def test_the_highlight_is_a_sentence(search):
    hit = hits(search("--mode", "lexical", "hen runs"))[0]
    begin, end = hit["highlight"]
    assert hit["text"][begin:end] == "The hen runs away!"


def test_text_for_people(m2v, model, notes):
    command = ["search", "-m", model, "--documents", notes, "--dense-weight", 0.1, "--explain"]
    out = m2v.check(*command, "-k", 1, "hen food")
    lines = out.decode().splitlines()
    assert lines[0] == "hen food"
    position = rf"{re.escape(str(notes))}/animals/fox\.md:5"
    assert re.fullmatch(rf"   1   [01]\.\d{{3}}  {position}  The fox \u203a Food", lines[1])
    assert "It eats hens. The hen runs away!" in lines[3]
    why = " ".join(line.strip() for line in lines[4:-2])
    assert re.fullmatch(r"why: .*\bhen 0\.\d+, .* = [01]\.\d\d\d", why)
    assert lines[-1].startswith("7 passages of 5 files read in ")
    assert "\033" not in out.decode()


def test_passages_have_the_asked_length(m2v, model, search, tmp_path):
    (tmp_path / "long.txt").write_text("The quick brown fox jumps. " * 200)
    told = search("--passage-tokens", 16, "--overlap", 0, "-k", 1000, "fox", folder=tmp_path)
    assert told["passages"] > 50
    for line in m2v.tokenize(model, [hit["text"] for hit in hits(told)]):
        assert 0 < len(line.split()) <= 16


def test_include_and_exclude(search):
    def names(*options):
        return {os.path.basename(h["file"]) for h in hits(search(*options, "-k", 99, "dog"))}

    assert names("--include", "*.md") == {"fox.md"}
    assert names("--exclude", "animals", "--exclude", "*.csv") == {"faq.jsonl", "code.py"}
    assert search("--include", "*.png", "-k", 99, "not text")["files"] == 1


def test_words_have_options(search):
    count = lambda *options: len(hits(search("--mode", "lexical", "-k", 99, *options, "HEN", "over")))
    assert count() == 1 and count("--keep-case") == 0
    assert len(hits(search("--mode", "lexical", "--word-prefix", 3, "henceforth"))) == 1


def test_files_that_cannot_be_read(m2v, model, tmp_path):
    (tmp_path / "good.txt").write_text("the fox")
    (tmp_path / "gone.txt").symlink_to("/no/such/file")
    (tmp_path / "bad.jsonl").write_text('{"text": "the dog"}\n{broken\n')
    (tmp_path / "latin.txt").write_bytes(b"the d\xe9j\xe0 vu")
    (tmp_path / "wide.txt").write_bytes("the fox".encode("utf-16"))
    done = m2v.run("search", "-m", model, "--documents", tmp_path, "--json", "-k", 9, "the fox")
    told = json.loads(done.stdout)
    assert done.returncode == 0
    assert told["unreadable"] == 1 and told["files"] == 4
    assert sorted(hit["text"] for hit in hits(told)) == ["the dog", "the d\ufffdj\ufffd vu", "the fox", "the fox"]
    warnings = done.stderr.decode().splitlines()
    assert len(warnings) == 2
    assert "gone.txt" in warnings[0] and "bad.jsonl: line 2" in warnings[1]
    done = m2v.run("search", "-m", model, "--documents", tmp_path, "the fox")
    assert b"1 file left out" in done.stdout


PDF_PROGRAM = """#!/bin/sh
printf 'The first page.\\n\\f'
printf 'The fox is on the second page.\\n\\f'
"""


def test_pdf(m2v, model, tmp_path):
    """A program that is called as pdftotext is."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "pdftotext").write_text(PDF_PROGRAM)
    (tmp_path / "bin" / "pdftotext").chmod(0o755)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.pdf").write_bytes(b"%PDF-1.4")
    command = ["search", "-m", model, "--documents", tmp_path / "docs", "--mode", "lexical", "fox"]
    path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"
    told = json.loads(m2v.check(*command, "--passage-tokens", 8, "--json", env={"PATH": path}))
    assert hits(told)[0]["page"] == 2 and "line" not in hits(told)[0]
    assert b"a.pdf, page " in m2v.check(*command, env={"PATH": path})
    done = m2v.run(*command, env={"PATH": "/no/such/folder"})
    assert done.returncode == 1 and b"pdftotext is not installed" in done.stderr


@pytest.mark.parametrize(
    "arguments, code, words",
    [
        (["--documents", "EMPTY", "fox"], 1, b"contains no texts to search"),
        (["--documents", "NOTES", "\u0394\u0395\u0396"], 1, b"no query contains a known word"),
        (["--documents", "NOTES"], 2, b"--interactive"),
        (["--documents", "NOTES", "  "], 2, b"empty"),
        (["--documents", "no-such-folder", "fox"], 1, b"no-such-folder"),
        (["--documents", "NOTES", "--passage-tokens", "4", "fox"], 2, b"8 tokens"),
        (["--documents", "NOTES", "--overlap", "300", "fox"], 2, b"overlap"),
        (["--documents", "FILE", "--include", "*.md", "fox"], 2, b"--include"),
        (["--documents", "-", "--interactive"], 2, b"--interactive"),
        (["--documents", "NOTES", "--mode", "sparse", "fox"], 2, b"--mode"),
    ],
)
def test_wrong_usage(m2v, model, notes, tmp_path, arguments, code, words):
    names = {"EMPTY": tmp_path, "NOTES": notes, "FILE": notes / "faq.jsonl"}
    done = m2v.run("search", "-m", model, *(names.get(word, word) for word in arguments))
    assert done.returncode == code and words in done.stderr, done.stderr


def test_lines_of_a_file_can_be_searched_by_words_too(m2v, model, tmp_path):
    (tmp_path / "texts.txt").write_text("the fox\nthe dog\n\nthe hen\n")
    command = ["search", "-m", model, "--documents", tmp_path / "texts.txt", "--json"]
    told = json.loads(m2v.check(*command, "--mode", "lexical", "hen"))
    assert [hit["line"] for hit in hits(told)] == [4] and told["documents"] == 4
    assert json.loads(m2v.check(*command, "hen"))["mode"] == "dense"


def test_the_same_answers_on_any_number_of_threads(search):
    told = [hits(search("--threads", n, "-k", 99, "the dog over the river")) for n in (1, 3)]
    assert told[0] == told[1]


# --- interactive ---


def test_a_query_a_line(m2v, model, notes):
    command = ["search", "-m", model, "--documents", notes, "--mode", "lexical", "--interactive"]
    out = m2v.check(*command, "--json", "-k", 1, stdin=b"hen\n\n\xce\x94\xce\x95\r\nriver stone\n")
    answers = [json.loads(line) for line in out.decode().splitlines()]
    assert [answer["query"] for answer in answers] == ["hen", "\u0394\u0395", "river stone"]
    assert answers[1]["hits"] == []
    assert answers[2]["hits"][0]["title"] == "Stones"
    assert b"Stones" in m2v.check(*command, "-k", 1, stdin=b"river stone")


class Terminal:
    """The command in a terminal of 24 lines and 80 columns."""

    def __init__(self, command):
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.environ.update(TERM="xterm")
            os.environ.pop("NO_COLOR", None)
            os.execv(command[0], [str(word) for word in command])
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.seen = ""

    def wait_for(self, pattern):
        """What was shown until the pattern comes; forgets it."""
        give_up = time.monotonic() + 60
        while not (found := re.search(pattern, self.seen, re.DOTALL)):
            assert time.monotonic() < give_up, f"no {pattern!r} in {self.seen!r}"
            if select.select([self.terminal], [], [], 0.1)[0]:
                self.seen += os.read(self.terminal, 65536).decode("utf-8", "replace")
        before, self.seen = self.seen[: found.end()], self.seen[found.end() :]
        return before

    def type(self, keys):
        os.write(self.terminal, keys)

    def is_raw(self):
        return not termios.tcgetattr(self.terminal)[3] & termios.ICANON

    def end(self):
        """The exit code, or minus the signal, and whether the terminal is left raw."""
        give_up = time.monotonic() + 60
        while not (ended := os.waitpid(self.process, os.WNOHANG))[0]:
            assert time.monotonic() < give_up, "it does not end"
            if select.select([self.terminal], [], [], 0.1)[0]:
                with contextlib.suppress(OSError):  # it has closed its side
                    os.read(self.terminal, 65536)  # it may wait for its output to be read
        raw = self.is_raw()
        os.close(self.terminal)
        return os.waitstatus_to_exitcode(ended[1]), raw


@pytest.fixture
def terminal(m2v, model, notes):
    return Terminal([m2v.binary, "search", "-m", model, "--documents", notes, "--interactive"])


def test_answers_as_one_types(terminal):
    terminal.wait_for("7 passages.*Ctrl-C quits")
    terminal.type(b"river s")
    terminal.wait_for("> river s\r\n.*\033\\[\\d+A")
    terminal.type(b"tonx\x7fe")
    shown = terminal.wait_for("> river stone\r\n.*faq.jsonl:1.*Stones.*\033\\[\\d+A")
    assert "\033[1;33mstone" in shown  # the word of the query stands out
    terminal.type(b"\x1b[A\x17")  # an arrow does nothing; Ctrl-W drops a word
    terminal.wait_for("> river \r\n.*\033\\[\\d+A")
    terminal.type("\u00e9\x7fstone\r".encode())  # Enter keeps the answer
    terminal.wait_for("> river stone\r\n.*Stones.*> \r\n.*Type a query")
    terminal.type("\u0394".encode())
    terminal.wait_for("no word of this query occurs in the model's vocabulary or in a passage")
    terminal.type(b"\x15")
    terminal.wait_for("Type a query")
    assert terminal.is_raw()
    terminal.type(b"\x03")
    assert terminal.end() == (0, False)


def test_the_terminal_is_restored_after_a_signal(terminal):
    terminal.wait_for("Ctrl-C quits")
    assert terminal.is_raw()
    os.kill(terminal.process, signal.SIGTERM)
    terminal.wait_for("interrupted")
    assert terminal.end() == (130, False)
