#!/usr/bin/env python3
"""Searches a folder of notes by meaning: search_my_notes.py FOLDER [QUESTION...]"""

import argparse
import re
from pathlib import Path

import numpy as np

from m2v import StaticModel

# Lines up to an empty one, with the headings before them.
PASSAGE = re.compile(r"(?:#.*\n\s*)*(?:.*\S.*\n?)+")


def read_passages(folder):
    """The passages of all .md and .txt files below the folder: where each stands, and its text."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".md", ".txt"):
            text = path.read_text(encoding="utf-8", errors="replace")
            for passage in PASSAGE.finditer(text):
                line = text.count("\n", 0, passage.start()) + 1
                words = [word for word in passage.group().split() if word.strip("#")]
                yield f"{path.relative_to(folder)}:{line}", " ".join(words)


class Notes:
    """Passages, and a vector of length 1 for each."""

    def __init__(self, folder, model):
        self.model = StaticModel.from_pretrained(model, normalize=True)
        self.passages = list(read_passages(folder))
        self.vectors = self.model.encode([text for _, text in self.passages], dtype="float32")

    def search(self, question, count):
        """The passages nearest in meaning, best first: score, location and text of each."""
        scores = self.vectors @ self.model.encode(question, dtype="float32")
        best = np.argsort(-scores, kind="stable")[:count]
        return [(scores[i], *self.passages[i]) for i in best]


def ask():
    """Questions that are typed, until an empty line or the end of the input."""
    try:
        while question := input("\n? "):
            yield question
    except EOFError:
        pass


def main():
    parser = argparse.ArgumentParser(description="Searches a folder of notes by meaning.")
    parser.add_argument("folder", type=Path, help="where your .md and .txt files are")
    parser.add_argument("question", nargs="*", help="what to look for; without any, you are asked")
    parser.add_argument("-m", "--model", default="minishlab/potion-base-8M", help="a folder, or an id on the hub")
    parser.add_argument("-k", type=int, default=3, help="how many passages to show")
    options = parser.parse_intermixed_args()

    notes = Notes(options.folder, options.model)
    if not notes.passages:
        raise SystemExit(f"{options.folder}: no .md or .txt file with text in it")
    for question in options.question or ask():
        for score, location, text in notes.search(question, options.k):
            print(f"{score:.2f}  {location}  {text}")


if __name__ == "__main__":
    main()
