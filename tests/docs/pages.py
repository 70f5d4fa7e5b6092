"""The documents' snippets: found in the pages, and run as by a reader who copies one after the other.

A page's blocks of `sh` and `python` run in the order in which they stand, in one folder: Python in one namespace, `sh`
in bash, which stops at the first error. The folder holds what the pages speak of: `files/` from here, texts.txt,
the repository's examples/, a teacher and a model with a head. Names on the Hugging Face Hub are served by the local
hub of tests/hub, with these contents: static models are the real one that M2V_TEST_MODEL names, teachers a BERT of
random numbers, which is distilled in no time.
"""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
ROOT = TESTS.parent
sys.path[:0] = [str(TESTS / "parity"), str(TESTS / "hub")]

import numpy as np

from hub_repositories import User
from hub_server import Hub

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
WITH_LIBRARIES = {"integrate.md"}  # run by tests/integrations, where the libraries are

MODELS = ["minishlab/potion-base-8M"]
TEACHERS = ["BAAI/bge-base-en-v1.5", "sentence-transformers/all-MiniLM-L6-v2"]
TOKEN = "hf_theTokenOfTheReader"

RUN = {"python", "sh"}
# C and C++ are compiled as files of examples/ (tools/check_readme.py), CMake is what tests/consumer does; text is not run.
NOT_RUN = {"c", "cpp", "cmake", "text"}
COMMAND = re.compile(r"(m2v|python3?|import|from) \S")


@dataclass
class Block:
    """What stands between two fences."""

    language: str
    code: str
    line: int  # of the first fence


def blocks_of(page):
    """The blocks of a page, in order."""
    blocks, open_block = [], None
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
        if open_block is None and line.startswith("```"):
            open_block = Block(line[3:].strip(), "", number)
        elif line.startswith("```"):
            blocks.append(open_block)
            open_block = None
        elif open_block is not None:
            open_block.code += line + "\n"
    assert open_block is None, f"{page.name}:{open_block.line}: this fence is never closed"
    return blocks


def hidden_snippets(page):
    """Places where something that could be run would not be: {line: what is wrong}."""
    found = {}
    fenced = set()
    for block in blocks_of(page):
        lines = block.code.splitlines()
        fenced.update(range(block.line, block.line + len(lines) + 2))
        if block.language not in RUN | NOT_RUN:
            found[block.line] = f"a fence says one of {sorted(RUN | NOT_RUN)}, not {block.language!r}"
        if block.language == "text" and any(COMMAND.match(line) for line in lines):
            found[block.line] = "text that could be run: say sh or python"
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
        if number not in fenced and line.startswith("    ") and COMMAND.match(line.strip()):
            found[number] = "a snippet without a fence"
    return found


class Reader:
    """Somebody who follows a page, in a folder of their own."""

    def __init__(self, page, folder, monkeypatch):
        self.page = page
        self.folder = folder
        self.namespace = {"__name__": "__main__"}
        self.hub = Hub()
        self._lay_out()
        for name in [name for name in os.environ if name.startswith(("HF_", "HUGGING"))]:
            monkeypatch.delenv(name)
        path = [Path(os.environ["M2V_BINARY"]).parent, Path(sys.executable).parent, os.environ["PATH"]]
        monkeypatch.setenv("PATH", os.pathsep.join(map(str, path)))
        monkeypatch.setenv("HF_HOME", str(folder.parent / "hub"))
        monkeypatch.setenv("HF_ENDPOINT", self.hub.url)
        monkeypatch.setenv("HF_TOKEN", TOKEN)
        monkeypatch.chdir(folder)

    def _lay_out(self):
        """The files, and the repositories, that the page speaks of."""
        text = self.page.read_text(encoding="utf-8")
        model = Path(os.environ["M2V_TEST_MODEL"])
        shutil.copytree(Path(__file__).parent / "files", self.folder)
        shutil.copytree(ROOT / "examples", self.folder / "examples")
        shutil.copy(ROOT / "examples" / "passages.txt", self.folder / "texts.txt")
        if "my-classifier" in text:
            _write_classifier(model, self.folder / "my-classifier")
        if "all-MiniLM-L6-v2" in text or any(name in text for name in TEACHERS):
            from teachers import random_bert

            random_bert(self.folder / "all-MiniLM-L6-v2")
        self.hub.repositories.users[TOKEN] = User("me")
        for names, source in ((MODELS, model), (TEACHERS, self.folder / "all-MiniLM-L6-v2")):
            for name in names:
                if name in text:
                    files = {path.name: path.read_bytes() for path in source.iterdir()}
                    self.hub.repositories.create(name, files=files)
        self.hub.repositories.create("somebody/their-model")

    def run(self):
        """All of the page's blocks. Raises what the first that fails raises, with its position."""
        try:
            for block in blocks_of(self.page):
                if block.language == "sh":
                    self._run_sh(block)
                elif block.language == "python":
                    # Blank lines before it, so that a traceback names the page's own line.
                    code = "\n" * block.line + block.code
                    exec(compile(code, str(self.page), "exec"), self.namespace)
        finally:
            self.hub.close()

    def _run_sh(self, block):
        command = ["bash", "-euo", "pipefail", "-c", block.code]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL)
        position = f"{self.page.name}:{block.line}"
        assert done.returncode == 0, f"{position}: exit {done.returncode}\n{done.stdout}{done.stderr}"


def _write_classifier(model, folder):
    """A model with a head of random numbers."""
    from m2v import StaticModel
    from m2v.inference import Activation, Layer, MLPHead, StaticModelPipeline

    static = StaticModel.from_pretrained(model)
    weight = np.random.default_rng(1).normal(size=(2, static.dim)).astype(np.float32)
    head = MLPHead([Layer(weight, np.zeros(2, np.float32))], Activation.SOFTMAX, np.array(["good", "bad"]))
    StaticModelPipeline(static, head).save_pretrained(folder)
