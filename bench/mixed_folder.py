#!/usr/bin/env python3
"""Times `m2v search` on a folder of mixed files (Markdown, HTML, text, source code, JSONL, CSV) for
several binaries in turns: what reading documents costs, before a change and after it.

    bench/mixed_folder.py --model DIR [--megabytes N] [--rounds N] M2V [M2V ...]

Prints the median of each: seconds in all, and the milliseconds that reading took (`read_ms`).
"""

import argparse
import json
import random
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

FILE_BYTES = 20_000


class Writer:
    """Files of made-up words in the shapes that documents have."""

    def __init__(self, seed: int):
        self.chance = random.Random(seed)
        letters = "etaoinshrdlucmfwypvbgkjqxz"
        self.words = ["".join(self.chance.choices(letters, range(26, 0, -1), k=self.chance.randint(2, 9)))
                      for _ in range(5_000)]

    def text(self, count: int) -> str:
        return " ".join(self.chance.choices(self.words, k=count)) + "."

    def filled(self, part) -> str:
        made = []
        size = 0
        while size < FILE_BYTES:
            made.append(part())
            size += len(made[-1])
        return "".join(made)

    def md(self) -> str:
        return self.filled(lambda: (
            f"## {self.text(4)}\n\n{self.text(50)} [{self.text(3)}](https://example.org/{self.chance.random()}) "
            f"**{self.text(2)}** and `code`, {self.text(40)}\n\n- {self.text(9)}\n- {self.text(7)}\n\n"
            f"```sh\n{self.text(12)}\n```\n\n"))

    def html(self) -> str:
        return "<!doctype html><title>T</title>" + self.filled(lambda: (
            f'<h2 class="x">{self.text(4)}</h2>\n<p>{self.text(50)} <a href="/x?a=1&amp;b=2">{self.text(3)}</a> '
            f'&eacute; {self.text(40)}</p>\n<ul><li>{self.text(9)}<li>{self.text(7)}</ul>\n'
            f'<div id="a"><span>{self.text(20)}</span></div>\n'))

    def txt(self) -> str:
        return self.filled(lambda: self.text(90) + "\n\n")

    def py(self) -> str:
        return self.filled(lambda: f"def {self.chance.choice(self.words)}(x):\n    return x  # {self.text(8)}\n\n")

    def jsonl(self) -> str:
        return self.filled(lambda: json.dumps({"text": self.text(60), "id": self.chance.random()}) + "\n")

    def csv(self) -> str:
        return "id,text\n" + self.filled(lambda: f'{self.chance.random()},"{self.text(60)}"\n')


def write_folder(folder: Path, size: int) -> None:
    writer = Writer(1)
    kinds = ["md", "html", "txt", "py", "jsonl", "csv"]
    for number in range(size // FILE_BYTES):
        kind = kinds[number % len(kinds)]
        path = folder / f"{number // 200:03}" / f"{number:05}.{kind}"
        path.parent.mkdir(exist_ok=True)
        path.write_text(getattr(writer, kind)(), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binaries", nargs="+", metavar="M2V")
    parser.add_argument("--model", required=True)
    parser.add_argument("--megabytes", type=int, default=100, help="(%(default)s)")
    parser.add_argument("--rounds", type=int, default=7, help="(%(default)s)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        write_folder(Path(scratch), arguments.megabytes * 1_000_000)
        seconds = {binary: [] for binary in arguments.binaries}
        reading = {binary: [] for binary in arguments.binaries}
        for _ in range(arguments.rounds):
            for binary in arguments.binaries:
                begin = time.perf_counter()
                done = subprocess.run([binary, "search", "-m", arguments.model, "--documents", scratch, "--json",
                                       "a question"], stdout=subprocess.PIPE, check=True)
                seconds[binary].append(time.perf_counter() - begin)
                reading[binary].append(json.loads(done.stdout)["read_ms"])
        for binary in arguments.binaries:
            print(f"{binary}: {statistics.median(seconds[binary]):.2f} s, "
                  f"reading {statistics.median(reading[binary]):.0f} ms")


if __name__ == "__main__":
    main()
