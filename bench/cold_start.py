#!/usr/bin/env python3
"""Times cold starts on this machine: a whole process that loads a model and embeds one short text,
with the files in the page cache. model2vec, model2vec-rs, m2v with the folder, m2v with the compiled
file; all in one run, in turns, on MiniLM's model and on one of 500,000 tokens that is made for this.

    bench/cold_start.py [--rounds N] [--model DIR] [--tokens N]

An empty process is timed as well: starting one costs something by itself. Results go to
bench/results/latest.md and latest.json.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import large_model
import report
import run

TEXT = "a short text to embed\n"
PYTHON = ("import sys; from model2vec import StaticModel; "
          "StaticModel.from_pretrained(sys.argv[1]).encode(open(sys.argv[2]).read().split('\\n')[0])")
SLOW_ROUNDS = 3  # of what takes seconds

# A process is never said to be smaller than the one that started it, which this one is too large
# for: a small one starts it instead, and says its milliseconds and its peak in KiB.
LAUNCHER = """
import os, sys, time
begin = time.perf_counter()
quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
process = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=quiet)
_, status, usage = os.wait4(process, 0)
print((time.perf_counter() - begin) * 1e3, usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def commands(model: Path, compiled: Path, text: Path, out: Path, m2v: Path | None) -> dict:
    """What each contestant is started as."""
    found = {"empty": ["/bin/true"],
             "python": [str(run.make_venv()), "-c", PYTHON, str(model), str(text)]}
    if run.build_rust_peer():
        found["rs"] = [str(run.RUST_PEER), str(model), str(text), "once"]
    if m2v:
        for key, given in (("m2v_folder", model), ("m2v_file", compiled)):
            found[key] = [str(m2v), "encode", "-m", str(given), str(text), "-o", str(out)]
    return found


def start(command: list[str]) -> tuple[float, float]:
    """Milliseconds and peak resident megabytes of a whole process."""
    # Offline, Python does not wait for a hub that it has no need of.
    done = subprocess.run([sys.executable, "-I", "-S", "-c", LAUNCHER, *command], text=True,
                          stdout=subprocess.PIPE, check=True,
                          env={**os.environ, "HF_HUB_OFFLINE": "1"})
    milliseconds, peak = map(float, done.stdout.split())
    return milliseconds, peak * (1 if sys.platform == "darwin" else 1024) / 1e6


def measure(model: Path, m2v: Path | None, rounds: int) -> dict:
    milliseconds, megabytes = {}, {}
    with tempfile.TemporaryDirectory() as scratch:
        compiled, text = Path(scratch) / "model.m2v", Path(scratch) / "text.txt"
        text.write_text(TEXT)
        if m2v:
            subprocess.run([str(m2v), "convert", str(model), "-o", str(compiled)], check=True)
        contestants = commands(model, compiled, text, Path(scratch) / "out.f32", m2v)
        for number in range(rounds + 1):  # the first one fills the page cache
            for key, command in contestants.items():
                if key in ("python", "rs") and number > SLOW_ROUNDS:
                    continue
                took, peak = start(command)
                if number > 0:
                    milliseconds.setdefault(key, []).append(took)
                    megabytes.setdefault(key, []).append(peak)
    for key in contestants:
        run.say(f"{key:<11} {statistics.median(milliseconds[key]):9.2f} ms (best "
                f"{min(milliseconds[key]):.2f})  {statistics.median(megabytes[key]):7.1f} MB")
    return {"model": report.describe_model(model),
            "milliseconds": {key: statistics.median(all) for key, all in milliseconds.items()},
            "peak_rss_mb": {key: statistics.median(all) for key, all in megabytes.items()}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", help="folder of the first model")
    parser.add_argument("--tokens", type=int, default=500_000, help="of the second (%(default)s)")
    parser.add_argument("--rounds", type=int, default=21, help="rounds (%(default)s)")
    arguments = parser.parse_args()
    m2v = run.find_m2v()
    load = run.load_before()
    large = large_model.make(run.CACHE / f"bench-unigram-{arguments.tokens}", arguments.tokens,
                             run.shared_folder())
    section = {
        "machine": report.machine(m2v, None, load),
        "versions": report.versions(run.BENCH),
        "rounds": arguments.rounds,
        "models": [measure(model, m2v, arguments.rounds)
                   for model in (run.find_model(arguments.model), large)],
    }
    print(report.write(run.BENCH / "results", {"cold_start": section}))


if __name__ == "__main__":
    main()
