#!/usr/bin/env python3
"""Times m2v beside its peers on this machine, in one run, and prints the ratios.

    bench/run.py encode     texts per second: model2vec, model2vec-rs, m2v; WordPiece, Unigram, BPE
    bench/run.py distill    whole process: seconds and memory, model2vec and m2v (installs torch, 6 GB)
    bench/run.py all

The peers take turns, round by round, so that a machine that slows down slows all of them; what
counts is the ratio of medians. Results go to bench/results/latest.md and latest.json.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import models
import report
import texts

ROOT = Path(__file__).resolve().parent.parent
BENCH = ROOT / "bench"
CACHE = ROOT / ".cache"
VENV = CACHE / "bench-venv"
TEACHER = CACHE / "teacher" / "all-MiniLM-L6-v2"
RUST_TARGET = CACHE / "bench-rust"
RUST_PEER = RUST_TARGET / "release" / "rust_peer"

# Python encodes this many texts a pass at most, which keeps a pass under five seconds.
PYTHON_TEXTS = 50_000

ONE_THREAD = {name: "1" for name in
              ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")}


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


@dataclass
class Peer:
    """One contestant in one setting; `command` gets the model and the texts appended."""

    key: str
    title: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    max_texts: int | None = None
    suffix: list[str] = field(default_factory=list)

    def texts_per_second(self, model: Path, file: Path) -> dict:
        done = subprocess.run([*self.command, str(model), str(file), *self.suffix],
                              env={**os.environ, **self.environment}, stdout=subprocess.PIPE,
                              text=True, check=True)
        result = json.loads(done.stdout)
        if "seconds" in result:
            result["texts_per_second"] = result["texts"] / statistics.median(result["seconds"])
        return result


def make_venv(more: str = "") -> Path:
    """The peers' own Python environment, filled once for each set of requirements. `more` is one of
    those beyond the usual: "distill" and "train", with torch, or "search"."""
    python = VENV / "bin" / "python"
    if not python.exists():
        say(f"Making {VENV.relative_to(ROOT)}")
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
    requirements = BENCH / (f"requirements-{more}.txt" if more else "requirements.txt")
    wanted = requirements.read_text() + (BENCH / "requirements.txt").read_text()
    stamp = VENV / f"{requirements.stem}.installed"
    if not stamp.exists() or stamp.read_text() != wanted:
        say(f"Installing {requirements.name}" + (" (torch: about 6 GB)" if "torch==" in wanted else ""))
        subprocess.run([str(python), "-m", "pip", "install", "--quiet",
                        "--disable-pip-version-check", "-r", str(requirements)], check=True)
        stamp.write_text(wanted)
    return python


def build_rust_peer() -> bool:
    """False if there is no cargo: the table then goes without model2vec-rs."""
    if shutil.which("cargo") is None:
        say("model2vec-rs is left out: cargo is not installed (1.88 or later is needed)")
        return False
    environment = {**os.environ, "CARGO_TARGET_DIR": str(RUST_TARGET),
                   "RUSTFLAGS": "-C target-cpu=native"}
    subprocess.run(["cargo", "build", "--release", "--locked", "--quiet"], cwd=BENCH / "rust_peer",
                   env=environment, check=True)
    return True


def find_m2v() -> Path | None:
    binary = Path(os.environ.get("M2V", ROOT / "build" / "release" / "cli" / "m2v"))
    if binary.exists():
        return binary
    say(f"m2v is left out: there is no {binary}; build it with 'make build' or set M2V")
    return None


def shared_folder() -> Path | None:
    folder = Path(os.environ.get("M2V_SHARED", ROOT.parent / "shared"))
    return folder if folder.is_dir() else None


def find_model(given: str | None) -> Path:
    """The model to encode with: the one given, the reference's own, or the demo's."""
    shared = shared_folder()
    candidates = [Path(given)] if given else [
        *([shared / "reference" / "minilm" / "default" / "model"] if shared else []),
        ROOT / "out" / "minilm-256"]
    for folder in candidates:
        if (folder / "config.json").exists():
            # rust and Python are told to normalize; m2v follows the file.
            if not json.loads((folder / "config.json").read_text()).get("normalize"):
                sys.exit(f"error: {folder / 'config.json'}: normalize must be true")
            return folder
    sys.exit(f"error: no model in {' or '.join(map(str, candidates))}; 'make demo' makes one")


def encode_peers(m2v: Path | None) -> list[Peer]:
    python = [str(make_venv()), str(BENCH / "python_peer.py")]
    peers = [
        Peer("python_1", "model2vec, 1 thread", python,
             {**ONE_THREAD, "TOKENIZERS_PARALLELISM": "false"}, PYTHON_TEXTS, ["one"]),
        Peer("python_default", "model2vec, default", python, {}, PYTHON_TEXTS, ["default"])]
    if build_rust_peer():
        peers += [Peer(f"rs_{n}", f"model2vec-rs, {n} thread{'s' * (n > 1)}", [str(RUST_PEER)],
                       {"RAYON_NUM_THREADS": str(n)}) for n in (1, 2)]
    if m2v:
        peers += [Peer(f"m2v_{n}", f"m2v, {n} thread{'s' * (n > 1)}", [str(m2v), "bench", "-m"],
                       suffix=["--threads", str(n), "--json"]) for n in (1, 2)]
    return peers


def load_before() -> float:
    """The load average as the measuring begins; a warning if other work is running."""
    load = os.getloadavg()[0]
    if load > 0.5:
        say(f"warning: load average {load:.1f}: other work is running and will blur the results")
    return load


@dataclass
class Case:
    """One row of the encoding table: a model and the texts that it encodes."""

    name: str
    model: Path
    file: Path


def encode_cases(arguments: argparse.Namespace) -> list[Case]:
    """The files with the main model, then the first of them with other kinds of tokenizers."""
    main_model = find_model(arguments.model)
    files = texts.find(shared_folder(), CACHE / "bench-texts", arguments.files)
    cases = [Case(name, main_model, file) for name, file in files.items()]
    first_name, first = next(iter(files.items()))
    training = list(texts.find(shared_folder(), CACHE / "bench-texts",
                               ["short", "multilingual", "long"]).values())
    for kind in arguments.tokenizers:
        model = models.find(kind, CACHE / "bench-models", training, make_venv())
        cases.append(Case(f"{first_name}, {models.TITLES[kind]}", model, first))
    return cases


def run_encode(arguments: argparse.Namespace) -> dict:
    m2v = find_m2v()
    peers = encode_peers(m2v)
    cases = encode_cases(arguments)
    measured = {case.name: {peer.key: [] for peer in peers} for case in cases}
    simd = None
    load = load_before()
    for round_number in range(1, arguments.rounds + 1):
        for case in cases:
            for peer in peers:
                given = texts.head(case.file, peer.max_texts, CACHE / "bench-texts")
                result = peer.texts_per_second(case.model, given)
                measured[case.name][peer.key].append(result["texts_per_second"])
                simd = result.get("simd", simd)
                say(f"round {round_number}/{arguments.rounds}  {case.name:<30} {peer.title:<24} "
                    f"{result['texts_per_second']:>12,.0f} texts/s")
    return {
        "machine": report.machine(m2v, simd, load),
        "versions": report.versions(BENCH),
        "model": report.describe_model(cases[0].model),
        "rounds": arguments.rounds,
        "peers": {peer.key: peer.title for peer in peers},
        "files": {case.name: texts.describe(case.file) for case in cases},
        "texts_per_second": {name: {key: statistics.median(values) for key, values in row.items()}
                             for name, row in measured.items()},
    }


def timed_process(command: list[str]) -> tuple[float, float]:
    """Wall-clock seconds and peak resident megabytes of a whole process."""
    start = time.perf_counter()
    # Offline, Python does not wait for a hub that it has no need of.
    with tempfile.TemporaryFile("w+") as messages:
        process = subprocess.Popen(command, stdout=messages, stderr=messages,
                                   env={**os.environ, "HF_HUB_OFFLINE": "1"})
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            messages.seek(0)
            sys.exit(f"{messages.read()[-2000:]}\nerror: exit code {process.returncode} from "
                     f"{' '.join(command)}")
    unit = 1 if sys.platform == "darwin" else 1024
    return seconds, usage.ru_maxrss * unit / 1e6


def drop_from_page_cache(*folders: Path) -> None:
    """The next process finds these files on the disk alone, as after a restart."""
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file() and not path.is_symlink():
                with path.open("rb") as file:
                    os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def run_distill(arguments: argparse.Namespace) -> dict:
    python = make_venv("distill")
    m2v = find_m2v()
    subprocess.run([str(ROOT / "tools" / "fetch_teacher.sh")], check=True)
    code = ("import sys; from model2vec.distill import distill; "
            "distill(sys.argv[1]).save_pretrained(sys.argv[2])")
    commands = {"python": lambda out: [str(python), "-c", code, str(TEACHER), out]}
    folders = {"python": [VENV, TEACHER]}
    if m2v:
        for key, options in (("m2v", []), ("m2v_auto", ["--precision", "auto"])):
            commands[key] = lambda out, more=options: [str(m2v), "distill", str(TEACHER), "-o", out,
                                                       *more]
            folders[key] = [m2v.parent.parent, TEACHER]
    rounds = max(2, min(arguments.rounds, 3))
    load = load_before()
    seconds = {when: {key: [] for key in commands} for when in ("first", "again")}
    megabytes = {key: [] for key in commands}
    for round_number in range(1, rounds + 1):
        for key, command in commands.items():
            drop_from_page_cache(*folders[key])
            for when, measured in seconds.items():
                with tempfile.TemporaryDirectory() as folder:
                    took, peak = timed_process(command(str(Path(folder) / "model")))
                measured[key].append(took)
                megabytes[key].append(peak)
                say(f"round {round_number}/{rounds}  distill  {key:<9} {when} {took:6.1f} s  "
                    f"{peak:7,.0f} MB")

    def medians(measured: dict) -> dict:
        return {key: statistics.median(values) for key, values in measured.items()}

    return {
        "machine": report.machine(m2v, None, load),
        "versions": report.versions(BENCH),
        "rounds": rounds,
        "seconds": {when: medians(measured) for when, measured in seconds.items()},
        "peak_rss_mb": medians(megabytes),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["encode", "distill", "all"])
    parser.add_argument("--model", help="folder of the model to encode with")
    parser.add_argument("--files", default="short,multilingual,long",
                        type=lambda value: value.split(","), help="comma-separated (%(default)s)")
    parser.add_argument("--tokenizers", default=",".join(models.TITLES),
                        type=lambda value: [kind for kind in value.split(",") if kind],
                        help="other tokenizers, with the first file (%(default)s)")
    parser.add_argument("--rounds", type=int, default=5,
                        help="rounds of all peers (%(default)s; distill: between 2 and 3)")
    arguments = parser.parse_args()
    sections = {}
    if arguments.what in ("encode", "all"):
        sections["encode"] = run_encode(arguments)
    if arguments.what in ("distill", "all"):
        sections["distill"] = run_distill(arguments)
    print(report.write(BENCH / "results", sections))


if __name__ == "__main__":
    main()
