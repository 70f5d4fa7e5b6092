"""Saving a model into a folder changes the files of the model and nothing else."""

import json
import os
import pwd
import subprocess
import threading

import pytest

from conftest import everything_below, side_of, temporaries_below

FILES = {"README.md", "config.json", "model.safetensors", "modules.json", "tokenizer.json"}


def names(folder):
    return {path.name for path in folder.iterdir()}


@pytest.fixture
def model(m2v, sources, tmp_path):
    """A folder that m2v has saved, of the left model."""
    folder = tmp_path / "model"
    m2v.check("convert", sources["left"], "-o", folder)
    assert names(folder) == FILES
    return folder


def test_a_model_is_replaced_and_everything_else_stays(m2v, sources, model):
    (model / "notes/deep").mkdir(parents=True)
    (model / "notes/deep/a.txt").write_text("mine")
    (model / ".git").mkdir()
    (model / ".git/HEAD").write_text("ref")
    (model / "onnx.bin").write_bytes(b"theirs")
    (model / "link").symlink_to("onnx.bin")
    (model / "dangling").symlink_to("nowhere")
    (model / "notes/deep").chmod(0o500)
    if os.geteuid() == 0:
        os.chown(model / "onnx.bin", 1234, 1234)
    (model / "training.json").write_text("{}")
    others = {k: v for k, v in everything_below(model).items() if k not in FILES | {"training.json"}}
    inode = model.stat().st_ino
    m2v.check("convert", sources["right"], "-o", model)
    after = everything_below(model)
    assert {k: v for k, v in after.items() if k not in FILES} == others
    assert side_of(m2v, model) == "right" and model.stat().st_ino == inode
    (model / "notes/deep").chmod(0o700)


@pytest.mark.parametrize("spelling", [".", "./", "../model", "../model/", "../link"])
def test_ways_to_spell_a_folder(m2v, sources, model, spelling):
    """The shell that stands in the folder is in the same one afterwards."""
    (model.parent / "link").symlink_to("model")
    here = os.open(model, os.O_RDONLY)
    done = subprocess.run(
        [m2v.binary, "convert", sources["right"], "-o", spelling], cwd=model, capture_output=True
    )
    assert done.returncode == 0, done.stderr
    assert os.fstat(here).st_ino == model.stat().st_ino and os.fstat(here).st_nlink > 0
    os.close(here)
    assert side_of(m2v, model) == "right" and names(model) == FILES
    assert (model.parent / "link").is_symlink()


@pytest.mark.parametrize("name", ["two words", "ein Mödell", "-o", "new/and/deep", "quote'\"", "x" * 255])
def test_names_of_new_folders(m2v, sources, tmp_path, name):
    for side in ("left", "right"):
        m2v.check("convert", sources[side], "-o", tmp_path / name)
        assert side_of(m2v, tmp_path / name) == side and names(tmp_path / name) == FILES


@pytest.mark.parametrize("target", ["..", "/", "{tmp}", "/proc", "/dev"])
def test_folders_of_something_else_are_refused(m2v, sources, tmp_path, target):
    (tmp_path / "here").mkdir()
    (tmp_path / "file").write_text("mine")
    before = everything_below(tmp_path)
    target = target.format(tmp=tmp_path)
    done = subprocess.run(
        [m2v.binary, "convert", sources["left"], "-o", target],
        cwd=tmp_path / "here",
        capture_output=True,
        text=True,
    )
    assert done.returncode in (1, 2) and "Traceback" not in done.stderr
    if not target.startswith(("/proc", "/dev")):
        assert "--force" in done.stderr and done.returncode == 2
    assert everything_below(tmp_path) == before


THEIRS = {
    "config.json": '{"my": "own"}',
    "tokenizer.json": "{}",
    "modules.json": "[]",
    "training.json": '{"epochs": 3}',
    "head.safetensors": "their head",
    "README.md": "# Mine\n",
}


def commands(sources, compiled, tmp_path):
    texts = tmp_path / "texts.tsv"
    texts.write_text("".join(f"{c}\ta text of {c} {i}\n" for i in range(10) for c in "ab"))
    return {
        "folder": ["convert", sources["left"]],
        "compiled": ["convert", compiled["left"]],
        "smaller": ["convert", sources["left"], "--dims", "2"],
        "fit": ["fit", "-m", sources["left"], texts, "--max-epochs", "1"],
    }


@pytest.mark.parametrize("what", ["folder", "compiled", "smaller", "fit"])
def test_a_users_own_files(m2v, sources, compiled, tmp_path, what):
    """Refused; with --force what is written is replaced, and nothing is deleted."""
    out = tmp_path / "project"
    out.mkdir()
    for name, text in THEIRS.items():
        (out / name).write_text(text)
    (out / "src").mkdir()
    before = everything_below(out)
    command = commands(sources, compiled, tmp_path)[what]
    refused = m2v.run(*command, "-o", out)
    assert refused.returncode == 2 and b"--force" in refused.stderr
    assert everything_below(out) == before
    m2v.check(*command, "-o", out, "--force")
    after = everything_below(out)
    assert after["README.md"] == before["README.md"] and after["src"] == before["src"]
    for name in ("training.json", "head.safetensors"):
        assert what == "fit" or after[name] == before[name]
    assert not temporaries_below(out)
    assert m2v.encode(out, ["A text."]).any()
    m2v.check("info", out)


def test_a_transformers_folder(m2v, sources, tmp_path):
    out = tmp_path / "teacher"
    out.mkdir()
    (out / "config.json").write_text('{"model_type": "bert"}')
    (out / "model.safetensors").write_text("precious")
    refused = m2v.run("convert", sources["left"], "-o", out)
    assert refused.returncode == 2 and b'another kind of model ("bert")' in refused.stderr
    assert (out / "model.safetensors").read_text() == "precious"
    m2v.check("convert", sources["left"], "-o", out, "--force")
    assert side_of(m2v, out) == "left"


def test_files_written_by_others_meanwhile(m2v, sources, compiled, model):
    """None of them is lost, wherever in the save it is made."""
    stop, made = threading.Event(), []

    def write():
        while not stop.is_set():
            path = model / "logs" / f"{len(made):06}"
            path.parent.mkdir(exist_ok=True)
            path.write_text(path.name)
            made.append(path)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for i in range(6):
            source = (sources if i % 2 else compiled)[("left", "right")[i // 2 % 2]]
            m2v.check("convert", source, "-o", model)
    finally:
        stop.set()
        thread.join()
    assert made and all(path.read_text() == path.name for path in made)
    assert len(list((model / "logs").iterdir())) == len(made)


def test_links_stay(m2v, sources, model):
    shared = model.parent / "shared"
    shared.mkdir()
    for name in ("model.safetensors", "config.json"):
        (model / name).rename(shared / name)
        (model / name).symlink_to(f"../shared/{name}")
    m2v.check("convert", sources["right"], "-o", model)
    for name in ("model.safetensors", "config.json"):
        assert os.readlink(model / name) == f"../shared/{name}"
    assert json.loads((shared / "config.json").read_text())["side"] == "right"
    assert side_of(m2v, model) == "right" and not temporaries_below(model.parent)


def test_modes_stay(m2v, sources, model):
    (model / "model.safetensors").chmod(0o640)
    (model / "config.json").chmod(0o600)
    model.chmod(0o710)
    m2v.check("convert", sources["right"], "-o", model)
    assert (model / "model.safetensors").stat().st_mode & 0o7777 == 0o640
    assert (model / "config.json").stat().st_mode & 0o7777 == 0o600
    assert model.stat().st_mode & 0o7777 == 0o710


@pytest.mark.parametrize("name", sorted(FILES - {"README.md"}) + ["."])
def test_read_only_entries(m2v, sources, model, name):
    (model / name).chmod(0o555 if name == "." else 0o444)
    before = everything_below(model)
    refused = m2v.run("convert", sources["right"], "-o", model)
    assert refused.returncode == 1
    assert (model.name if name == "." else name).encode() in refused.stderr
    assert everything_below(model) == before
    (model / name).chmod(0o755)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make files of others")
def test_another_users_file(m2v, sources, model, as_somebody):
    """Somebody else's file is refused, also one that everybody may write; root leaves it its owner."""
    nobody = pwd.getpwnam("nobody").pw_uid
    for path in (model, *model.iterdir()):
        os.chown(path, nobody, nobody)
    os.chown(model / "tokenizer.json", 1234, 1234)
    (model / "tokenizer.json").chmod(0o666)
    before = everything_below(model)
    refused = as_somebody("convert", sources["right"], "-o", model)
    assert refused.returncode == 1 and b"tokenizer.json" in refused.stderr
    assert everything_below(model) == before
    m2v.check("convert", sources["right"], "-o", model)
    after = everything_below(model)
    assert {k: v[:2] for k, v in after.items()} == {k: v[:2] for k, v in before.items()}
    assert side_of(m2v, model) == "right"


MOUNTS = """
set -e
mkdir -p "$1/data"
mount -t tmpfs none "$1/data"
echo mine > "$1/data/file"
"$2" convert "$3" -o "$1"
test "$(cat "$1/data/file")" = mine
mountpoint -q "$1/data"
mount --bind "$1/config.json" "$1/config.json"
if "$2" convert "$4" -o "$1" 2> "$1.errors"; then exit 9; fi
grep -q config.json "$1.errors"
"$2" encode -m "$1" < /dev/null > /dev/null
umount "$1/config.json"
mount --bind "$1" "$1"
"$2" convert "$4" -o "$1"
"""


def unshared(script, *arguments):
    """Runs a shell script in a mount namespace of its own."""
    command = ["unshare", "-m", "sh", "-c", script, "sh", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, timeout=600)


needs_mounts = pytest.mark.skipif(
    os.geteuid() != 0 or unshared("mount -t tmpfs none /mnt").returncode != 0,
    reason="only root, and not in every container, can mount",
)


@needs_mounts
def test_mounts(m2v, sources, model):
    """One inside stays; a file that is one is refused; the folder itself may be one."""
    done = unshared(MOUNTS, model, m2v.binary, sources["left"], sources["right"])
    assert done.returncode == 0, done.stderr
    assert side_of(m2v, model) == "right" and not temporaries_below(model)


FULL = """
set -e
mount -t tmpfs -o size="$4" none "$1"
cp -r "$3" "$1/model"
if "$2" convert "$5" -o "$1/model" 2> "$1.errors"; then exit 9; fi
if "$2" convert "$5" -o "$1/fresh" 2>> "$1.errors"; then exit 9; fi
ls -A "$1" > "$1.names"
ls -A "$1/model" >> "$1.names"
"$2" encode -m "$1/model" "$6" -o "$1.npy"
"""


@needs_mounts
def test_no_space(m2v, sources, model, tmp_path):
    """The old model stays, and nothing else does."""
    import numpy as np

    (tmp_path / "disk").mkdir()
    (tmp_path / "texts").write_text("A text.\n")
    size = sum(path.stat().st_size for path in model.iterdir())
    done = unshared(
        FULL,
        tmp_path / "disk",
        m2v.binary,
        model,
        int(size * 1.6),
        sources["right"],
        tmp_path / "texts",
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "disk.errors").read_text().count("No space left on device") == 2
    assert (tmp_path / "disk.names").read_text().split() == ["model", *sorted(FILES)]
    assert np.load(tmp_path / "disk.npy").shape == (1, 300)


def test_no_space_by_a_limit(m2v, sources, model):
    """`ulimit -f` is an error as a full disk is."""
    before = everything_below(model)
    command = f"ulimit -f 100; exec {m2v.binary} convert {sources['right']} -o {model}"
    done = subprocess.run(["sh", "-c", command], capture_output=True)
    assert done.returncode == 1 and b"File too large" in done.stderr
    assert everything_below(model) == before


def test_layouts_of_sentence_transformers(m2v, sources, tmp_path):
    """A model in another layout is a model of ours, too."""
    import numpy as np

    import tokenizer_files
    from model_folders import Model, vocabulary_size

    settings = tokenizer_files.trained()
    table = np.ones((vocabulary_size(settings), 4), np.float32)
    for layout in ("sentence-transformers", "nested", "model2vec"):
        folder = Model(settings, table).write(tmp_path / layout, layout)
        (folder / "1_Normalize").mkdir()
        m2v.check("convert", folder, "-o", tmp_path / f"{layout}.m2v")
        m2v.check("convert", sources["left"], "-o", folder)
        assert side_of(m2v, folder) == "left" and (folder / "1_Normalize").is_dir()
        m2v.check("convert", tmp_path / f"{layout}.m2v", "-o", folder)
        assert m2v.encode(folder, ["A text."]).shape == (1, 4)
        assert not temporaries_below(folder)
