"""Every read, write, sync, allocation and the like fails once, in every step of what the command does.

A good run counts the calls; then the command runs once for each, with that call failing (see fail_call.c). Whatever
fails, the command ends by itself: with exit 0 and the output of the good run, or with exit 1 and one line that says what
is wrong; what it writes is the old output or the new one, and nothing is left beside it.

M2V_EXHAUSTIVE=1 fails every call; otherwise those of large numbers are sampled.
"""

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "hub"), str(TESTS / "parity")]

from hub_client import check_cache  # noqa: E402
from hub_server import Hub  # noqa: E402
from model_folders import Model, random_table, vocabulary_size  # noqa: E402
import tokenizer_files  # noqa: E402

EXHAUSTIVE = bool(os.environ.get("M2V_EXHAUSTIVE"))
SAMPLES = 10**9 if EXHAUSTIVE else int(os.environ.get("M2V_FAULT_SAMPLES", "25"))  # calls that fail, at most, of a kind
JOBS = 2
TIMEOUT = 120  # seconds: a hang
KINDS = ["read", "map", "open", "write", "sync", "rename", "close", "thread", "memory"]
# What a library says that is no part of m2v: libcurl's LDAP and RTMP bring GnuTLS along, which allocates when it is loaded.
FOREIGN = "Error in GnuTLS initialization: "
# Functions of others that cannot fail, and allocate, once each: nothing but their own change could make an error of that.
UNCATCHABLE = ("libsimdjson", "OPENSSL_init", "failed to register TLS destructor", "cannot allocate memory for thread-local data")
RECORD = ".m2v-save.json"  # of a save that is complete, but for the names of its files
TEMPORARY = re.compile(r"\.m2v-|\.work|\.tmp")


def binary(variable):
    path = os.environ.get(variable)
    assert path and os.path.exists(path), f"set {variable}"
    return str(Path(path).resolve())


def files_below(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()
    }


class Scenario:
    """A command over inputs that stay, in a folder of its own with what an earlier run left there."""

    def __init__(self, inputs, arguments, old=None, environment=None):
        self.inputs, self.arguments, self.environment = inputs, arguments, environment or {}
        self.old = old or {}

    def lay_out(self, folder):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name, content in self.old.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)

    def run(self, folder, kind="", at=0, error=None, trace=False, again=False):
        if not again:
            self.lay_out(folder)
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("HF_")},
            **{name: value.format(work=folder) for name, value in self.environment.items()},
            "LD_PRELOAD": binary("M2V_FAIL_CALL"),
            "M2V_FAULT_KIND": kind,
            "M2V_FAULT_FROM": str(self.inputs),
            "M2V_FAULT_AT": str(at),
            "M2V_FAULT_COUNT": f"{folder}.count",
            **({"M2V_FAULT_TRACE": "1"} if trace else {}),
            **({"M2V_FAULT_ERRNO": str(error)} if error else {}),
        }
        arguments = [a.format(work=folder, inputs=self.inputs) for a in self.arguments]
        return subprocess.run(
            [binary("M2V_BINARY"), *arguments, "--quiet"],
            env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT,
        )  # fmt: skip

    def count(self, folder, kind):
        done = self.run(folder, kind)
        assert done.returncode == 0, done.stderr.decode()
        return int(Path(f"{folder}.count").read_text())


@pytest.fixture(scope="session")
def inputs(tmp_path_factory):
    """A static model as a folder and as a file, another one, texts and labelled texts."""
    folder = tmp_path_factory.mktemp("inputs")
    settings = tokenizer_files.trained()
    size = vocabulary_size(settings)
    config = {"model_type": "model2vec", "normalize": True}
    Model(settings, random_table(size, 32), config=config).write(folder / "model")
    Model(settings, random_table(size, 16), config=config).write(folder / "other")
    texts = [f"the quick brown fox number {i} jumps over the lazy dog" for i in range(200)]
    (folder / "texts.txt").write_text("\n".join(texts) + "\n")
    (folder / "train.tsv").write_text("".join(f"{'ab'[i % 2]}\t{text}\n" for i, text in enumerate(texts)))
    convert = [binary("M2V_BINARY"), "convert"]
    subprocess.run([*convert, folder / "model", "-o", folder / "model.m2v"], check=True, capture_output=True)
    subprocess.run([*convert, folder / "other", "-o", folder / "other.m2v"], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="session")
def scenarios(inputs):
    old_folder = {f"out/{name}": content for name, content in files_below(inputs / "other").items()}
    hub = Hub()
    hub.repositories.create("me/model", files=files_below(inputs / "model"))
    try:
        yield {
            "encode": Scenario(
                inputs, ["encode", "-m", "{inputs}/model", "{inputs}/texts.txt", "-o", "{work}/out.npy"],
                {"out.npy": b"old"},
            ),
            "encode a compiled model": Scenario(
                inputs, ["encode", "-m", "{inputs}/model.m2v", "{inputs}/texts.txt", "-o", "{work}/out.npy"]
            ),
            "save a folder": Scenario(inputs, ["convert", "{inputs}/model", "-o", "{work}/out"], old_folder),
            "unpack a compiled model": Scenario(inputs, ["convert", "{inputs}/model.m2v", "-o", "{work}/out"]),
            "save a compiled model": Scenario(
                inputs, ["convert", "{inputs}/model", "-o", "{work}/out.m2v"],
                {"out.m2v": (inputs / "other.m2v").read_bytes()},
            ),
            "fit": Scenario(
                inputs,
                ["fit", "-m", "{inputs}/model", "{inputs}/train.tsv", "-o", "{work}/out", "--max-epochs", "2", "--threads", "2"],
            ),
            "search": Scenario(
                inputs, ["search", "-m", "{inputs}/model", "--documents", "{inputs}/texts.txt", "lazy dog", "--json"]
            ),
            "pull": Scenario(inputs, ["pull", "me/model"], {}, {"HF_HOME": "{work}/home", "HF_ENDPOINT": hub.url}),
        }  # fmt: skip
    finally:
        hub.close()


NAMES = ["encode", "encode a compiled model", "save a folder", "unpack a compiled model", "save a compiled model",
         "fit", "search", "pull"]  # fmt: skip


def normalized(text, folder):
    """An output without the name of the folder that it was made in, and without times."""
    text = text.decode("utf-8", "replace").replace(str(folder), "WORK")
    return re.sub(r"[0-9.]+ (s|ms|us|MB/s)\b|\"[a-z_]*(seconds|_ms)\": ?[0-9.e-]+", "TIME", text)


def steady(first, second):
    """The names of files that are alike in two good runs: others tell times."""
    return {name for name, content in first.items() if second.get(name) == content}


class Good:
    """What a run without faults gives."""

    def __init__(self, scenario, folder):
        self.done = scenario.run(folder)
        assert self.done.returncode == 0, self.done.stderr.decode()
        self.stdout = normalized(self.done.stdout, folder)
        self.files = files_below(folder)
        again = scenario.run(folder)
        self.steady = steady(self.files, files_below(folder))
        self.same_output = normalized(again.stdout, folder) == self.stdout


def is_same(found, expected, names):
    return found.keys() == expected.keys() and all(found[n] == expected[n] for n in found if n in names)


def check_run(scenario, good, folder, kind, at, is_pull, error=None):
    """None, or what is wrong."""
    try:
        done = scenario.run(folder, kind, at, error)
    except subprocess.TimeoutExpired:
        return "hangs"
    said = done.stderr.decode("utf-8", "replace")
    lines = [line for line in said.splitlines() if not line.startswith(("m2v: warning: ", FOREIGN))]
    found = files_below(folder)
    if done.returncode == 0:
        if lines != [line for line in good.done.stderr.decode().splitlines() if not line.startswith("m2v: warning: ")]:
            return f"exit 0, and says {said!r}"
        if good.same_output and normalized(done.stdout, folder) != good.stdout:
            return f"exit 0 with another output: {done.stdout[:200]!r}"
        if not is_pull and not is_same(found, good.files, good.steady):
            return f"exit 0 with other files: {sorted(found)}; {said!r}"
    else:
        if done.returncode < 0 and kind == "memory":
            trace = scenario.run(folder, kind, at, error, trace=True).stderr.decode("utf-8", "replace")
            if any(name in trace for name in UNCATCHABLE):
                return None
        if done.returncode != 1:
            return f"exit {done.returncode}: {said!r}"
        if len(lines) != 1 or not lines[0].startswith("m2v: ") or len(lines[0]) < 12:
            return f"says {said!r}"
        if is_pull:
            return None
        if any(name.endswith(RECORD) for name in found):
            return check_finished(scenario, good, folder)
        if not is_same(found, scenario.old, set(found)) and not is_same(found, good.files, good.steady):
            return f"leaves {sorted(found)} after {said!r}"
    if left := [name for name in found if TEMPORARY.search(name)]:
        return f"leaves {left}"
    return None


def check_finished(scenario, good, folder):
    """None, or what is wrong with a save whose last step failed: the next one finishes it, and leaves nothing."""
    done = scenario.run(folder, again=True)
    if done.returncode != 0:
        return f"and the next run says {done.stderr.decode()!r}"
    found = files_below(folder)
    return None if is_same(found, good.files, good.steady) else f"and the next run leaves {sorted(found)}"


def sampled(count):
    """Which of `count` calls fail: all, or a spread of them with the first and the last."""
    if count <= SAMPLES:
        return list(range(1, count + 1))
    return sorted({1 + i * (count - 1) // (SAMPLES - 1) for i in range(SAMPLES)})


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", NAMES)
def test_every_call_fails_once(scenarios, tmp_path, name, kind):
    scenario, is_pull = scenarios[name], name == "pull"
    good = Good(scenario, tmp_path / "good")
    count = scenario.count(tmp_path / "count", kind)
    errors = [None, 5] if kind == "write" else [None]  # a full disk, and EIO

    def attempt(job):
        number, at, error = job
        problem = check_run(scenario, good, tmp_path / f"run{number}", kind, at, is_pull, error)
        if problem is None and is_pull:
            problem = check_pull_again(scenario, tmp_path / f"run{number}")
        shutil.rmtree(tmp_path / f"run{number}", ignore_errors=True)
        return problem and f"{kind} {at} of {count} (errno {error or 'usual'}): {problem}"

    jobs = [(i, at, error) for i, (at, error) in enumerate((at, error) for error in errors for at in sampled(count))]
    with ThreadPoolExecutor(JOBS) as pool:
        problems = [problem for problem in pool.map(attempt, jobs) if problem]
    assert not problems, f"{len(problems)} of {len(jobs)}:\n" + "\n".join(problems[:20])


def check_pull_again(scenario, folder):
    """After a pull with a fault, one without brings the model, and leaves nothing else."""
    environment = {**os.environ, **{n: v.format(work=folder) for n, v in scenario.environment.items()}}
    done = subprocess.run(
        [binary("M2V_BINARY"), *scenario.arguments], env=environment, capture_output=True, timeout=TIMEOUT
    )
    if done.returncode != 0:
        return f"and the next pull says {done.stderr.decode()!r}"
    check_cache(folder / "home" / "hub")
    left = [p for p in (folder / "home").rglob("*") if TEMPORARY.search(p.name) or p.suffix == ".incomplete"]
    return f"leaves {left}" if left else None


def test_calls_are_counted(scenarios, tmp_path):
    """The library is at work: there are calls of the kinds that each scenario must have."""
    for name, kinds in {
        "encode": ["open", "map", "memory", "write"],
        "save a folder": ["write", "sync", "memory"],
        "pull": ["write", "sync", "rename", "memory", "thread"],
    }.items():
        for kind in kinds:
            assert scenarios[name].count(tmp_path / "count", kind) > 0, (name, kind)
