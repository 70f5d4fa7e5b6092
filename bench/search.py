#!/usr/bin/env python3
"""Times exact search of m2v.Index beside numpy, faiss and usearch, in turns, and beside a plain read of as
many bytes, which no search over all vectors can be faster than.

    bench/search.py [--rows N] [--rounds N] [--model DIR]

Vectors are a model's own, of the throughput texts, their halves and joins of two. One process for each number of
threads holds all contestants. Needs the package m2v: a release build with -DM2V_BUILD_PYTHON=ON, or M2V_PYTHON, the
folder to import it from. Results go to bench/results/latest.md and latest.json.
"""

import argparse
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import report
import run
import texts

QUERIES = 1_000
JOIN_CHARACTERS = 1_000
PACKAGE = Path(os.environ.get("M2V_PYTHON", run.ROOT / "build" / "release" / "python"))


def halves(text: str) -> list[str]:
    words = text.split(" ")
    middle = len(words) // 2
    return [" ".join(words[:middle]), " ".join(words[middle:])] if middle else []


def many_texts(count: int) -> list[str]:
    """That many different texts: those of the benchmark, their halves, and joins of two of them."""
    files = texts.find(run.shared_folder(), run.CACHE / "bench-texts", ["short", "multilingual", "long"])
    lines = [line for file in files.values() for line in file.read_text(encoding="utf-8").splitlines()]
    found = dict.fromkeys(lines)
    for line in lines:
        found.update(dict.fromkeys(halves(line)))
    chance = random.Random(1)
    while len(found) < count:
        one, two = chance.choice(lines), chance.choice(lines)
        found[one[:JOIN_CHARACTERS] + " " + two[:JOIN_CHARACTERS]] = None
    found = list(found)
    chance.shuffle(found)
    return found[:count]


def make_vectors(rows: int, model: Path) -> Path:
    """A .npy of float32 vectors; the last QUERIES rows are the queries."""
    file = run.CACHE / f"bench-search-{model.parent.name}-{rows}.npy"
    if not file.exists():
        run.say(f"Making {file.relative_to(run.ROOT)}")
        sys.path.insert(0, str(PACKAGE))
        import numpy as np
        from m2v import StaticModel

        vectors = StaticModel.from_pretrained(model).encode(many_texts(rows + QUERIES), dtype="float32")
        np.save(file, vectors)
    return file


def measure(python: Path, vectors: Path, threads: int, rounds: int) -> dict:
    limits = {name: str(threads) for name in run.ONE_THREAD}
    done = subprocess.run([str(python), str(run.BENCH / "search_peers.py"), str(vectors), str(QUERIES), str(threads),
                           str(rounds)], stdout=subprocess.PIPE, text=True, check=True,
                          env={**os.environ, **limits, "OMP_WAIT_POLICY": "passive", "PYTHONPATH": str(PACKAGE)})
    return json.loads(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=500_000, help="vectors to search (%(default)s)")
    parser.add_argument("--rounds", type=int, default=15, help="rounds of all contestants (%(default)s)")
    parser.add_argument("--model", help="folder of the model that makes the vectors")
    arguments = parser.parse_args()
    if not (PACKAGE / "m2v").is_dir():
        sys.exit(f"error: no package m2v in {PACKAGE}; build it with -DM2V_BUILD_PYTHON=ON or set M2V_PYTHON")
    python = run.make_venv("search")
    vectors = make_vectors(arguments.rows, run.find_model(arguments.model))
    load = run.load_before()
    measured = {threads: measure(python, vectors, threads, arguments.rounds) for threads in (1, 2)}
    pins = dict(line.split("==") for line in (run.BENCH / "requirements-search.txt").read_text().split())
    section = {
        "machine": report.machine(run.find_m2v(), measured[1]["simd"], load),
        "versions": pins,
        "rounds": arguments.rounds,
        "rows": arguments.rows,
        "dim": measured[1]["dim"],
        "threads": {str(threads): one["contestants"] for threads, one in measured.items()},
    }
    print(report.write(run.BENCH / "results", {"search": section}))


if __name__ == "__main__":
    main()
