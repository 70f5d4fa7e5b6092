"""The programs of examples/ that use the C interface print what `model2vec` and numpy find."""

import os
import subprocess
import sys

import numpy as np
import pytest
import static_reference

from conftest import HERE

EXAMPLES = HERE.parents[1] / "examples"
TEXTS = [
    "Bread rises because yeast makes gas.",
    "The moon pulls the sea: that makes the tides.",
    "A bank lends what others have saved.",
]
QUESTIONS = ["why does the dough rise?", "тhe ſea, 海, l'été: what moves it?"]


@pytest.fixture(scope="module", params=["c", "python", "go"])
def program(request, go, tmp_path_factory):
    """What to run with a model and a question."""
    if request.param == "c":
        command = [os.environ["M2V_EXAMPLE"]]
    elif request.param == "python":
        command = [sys.executable, EXAMPLES / "embed.py"]
    else:
        command = [tmp_path_factory.mktemp("go") / "embed"]
        subprocess.run(["go", "build", "-o", *command, EXAMPLES / "embed.go"], env=go, check=True)
    return lambda *arguments: subprocess.run([*command, *arguments], env=go, capture_output=True, text=True)


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_is_printed(program, folder, question):
    *vectors, query = static_reference.encode(static_reference.load(folder), [*TEXTS, question])
    scores = [float(np.dot(vector, query)) for vector in vectors]
    assert min(abs(a - b) for a in scores for b in scores if a is not b) > 1e-4, "no order to speak of"
    done = program(folder, question)
    assert done.returncode == 0, done.stderr
    lines = [line.split("  ", 1) for line in done.stdout.splitlines()]
    assert [text for _, text in lines] == [TEXTS[i] for i in np.argsort(scores)[::-1]]
    assert [float(score) for score, _ in lines] == pytest.approx(sorted(scores, reverse=True), abs=2e-6)


def test_no_model(program):
    done = program("no/such/model", "?")
    assert done.returncode == 1
    assert done.stderr.startswith("m2v: ") and "no/such/model" in done.stderr
