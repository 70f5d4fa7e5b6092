"""examples/search_my_notes.py finds what it should, and docs/tutorial.md shows the program as it is."""

import os
import subprocess
import sys

import pytest
from pages import ROOT, blocks_of

PROGRAM = ROOT / "examples" / "search_my_notes.py"
TUTORIAL = ROOT / "docs" / "tutorial.md"
NOTES = ROOT / "tests" / "docs" / "files" / "notes"


@pytest.fixture
def model():
    if not os.environ.get("M2V_TEST_MODEL"):
        pytest.skip("set M2V_TEST_MODEL to the folder of a static model")
    return os.environ["M2V_TEST_MODEL"]


def search(*arguments, typed=None):
    """What it prints, as lines."""
    command = [sys.executable, str(PROGRAM), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, input=typed, timeout=60, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


QUESTIONS = {
    "how often do I water the tomatoes?": "garden.md:1",
    "who can unlock my account?": "work.txt:1",
    "where is the key of the apartment?": "travel/lisbon.txt:3",
    "my espresso comes out too slowly": "kitchen.md:6",
}


def test_answers_are_found(model):
    lines = search(NOTES, "-m", model, *QUESTIONS, "-k", "1")
    assert [line.split("  ")[1] for line in lines] == list(QUESTIONS.values())


def test_questions_are_asked(model):
    typed = "".join(question + "\n" for question in QUESTIONS)
    expected = search(NOTES, "-m", model, *QUESTIONS)
    assert len(expected) == 3 * len(QUESTIONS)
    for end in ("", "\n", "\nnot asked any more\n"):
        printed = [line.removeprefix("? ") for line in search(NOTES, "-m", model, typed=typed + end)]
        assert [line for line in printed if line] == expected


def test_passages(model, tmp_path):
    (tmp_path / "deep" / "er").mkdir(parents=True)
    markdown = "\n\n# Title\n\n## Part\n\none\ntwo\n\nthree\n# Last\n"
    (tmp_path / "deep" / "er" / "a.md").write_text(markdown, encoding="utf-8")
    (tmp_path / "b.txt").write_bytes(b"\xff broken\r\nbytes\r\n \t\r\nagain")
    (tmp_path / "c.py").write_text("no note")
    (tmp_path / "empty.txt").write_text("")
    found = [line.split("  ", 2)[1:] for line in search(tmp_path, "-m", model, "two", "-k", "9")]
    assert sorted(found) == [
        ["b.txt:1", "\N{REPLACEMENT CHARACTER} broken bytes"],
        ["b.txt:4", "again"],
        ["deep/er/a.md:10", "three Last"],
        ["deep/er/a.md:3", "Title Part one two"],
    ]


def test_no_notes(model, tmp_path):
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(AssertionError, match="no .md or .txt file"):
            search(folder, "-m", model, "anything")


def test_the_tutorial_shows_the_program(model):
    """Its definitions are the program's, and what it prints is what the page says."""
    program = PROGRAM.read_text(encoding="utf-8")
    blocks = blocks_of(TUTORIAL)
    pieces = [part for b in blocks if b.language == "python" for part in b.code.split("\n\n\n")]
    defined = [piece for piece in pieces if "def " in piece]
    assert len(defined) == 2
    for piece in defined:
        assert piece.strip() in program
    shown = [block.code.splitlines() for block in blocks if block.language == "text"]
    assert shown == [search(NOTES, "-m", model, "-k", "1", *list(QUESTIONS)[:2])]
