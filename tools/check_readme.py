#!/usr/bin/env python3
"""Checks README.md and docs/ against the programs and measurements that they show, and all pages for broken links.

A block of C or C++ is the file that the text before it links to, or consecutive lines of it, which may be indented
less; tests/docs runs the other blocks. docs/benchmarks.md contains what the benchmark runner printed, and every number
of README.md's table of speed is in it. README.md has at most 120 lines. Every relative link leads to a file. Prints each
violation as file:line: message and exits 1.
"""

import re
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)")
README = ROOT / "README.md"
BENCHMARKS = ROOT / "docs" / "benchmarks.md"
PRINTED = ROOT / "bench" / "results" / "latest.md"
MAX_README_LINES = 120
NUMBER = re.compile(r"(?<![\w.])\d[\d,.]*\d|(?<![\w.])\d")


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
                elif not is_excerpt(block, shown.read_text(encoding="utf-8").splitlines()):
                    yield path, start, f"is not in {shown.name} any more"
                block = None
            else:
                block.append(line)
        elif line in ("```c", "```cpp"):
            block, start = [], number
        elif found := [target for target in LINK.findall(line) if target.endswith((".c", ".cpp"))]:
            shown = path.parent / found[-1]


def is_excerpt(block, lines):
    """Whether the lines of a block follow each other in a file, with or without their common indentation there."""
    runs = (lines[first : first + len(block)] for first in range(len(lines) - len(block) + 1))
    return bool(block) and any(block in (run, textwrap.dedent("\n".join(run)).splitlines()) for run in runs)


def check_benchmarks():
    """The benchmark's results are on their page, unchanged, and README.md takes its numbers from there."""
    page = BENCHMARKS.read_text(encoding="utf-8")
    if PRINTED.read_text(encoding="utf-8").strip() not in page:
        yield BENCHMARKS, 1, f"does not contain {PRINTED.relative_to(ROOT)}; copy it into the page"
    measured = {number for line in page.splitlines() if line.startswith("|") for number in NUMBER.findall(line)}
    heading = ""
    for number, line in enumerate(README.read_text(encoding="utf-8").splitlines(), start=1):
        heading = line if line.startswith("#") else heading
        if heading == "## Speed" and line.startswith("|"):
            for shown in NUMBER.findall(" | ".join(line.split("|")[2:])):
                if shown not in measured:
                    yield README, number, f"{shown} is not in {BENCHMARKS.relative_to(ROOT)}"
    if number > MAX_README_LINES:
        yield README, number, f"{number} lines; at most {MAX_README_LINES}"


def main():
    violations = list(check_benchmarks())
    for path in documents():
        lines = path.read_text(encoding="utf-8").splitlines()
        violations += check_links(path, lines)
        violations += check_examples(path, lines)
    for path, number, message in violations:
        print(f"{path.relative_to(ROOT)}:{number}: {message}")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
