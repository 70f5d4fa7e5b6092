#!/usr/bin/env python3
"""Times the Python package beside model2vec: `encode` of a list with nothing set, and one text per call.

    bench/python_package.py [--package build/release/python] [--rounds 3]

Each round is a process of its own for each package, in turn; medians are printed, what counts is the ratio. The package
is that of a build with M2V_BUILD_PYTHON=ON. Results go to bench/results/latest.md and latest.json.
"""

import argparse
import json
import os
import statistics
import subprocess
from pathlib import Path

import report
import run
import texts

PEERS = ("model2vec", "m2v")


def measure(python: Path, package: str, folder: Path, model: Path, file: Path) -> dict:
    done = subprocess.run([str(python), str(run.BENCH / "python_peer.py"), str(model), str(file), "default", package],
                          env={**os.environ, "PYTHONPATH": str(folder)}, stdout=subprocess.PIPE, text=True, check=True)
    result = json.loads(done.stdout)
    return {"texts_per_second": result["texts"] / result["seconds"][0], "microseconds": result["one_text_us"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--package", type=Path, default=run.ROOT / "build" / "release" / "python")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--model")
    arguments = parser.parse_args()
    python = run.make_venv()
    model = run.find_model(arguments.model)
    files = texts.find(run.shared_folder(), run.CACHE / "bench-texts", ["short", "multilingual", "long"])
    load = run.load_before()
    rows = {name: {package: [] for package in PEERS} for name in files}
    for _ in range(arguments.rounds):
        for name, file in files.items():
            head = texts.head(file, run.PYTHON_TEXTS, run.CACHE / "bench-texts")
            for package in PEERS:
                rows[name][package].append(measure(python, package, arguments.package, model, head))
    median = {name: {package: {key: statistics.median(one[key] for one in found) for key in found[0]}
                     for package, found in row.items()} for name, row in rows.items()}
    section = {"machine": report.machine(run.find_m2v(), None, load), "versions": report.versions(run.BENCH),
               "rounds": arguments.rounds, "model": report.describe_model(model), "texts": median,
               "files": {name: texts.describe(file) for name, file in files.items()}}
    print(report.write(run.BENCH / "results", {"python": section}))


if __name__ == "__main__":
    main()
