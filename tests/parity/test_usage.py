"""Wrong arguments are answered in one line that says what is right, and a command says what it wrote."""

import json
import signal
import subprocess

import numpy as np
import pytest

from labelled import rows, write_model, write_tsv

TWO = ("animal", "kitchen")
TEXTS = b"a quick brown fox\nbread\nthe dog\n"


@pytest.fixture(scope="module")
def model(small_tokenizer, tmp_path_factory):
    return write_model(small_tokenizer, tmp_path_factory.mktemp("usage") / "model")


@pytest.fixture(scope="module")
def classifier(m2v, model, tmp_path_factory):
    folder = tmp_path_factory.mktemp("usage")
    path = write_tsv(folder / "t.tsv", rows(TWO, 20))
    m2v.check("fit", "-m", model, path, "-o", folder / "classifier", "--max-epochs", 1)
    return folder / "classifier"


def wrong(m2v, *arguments):
    """The one line that a wrong use gets."""
    done = m2v.run(*arguments)
    message = done.stderr.decode()
    assert done.returncode == 2 and done.stdout == b"", message
    assert message.startswith("m2v: ") and message.count("\n") == 1 and len(message) < 600, message
    return message


# --- words that do not exist ---


@pytest.mark.parametrize(
    "arguments,suggestion",
    [
        (["encode", "--mdoel", "x"], "there is no option --mdoel; did you mean --model?"),
        (["encode", "-m", "x", "--mdoel=y"], "there is no option --mdoel; did you mean --model?"),
        (["--hlep"], "there is no option --hlep; did you mean --help?"),
        (["fit", "-m", "x", "--lerning-rate", "0.1", "f"], "did you mean --learning-rate?"),
        (["fit", "--out", "x"], "did you mean --output or --outputs?"),
        (["search", "--threds", "2"], "did you mean --threads?"),
        (["search", "-threads", "2"], "did you mean --threads?"),
        (["encode", "--offlin", "-m", "x"], "did you mean --offline?"),
        (["enc"], "there is no command 'enc'; did you mean encode?"),
        (["encdoe", "-m", "x"], "there is no command 'encdoe'; did you mean encode?"),
        (["seach"], "did you mean search?"),
        (["eval"], "did you mean evaluate, evaluate-sts or evaluate-retrieval?"),
        (["evaluate-st", "a", "b"], "did you mean evaluate-sts?"),
        (["help"], "there is no command 'help'; did you mean m2v --help?"),
        (["help", "search"], "there is no command 'help'; did you mean m2v search --help?"),
        (["help", "nothing"], "did you mean m2v --help?"),
    ],
    ids=" ".join,
)
def test_the_right_word_is_suggested(m2v, arguments, suggestion):
    assert suggestion in wrong(m2v, *arguments)


@pytest.mark.parametrize("arguments", [["xylophone"], ["--xylophone"], ["encode", "--xylophone"], ["e"], ["-x"]])
def test_no_word_is_suggested_where_none_is_near(m2v, arguments):
    message = wrong(m2v, *arguments)
    assert "did you mean" not in message and "there is no" in message and arguments[-1] in message


# --- values ---

VALUES = [
    (["search", "-m", "x", "--documents", "y", "-k", "VALUE", "q"], "-k", "0", "a whole number of at least 1"),
    (["search", "-m", "x", "--documents", "y", "-k", "VALUE", "q"], "-k", "ten", "a whole number of at least 1"),
    (["search", "-m", "x", "--documents", "y", "--k1", "VALUE", "q"], "--k1", "-1", "a number of at least 0"),
    (["search", "-m", "x", "--documents", "y", "--b", "VALUE", "q"], "--b", "nan", "a number from 0 to 1"),
    (["search", "-m", "x", "--documents", "y", "--overlap", "VALUE", "q"], "--overlap", "1.5", "a whole number"),
    (["encode", "-m", "x", "--threads", "VALUE"], "--threads", "0", "a whole number from 1 to 1,024"),
    (["encode", "-m", "x", "--threads", "VALUE"], "--threads", "1e1", "a whole number from 1 to 1,024"),
    (["encode", "-m", "x", "--max-length", "VALUE"], "--max-length", "some", "neither a whole number nor none"),
    (["convert", "x", "-o", "y", "--dims", "VALUE"], "--dims", "0", "a whole number of at least 1"),
    (["convert", "x", "-o", "y", "--quantize-to", "VALUE"], "--quantize-to", "int4", "float32, float16, int8 or float64"),
    (["distill", "x", "-o", "y", "--whitening", "VALUE"], "--whitening", "0.6", "a number from 0 to 0.5"),
    (["distill", "x", "-o", "y", "--random-texts", "VALUE"], "--random-texts", "many", "a whole number"),
    (["fit", "-m", "x", "-o", "y", "--learning-rate", "VALUE", "f"], "--learning-rate", "0", "a number above 0"),
    (["fit", "-m", "x", "-o", "y", "--learning-rate", "VALUE", "f"], "--learning-rate", "inf", "a number above 0"),
    (["fit", "-m", "x", "-o", "y", "--token-dropout", "VALUE", "f"], "--token-dropout", "1", "of at least 0 and below 1"),
    (["fit", "-m", "x", "-o", "y", "--validation-fraction", "VALUE", "f"], "--validation-fraction", "1", "between 0 and 1"),
    (["fit", "-m", "x", "-o", "y", "--seed", "VALUE", "f"], "--seed", "-1", "a whole number"),
    (["fit", "-m", "x", "-o", "y", "--folds", "VALUE", "f"], "--folds", "1", "a whole number from 2 to 1,000,000"),
    (["fit", "-m", "x", "-o", "y", "--early-stopping-patience", "VALUE", "f"], "--early-stopping-patience", "-3",
     "neither a whole number nor none"),
    (["predict", "-m", "x", "--top", "VALUE"], "--top", "9" * 30, "too large"),
    (["predict", "-m", "x", "--threshold", "VALUE"], "--threshold", "1e400", "a number from 0 to 1"),
    (["verify", "x", "y", "--min-cosine", "VALUE"], "--min-cosine", "2", "a number from -1 to 1"),
]  # fmt: skip


@pytest.mark.parametrize("arguments,option,value,right", VALUES, ids=[f"{v[1]} {v[2][:8]}" for v in VALUES])
def test_a_wrong_value(m2v, arguments, option, value, right):
    message = wrong(m2v, *[value if word == "VALUE" else word for word in arguments])
    assert f"{option}: '{value}' is" in message and right in message


@pytest.mark.parametrize(
    "arguments,right",
    [
        (["encode", "-m"], "--model needs a value: MODEL"),
        (["encode", "-m", "x", "--threads"], "--threads needs a value: N"),
        (["encode", "-m", "a", "-m", "b"], "--model is given more than once"),
        (["tokenize", "-m", "a", "--tokens", "--offsets"], "--tokens and --offsets cannot be used together"),
        (["encode"], "--model is required"),
        (["encode", "-m", "a", "b", "c"], "unexpected argument 'c'"),
        (["encode", "-m", "a", "--sequence=x"], "--sequence: 'x' is not a valid value"),
        (["verify", "x.m2v", "--texts", "t.txt"], "--texts requires two models"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_missing_and_contradicting_options(m2v, arguments, right):
    assert right in wrong(m2v, *arguments)


def test_numbers_that_were_right_still_are(m2v, model, tmp_path):
    for option, value in (("--max-length", "8"), ("--max-length", "none"), ("--threads", "1"), ("--threads", "+1")):
        m2v.check("encode", "-m", model, option, value, "-o", tmp_path / "x.npy", stdin=TEXTS)
    path = write_tsv(tmp_path / "t.tsv", rows(TWO, 20))
    for value in ("0.001", "1e-3", ".001"):
        m2v.check("fit", "-m", model, path, "-o", tmp_path / "x", "--max-epochs", 1, "--learning-rate", value)


def test_verify_says_what_it_takes(m2v, model):
    done = m2v.run("verify", model)
    message = done.stderr.decode()
    assert done.returncode == 1 and message.count("\n") == 1
    assert "has no checksums" in message and "second model" in message and "m2v convert" in message


def test_verify_one_compiled_model(m2v, model, tmp_path):
    m2v.check("convert", model, "-o", tmp_path / "x.m2v")
    told = json.loads(m2v.check("verify", tmp_path / "x.m2v", "--json"))
    assert told == {"file": str(tmp_path / "x.m2v"), "intact": True}


# --- readers that go away ---


@pytest.mark.parametrize(
    "arguments",
    [
        ["encode", "-m", "MODEL", "FILE"],
        ["encode", "-m", "MODEL", "FILE", "-o", "-"],
        ["encode", "-m", "MODEL", "FILE", "--sequence"],
        ["tokenize", "-m", "MODEL", "FILE"],
        ["predict", "-m", "CLASSIFIER", "FILE"],
        ["predict", "-m", "CLASSIFIER", "FILE", "--json"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("ignored", [False, True], ids=["", "SIGPIPE ignored"])
def test_a_reader_that_goes_away(m2v, model, classifier, tmp_path, arguments, ignored):
    """As of other programs a shell sees 141, unless who started it has switched the signal off."""
    path = tmp_path / "texts.txt"
    path.write_text("a quick brown fox\n" * 100_000)
    names = {"MODEL": model, "CLASSIFIER": classifier, "FILE": path}
    words = [str(names.get(word, word)) for word in arguments]

    def before():
        signal.signal(signal.SIGPIPE, signal.SIG_IGN if ignored else signal.SIG_DFL)

    running = subprocess.Popen(
        [m2v.binary, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=before, restore_signals=False
    )
    running.stdout.read(10)
    running.stdout.close()
    message = running.stderr.read()
    assert running.wait(timeout=60) == (1 if ignored else -signal.SIGPIPE)
    assert message == b""


# --- what was written ---

WRITERS = {
    "encode npy": (["encode", "-m", "MODEL", "-o", "x.npy"], "x.npy: 3 vectors of 32 values"),
    "encode jsonl": (["encode", "-m", "MODEL", "-o", "x.jsonl"], "x.jsonl: 3 vectors of 32 values"),
    "encode sequence": (["encode", "-m", "MODEL", "-o", "x.safetensors", "--sequence"], "values, of 3 texts"),
    "predict": (["predict", "-m", "CLASSIFIER", "-o", "x.txt"], "x.txt: 3 lines"),
    "predict matrix": (["predict", "-m", "CLASSIFIER", "-o", "x.npy"], "x.npy: 3 rows of 2 probabilities"),
    "compile": (["convert", "MODEL", "-o", "x.m2v"], "x.m2v: "),
    "copy": (["convert", "MODEL", "-o", "x"], "x: made from "),
    "evaluate": (["evaluate", "-m", "CLASSIFIER", "TABLE", "--plot", "x.html"], "x.html: HTML report on 40 texts"),
}


@pytest.mark.parametrize("name", WRITERS)
def test_what_was_written_is_said(m2v, model, classifier, tmp_path, name):
    arguments, note = WRITERS[name]
    table = write_tsv(tmp_path / "table.tsv", rows(TWO, 20, seed=3))
    names = {"MODEL": model, "CLASSIFIER": classifier, "TABLE": table}
    words = [names.get(word, tmp_path / word if word.startswith("x") else word) for word in arguments]
    done = m2v.run(*words, stdin=TEXTS)
    assert done.returncode == 0
    message = done.stderr.decode()
    assert note in message and message.count("\n") == 1 and str(tmp_path) in message
    quiet = m2v.run(*words, "--quiet", stdin=TEXTS)
    assert quiet.returncode == 0 and quiet.stderr == b"" and quiet.stdout == done.stdout


def test_one_is_not_plural(m2v, model, tmp_path):
    done = m2v.run("encode", "-m", model, "-o", tmp_path / "x.npy", stdin=b"fox\n")
    assert "x.npy: 1 vector of 32 values" in done.stderr.decode()
    assert np.load(tmp_path / "x.npy").shape == (1, 32)
    (tmp_path / "one.txt").write_text("fox\n")
    out = m2v.check("search", "-m", model, "--documents", tmp_path / "one.txt", "fox").decode()
    assert "1 document embedded" in out and "1 query searched" in out


def test_quiet_is_in_every_command(m2v):
    listed = m2v.check("--help").decode().split("Subcommands:")[1].split("Examples:")[0]
    commands = [line.split()[0] for line in listed.splitlines() if line[:3].strip()]
    assert len(commands) >= 15
    for command in commands:
        assert b"--quiet" in m2v.check(command, "--help"), command


def test_quiet_results_of_long_work(m2v, model, tmp_path):
    path = write_tsv(tmp_path / "t.tsv", rows(TWO, 20))
    for arguments in (["fit", "-m", model, path], ["convert", model, "--dims", 8]):
        assert b": " in m2v.check(*arguments, "-o", tmp_path / "x")
        done = m2v.run(*arguments, "-o", tmp_path / "x", "-q")
        assert done.returncode == 0 and done.stdout == b"" and done.stderr == b""
