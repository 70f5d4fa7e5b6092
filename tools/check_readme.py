#!/usr/bin/env python3
"""Holds README.md and docs/ to the programs that they show, and all documents to files that exist.

A block of C or C++ is the file that the text before it links to, whole; tests/docs runs the other blocks.
Every relative link leads to a file. Prints each violation as file:line: message and exits 1.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)")


def documents():
    yield from sorted(ROOT.glob("*.md"))
    yield from sorted((ROOT / "docs").glob("*.md"))


def check_links(path, lines):
    fenced = False
    for number, line in enumerate(lines, start=1):
        fenced ^= line.startswith("```")
        for target in [] if fenced else LINK.findall(line):
            if "://" not in target and not (path.parent / target).exists():
                yield path, number, f"{target}: no such file"


def check_examples(path, lines):
    shown, block, start = None, None, 0
    for number, line in enumerate(lines, start=1):
        if block is not None:
            if line.startswith("```"):
                if shown is None:
                    yield path, start, "a program without a link to its file before it"
                elif shown.read_text(encoding="utf-8").splitlines() != block:
                    yield path, start, f"is not {shown.name} any more"
                block = None
            else:
                block.append(line)
        elif line in ("```c", "```cpp"):
            block, start = [], number
        elif found := [target for target in LINK.findall(line) if target.endswith((".c", ".cpp"))]:
            shown = path.parent / found[-1]


def main():
    violations = []
    for path in documents():
        lines = path.read_text(encoding="utf-8").splitlines()
        violations += check_links(path, lines)
        violations += check_examples(path, lines)
    for path, number, message in violations:
        print(f"{path.relative_to(ROOT)}:{number}: {message}")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
