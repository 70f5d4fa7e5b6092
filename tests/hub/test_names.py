"""What a MODEL's name is taken for: a path, an id with an owner, or one without. From the command and from Python."""

import json
import os
import subprocess
import sys

import pytest

from hub_client import check_cache

PATHS = ["./nope", "../nope", "/nope", "~/nope", "nope/", "a/b/c", "./a/b", "a\\b", "nope.m2v", "org/nope.m2v"]


@pytest.fixture
def python(client):
    """Runs lines of Python with the package; the last expression's error, or what is printed."""
    package = os.environ.get("M2V_PYTHON_PACKAGE")
    assert package, "set M2V_PYTHON_PACKAGE to the folder that has m2v/"

    def run(lines, **env):
        return subprocess.run(
            [sys.executable, "-c", lines],
            env={**os.environ, "PYTHONPATH": package, **env},
            capture_output=True,
            text=True,
            timeout=300,
        )

    return run


@pytest.mark.parametrize("path", PATHS)
def test_a_path_is_never_asked_of_the_hub(hub, client, path):
    for arguments in (["info", path], ["encode", "-m", path], ["distill", path, "-o", client.new_path()]):
        assert "no such folder" in client.fails(*arguments)
    assert not hub.log


def test_a_path_in_python(hub, client, python):
    lines = f"""
import pathlib, m2v, m2v.distill
for path in {PATHS!r} + [pathlib.Path("nope"), pathlib.Path("./nope")]:
    for load in (m2v.StaticModel.from_pretrained, m2v.distill.distill):
        try:
            load(path)
        except OSError as error:
            assert "no such folder" in str(error), error
        else:
            raise SystemExit(f"{{path}} was found")
"""
    done = python(lines)
    assert done.returncode == 0, done.stderr
    assert not hub.log


def test_an_id_without_an_owner(hub, client, python, static_model):
    """The cache's folder and the hub's address are those of huggingface_hub."""
    from huggingface_hub import hf_hub_download

    hub.repositories.create("gpt2", files=static_model)
    folder = client.pull("gpt2")
    assert hub.requests("hub")[0].path == "/api/models/gpt2/revision/main"
    assert folder.parent.parent.name == "models--gpt2"
    theirs = hf_hub_download("gpt2", "config.json", cache_dir=client.cache, local_files_only=True)
    assert theirs == f"{folder}/config.json"
    hub.log.clear()
    client.check("info", "gpt2", "--offline")
    assert json.loads(client.check("info", "gpt2", "--json"))
    done = python("import m2v; m2v.StaticModel.from_pretrained('gpt2')", HF_HUB_OFFLINE="1")
    assert done.returncode == 0, done.stderr
    assert not hub.log
    check_cache(client.cache)


@pytest.mark.parametrize("name", ["gpt2", "me/absent"])
def test_offline_and_not_there(hub, client, python, name):
    message = client.fails("info", name, "--offline")
    assert "not in the cache" in message and f"m2v pull {name}" in message
    done = python(f"import m2v; m2v.StaticModel.from_pretrained({name!r})", HF_HUB_OFFLINE="1")
    assert f"m2v pull {name}" in done.stderr.splitlines()[-1]
    assert not hub.log


def test_whose_it_may_be(hub, client):
    message = client.fails("encode", "-m", "potion-base-8M")
    assert "minishlab/potion-base-8M" in message
    assert "minishlab" not in client.fails("encode", "-m", "somebody/potion-base-8M")


def take_away(folder, name):
    (folder / name).resolve().unlink()  # the link stays
    return name


def remove(folder, name):
    (folder / name).unlink()
    return name


@pytest.mark.parametrize("spoil", [take_away, remove])
@pytest.mark.parametrize("listed", [True, False])
@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "config.json"])
def test_a_copy_that_lacks_a_file(hub, client, python, static_model, spoil, listed, name):
    hub.repositories.create("me/model", files=static_model)
    folder = client.pull("me/model")
    spoil(folder, name)
    if not listed:  # another program brought it
        for listing in (client.storage() / "trees").iterdir():
            listing.unlink()
    message = client.fails("info", "me/model", "--offline")
    assert f"lacks {name};" in message and str(folder) in message
    done = python("import m2v; m2v.StaticModel.from_pretrained('me/model')", HF_HUB_OFFLINE="1")
    assert f"lacks {name};" in done.stderr.splitlines()[-1]
    message = client.fails("info", "me/model", env={"HF_ENDPOINT": "http://127.0.0.1:9"})
    assert f"lacks {name})" in message and "127.0.0.1:9" in message
    client.check("info", "me/model")  # online, it is fetched
    check_cache(client.cache)


def test_a_teacher_that_lacks_shards(hub, client, teacher_model):
    shards = [f"model-0000{i}-of-00003.safetensors" for i in (1, 2, 3)]
    files = {name: content for name, content in teacher_model.items() if name != "model.safetensors"}
    files |= {"model.safetensors.index.json": b"{}", **{name: b"x" * (i + 9) for i, name in enumerate(shards)}}
    hub.repositories.create("me/teacher", files=files)
    folder = client.pull("me/teacher")
    for name in shards[1:]:
        remove(folder, name)
    for listing in (client.storage("me/teacher") / "trees").iterdir():
        listing.unlink()
    message = client.fails("pull", "me/teacher", "--offline")
    assert f"lacks {shards[1]}, {shards[2]};" in message


def test_a_teacher_without_an_owner(hub, client, python, teacher_model, tmp_path, monkeypatch):
    """As Sentence Transformers looks for it; a folder of that name wins."""
    name, whole = "all-MiniLM-L6-v2", "sentence-transformers/all-MiniLM-L6-v2"
    hub.repositories.create(whole, files=teacher_model)
    monkeypatch.chdir(tmp_path)
    said = client.warnings("distill", name, "-o", tmp_path / "a")
    assert f"{name}: no such folder; using {whole}" in said
    assert json.loads((tmp_path / "a" / "config.json").read_text())["tokenizer_name"] == whole
    done = python(f"from m2v.distill import distill; distill({name!r}).save_pretrained('b')")
    assert done.returncode == 0 and f"using {whole}" in done.stderr
    assert json.loads((tmp_path / "b" / "config.json").read_text())["tokenizer_name"] == whole
    client.check("distill", name, "-o", tmp_path / "c", "--offline")
    hub.log.clear()
    (tmp_path / name).symlink_to(client.pull(whole, "--offline"))
    assert "taking" not in client.warnings("distill", name, "-o", tmp_path / "d")
    assert not hub.log


def test_an_old_teacher_is_taken_by_its_own_name(hub, client, teacher_model, tmp_path):
    hub.repositories.create("bert-base-uncased", files=teacher_model)
    assert "taking" not in client.warnings("distill", "bert-base-uncased", "-o", tmp_path / "a")
    assert "base_model: bert-base-uncased" in (tmp_path / "a" / "README.md").read_text()
    message = client.fails("distill", "no-such-teacher", "-o", tmp_path / "b")
    assert "sentence-transformers/no-such-teacher: no such repository" in message
