#!/usr/bin/env python3
"""Times a question to a folder without an index, from process start to answer: 100,000 passages of
about 1,000 characters (200 tokens) in 1,000 files, 100 MB, which are in the page cache.

    bench/corpus_search.py [--rounds N] [--model DIR] [--passages N] [--threads N]

m2v reads, cuts into passages, embeds, counts words and ranks, by meaning alone and by both; model2vec
with numpy reads, splits at empty lines, embeds and ranks by meaning. The contestants take turns.
Results go to bench/results/latest.md and latest.json.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import report
import run
import texts

QUESTION = "how does the boundary layer behave in a wind tunnel?"
PASSAGES_A_FILE = 100
CHARACTERS = 1_000
SLOW_ROUNDS = 2  # of what takes half a minute

PYTHON = """
import sys
from pathlib import Path
import numpy as np
from model2vec import StaticModel

model = StaticModel.from_pretrained(sys.argv[1], normalize=True, force_download=False)
passages = [text for path in sorted(Path(sys.argv[2]).rglob("*.txt"))
            for text in path.read_text(encoding="utf-8").split("\\n\\n")]
scores = model.encode(passages) @ model.encode(sys.argv[3])
for i in np.argsort(-scores)[:10]:
    print(scores[i], passages[i][:80])
"""


def write_folder(folder: Path, source: Path, passages: int) -> int:
    """Passages cut out of long texts. Returns how many bytes."""
    chance = random.Random(1)
    lines = [line.split(" ") for line in source.read_text(encoding="utf-8").splitlines()]
    size = 0
    for number in range(-(-passages // PASSAGES_A_FILE)):
        made = []
        for _ in range(min(PASSAGES_A_FILE, passages - number * PASSAGES_A_FILE)):
            words = chance.choice(lines)
            begin = chance.randrange(max(1, len(words) // 2))
            text = ""
            while len(text) < CHARACTERS:
                text += words[begin % len(words)] + " "
                begin += 1
            made.append(text.rstrip())
        data = ("\n\n".join(made) + "\n").encode()
        path = folder / f"{number // 100:02}" / f"{number:04}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        size += len(data)
    return size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", help="folder of the model to embed with")
    parser.add_argument("--rounds", type=int, default=7, help="rounds (%(default)s)")
    parser.add_argument("--passages", type=int, default=100_000, help="(%(default)s)")
    parser.add_argument("--threads", help="of m2v (default: the machine's)")
    arguments = parser.parse_args()
    m2v = run.find_m2v() or sys.exit(1)
    model = run.find_model(arguments.model)
    source = texts.find(run.shared_folder(), run.CACHE / "bench-texts", ["long"])["long"]
    threads = ["--threads", arguments.threads] if arguments.threads else []

    load = run.load_before()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        size = write_folder(folder, source, arguments.passages)
        search = [str(m2v), "search", "-m", str(model), "--documents", str(folder), *threads,
                  "--json", QUESTION]
        python = str(run.make_venv())
        contestants = {
            "m2v, meaning and words": search,
            "m2v, meaning": [*search, "--mode", "dense"],
            "model2vec and numpy, meaning": [python, "-c", PYTHON, str(model), str(folder), QUESTION],
        }
        told = json.loads(subprocess.run(search, stdout=subprocess.PIPE, check=True).stdout)
        seconds = {name: [] for name in contestants}
        for number in range(arguments.rounds):
            for name, command in contestants.items():
                if command[0] == python and number >= SLOW_ROUNDS:
                    continue
                begin = time.perf_counter()
                subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
                seconds[name].append(time.perf_counter() - begin)

    section = {"machine": report.machine(m2v, None, load), "versions": report.versions(run.BENCH),
               "rounds": arguments.rounds, "bytes": size, "files": told["files"], "passages": told["passages"],
               "seconds": {name: statistics.median(took) for name, took in seconds.items()}}
    print(report.write(run.BENCH / "results", {"corpus": section}))


if __name__ == "__main__":
    main()
