#!/usr/bin/env python3
"""Trains classifiers with model2vec and with m2v on this machine, in one run, in turns, with default
settings and the same seeds, and prints seconds, scores on the test texts, and peak memory.

    bench/train.py [--data subj,trec,goemotions-ekman] [--seeds 42,43,44] [--model DIR]
                   [--package DIR] [--python PROGRAM] [--their-python PROGRAM]

Both are the same program (train_peer.py), one process each time; what is timed is `fit` alone. The
data lie in $M2V_SHARED/data/classification. m2v's package comes from build/release/python
(cmake --preset release -DM2V_BUILD_PYTHON=ON), else from build/dev/python. model2vec's Python is made
with torch (6 GB), unless one that has model2vec[train] is given. Results go to bench/results/latest.md
and latest.json.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

import report
import run

#: At least so many times as fast, and the least mean of each score.
FLOORS = {"subj": (10, {"accuracy": 0.9105}), "trec": (10, {"accuracy": 0.826}),
          "goemotions-ekman": (7, {"micro-F1": 0.6095})}
PEERS = ("model2vec", "m2v")


def scores(predictions: list, truth: list) -> dict[str, float]:
    """Accuracy of single labels; micro- and macro-averaged F1 of lists of labels, and accuracy."""
    found = {"accuracy": sum(set(a) == set(b) if isinstance(b, list) else a == b
                             for a, b in zip(predictions, truth)) / len(truth)}
    if not isinstance(truth[0], list):
        return found
    totals, f1s = [0, 0], []
    for name in sorted({label for labels in (*truth, *predictions) for label in labels}):
        hits = sum(name in a and name in b for a, b in zip(predictions, truth))
        either = sum((name in a) + (name in b) for a, b in zip(predictions, truth))
        f1s.append(2 * hits / either)
        totals = [totals[0] + 2 * hits, totals[1] + either]
    return {"micro-F1": totals[0] / totals[1], "macro-F1": statistics.mean(f1s), **found}


def data_of(name: str) -> tuple[Path, Path]:
    shared = run.shared_folder()
    folder = (shared or Path()) / "data" / "classification"
    for suffix in (".tsv", ".jsonl"):
        files = folder / f"{name}.train{suffix}", folder / f"{name}.test{suffix}"
        if all(file.exists() for file in files):
            return files
    sys.exit(f"error: no {name}.train.tsv or .jsonl in {folder}; set M2V_SHARED")


def our_package(given: str | None) -> Path:
    candidates = [Path(given)] if given else [run.ROOT / "build" / kind / "python"
                                              for kind in ("release", "dev")]
    for folder in candidates:
        if list((folder / "m2v").glob("_train*.so")):
            return folder.resolve()
    sys.exit(f"error: no m2v/_train in {' or '.join(map(str, candidates))}: build the package")


def fit(peer: str, python: str, package: Path, arguments: list[str]) -> dict:
    """One process of one peer."""
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "TQDM_DISABLE": "1"}
    if peer == "m2v":
        environment["PYTHONPATH"] = str(package)
    done = subprocess.run([python, str(run.BENCH / "train_peer.py"), peer, *arguments],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
                          check=False)
    if done.returncode != 0:
        sys.exit(f"{done.stderr[-2000:]}\nerror: exit code {done.returncode} from {peer}")
    return json.loads(done.stdout.splitlines()[-1])


def measure(arguments: argparse.Namespace) -> dict:
    """data -> peer -> measure -> the values by seed."""
    package = our_package(arguments.package)
    pythons = {"model2vec": arguments.their_python or str(run.make_venv("train")),
               "m2v": arguments.python}
    model = str(run.find_model(arguments.model))
    measured: dict = {}
    for seed in arguments.seeds:
        for name in arguments.data:
            train, test = data_of(name)
            truth = read_truth(test)
            of_data = measured.setdefault(name, {peer: {} for peer in PEERS})
            for peer in PEERS:
                result = fit(peer, pythons[peer], package, [model, str(train), str(test), str(seed)])
                values = {"seconds": result["seconds"], "megabytes": result["megabytes"],
                          **scores(result["predictions"], truth)}
                for key, value in values.items():
                    of_data[peer].setdefault(key, []).append(value)
                run.say(f"seed {seed}  {name:<16} {peer:<9} " +
                        "  ".join(f"{key} {value:.4g}" for key, value in values.items()))
    return measured


def read_truth(test: Path) -> list:
    """The labels of a file of test texts."""
    lines = test.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    if test.suffix == ".jsonl":
        return [json.loads(line)["labels"] for line in lines]
    return [line.split("\t")[0] for line in lines]


def check(measured: dict) -> list[str]:
    """What is below the floors."""
    below = []
    for name, of_data in measured.items():
        ratio, least = FLOORS.get(name, (0, {}))
        seconds = {peer: statistics.median(of_data[peer]["seconds"]) for peer in PEERS}
        if seconds["model2vec"] < ratio * seconds["m2v"]:
            below.append(f"{name}: {seconds['model2vec'] / seconds['m2v']:.1f} times as fast, "
                         f"and at least {ratio} is asked for")
        for key, floor in least.items():
            mean = statistics.mean(of_data["m2v"][key])
            if mean < floor:
                below.append(f"{name}: {key} {mean:.4f}, and at least {floor} is asked for")
    return below


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default=",".join(FLOORS), type=lambda value: value.split(","),
                        help="comma-separated (%(default)s)")
    parser.add_argument("--seeds", default="42,43,44",
                        type=lambda value: [int(seed) for seed in value.split(",")],
                        help="comma-separated (%(default)s)")
    parser.add_argument("--model", help="folder of the model to begin with")
    parser.add_argument("--package", help="folder that m2v's package is in")
    parser.add_argument("--python", default=str(run.ROOT / ".venv" / "bin" / "python"),
                        help="for m2v's package; with numpy (%(default)s)")
    parser.add_argument("--their-python", help="one that has model2vec[train]")
    arguments = parser.parse_args()
    load = run.load_before()
    measured = measure(arguments)
    section = {"machine": report.machine(run.find_m2v(), None, load),
               "versions": report.versions(run.BENCH),
               "rounds": len(arguments.seeds), "data": measured}
    print(report.write(run.BENCH / "results", {"train": section}))
    for problem in check(measured):
        run.say(f"below the floor: {problem}")


if __name__ == "__main__":
    main()
