"""m2v pull, and hub ids where a MODEL is taken."""

import json
import os
import pty
import subprocess

import pytest

from conftest import READER, TOKEN, files_below
from hub_client import check_cache

TEXTS = b"a cat on the mat\nthe moon\n"


@pytest.fixture
def repository(hub, static_model):
    extras = {
        "README.md": b"# A model",
        "modules.json": b"[]",
        "onnx/model.onnx": b"\0" * 1000,
        "pytorch_model.bin": b"\0" * 1000,
    }
    return hub.repositories.create("me/model", files={**static_model, **extras})


@pytest.fixture
def teacher(hub, teacher_model):
    extras = {"pytorch_model.bin": b"\0" * 1000, "train_script.py": b"pass", "openvino/a.xml": b"<a/>"}
    return hub.repositories.create("me/teacher", files={**teacher_model, **extras})


def test_a_static_model_is_its_three_files_and_the_card(hub, repository, client, static_model):
    folder = client.pull("me/model")
    assert folder == client.storage() / "snapshots" / repository.refs["main"]
    assert files_below(folder) == {**static_model, "README.md": b"# A model"}
    check_cache(client.cache)


def test_a_teacher_is_what_distilling_reads(hub, teacher, client, teacher_model):
    folder = client.pull("me/teacher")
    assert files_below(folder) == teacher_model
    check_cache(client.cache)


def test_an_id_is_taken_wherever_a_model_is(hub, repository, client, tmp_path, static_model):
    local = tmp_path / "local"
    local.mkdir()
    for name, content in static_model.items():
        (local / name).write_bytes(content)
    texts = tmp_path / "texts.txt"
    texts.write_bytes(TEXTS)
    for command in (
        ["encode", "-m", "MODEL"],
        ["tokenize", "-m", "MODEL", "--tokens"],
        ["info", "MODEL", "--json"],
    ):
        arguments = ["me/model" if a == "MODEL" else a for a in command]
        by_path = [local if a == "MODEL" else a for a in command]
        stdin = b"" if "info" in command else TEXTS
        out, expected = client.check(*arguments, stdin=stdin), client.check(*by_path, stdin=stdin)
        if "info" in command:
            out, expected = json.loads(out), json.loads(expected)
            out.pop("bytes_on_disk"), expected.pop("bytes_on_disk")  # the card counts
        assert out == expected
    client.check("search", "-m", "me/model", "--documents", texts, "moon")
    client.check("bench", "-m", "me/model", texts, "--json")


def test_distil_a_hub_id(hub, teacher, client, tmp_path, teacher_model):
    for name, content in teacher_model.items():
        path = tmp_path / "teacher" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    client.check("distill", "me/teacher", "-o", tmp_path / "a")
    client.check("distill", tmp_path / "teacher", "-o", tmp_path / "b")
    a, b = tmp_path / "a", tmp_path / "b"
    assert (a / "model.safetensors").read_bytes() == (b / "model.safetensors").read_bytes()
    assert json.loads((a / "config.json").read_text())["tokenizer_name"] == "me/teacher"
    assert "base_model: me/teacher" in (a / "README.md").read_text()


def test_a_folder_wins_over_an_id_and_asks_nobody(
    hub, repository, client, tmp_path, static_model, monkeypatch
):
    folder = tmp_path / "me" / "model"
    folder.mkdir(parents=True)
    for name, content in static_model.items():
        (folder / name).write_bytes(content)
    client.check("info", folder)
    monkeypatch.chdir(tmp_path)
    client.check("info", "me/model")
    assert not hub.log
    assert client.pull("me/model").parts[-2] == "snapshots"  # pull means the hub


def test_a_local_folder_does_not_load_the_hub_library(hub, repository, client):
    folder = client.pull("me/model")
    env = {"LD_DEBUG": "files"}
    assert b"libm2v_hub" in client.run("info", "me/model", env=env).stderr
    assert b"libm2v_hub" not in client.run("info", folder, env=env).stderr
    assert b"libcurl" not in client.run("encode", "-m", folder, stdin=TEXTS, env=env).stderr


def test_a_cached_load_makes_no_network_call(hub, repository, client):
    client.pull("me/model")
    hub.log.clear()
    client.check("encode", "-m", "me/model", stdin=TEXTS)
    assert not hub.log
    assert not client.warnings("info", "me/model")


def test_pull_asks_whether_there_is_a_newer_one(hub, repository, client):
    first = client.pull("me/model")
    hub.log.clear()
    assert client.pull("me/model") == first
    assert [r.method for r in hub.log] == ["GET"]
    repository.add({"README.md": b"# Another"})
    client.check("info", "me/model")
    assert (first / "README.md").read_bytes() == b"# A model"
    hub.log.clear()
    second = client.pull("me/model")
    assert second != first and (second / "README.md").read_bytes() == b"# Another"
    assert not hub.requests("cdn")  # the table is the same, and here already
    check_cache(client.cache)


def test_force_download(hub, repository, client):
    client.pull("me/model")
    hub.log.clear()
    client.pull("me/model", "--force-download")
    assert len(hub.requests("cdn", "GET")) == 1
    check_cache(client.cache)


def test_revisions(hub, repository, client):
    commit = repository.refs["main"]
    repository.refs["v1"] = repository.refs["feature/a b"] = commit
    repository.add({"README.md": b"# Another"}, title="newer")
    repository.refs["refs/pr/1"] = commit
    for revision in ("v1", "feature/a b", commit, "refs/pr/1"):
        folder = client.pull("me/model", "--revision", revision)
        assert (folder / "README.md").read_bytes() == b"# A model"
    assert (client.pull("me/model") / "README.md").read_bytes() == b"# Another"
    assert "no branch, tag or commit 'v2'" in client.fails("pull", "me/model", "--revision", "v2")
    assert "revision" in client.fails("pull", "me/model", "--revision", "../x", code=2)
    hub.log.clear()
    client.check("info", "me/model", "--revision", commit)
    client.check("info", "me/model", "--revision", "v1")
    assert not hub.log


def test_subfolder(hub, client, static_model, tmp_path):
    files = {f"models/small/{name}": content for name, content in static_model.items()}
    hub.repositories.create("me/many", files={**files, "big/model.safetensors": b"\0" * 9})
    folder = client.pull("me/many", "--subfolder", "models/small")
    assert files_below(folder) == static_model
    client.check("info", "me/many", "--subfolder", "models/small")
    client.check("info", folder.parent, "--subfolder", "small")
    message = client.fails("pull", "me/many")
    assert "not a model that m2v reads" in message and "--subfolder models/small" in message
    assert "subfolder" in client.fails("pull", "me/many", "--subfolder", "../..", code=2)


@pytest.mark.parametrize("layout", ["sentence-transformers", "nested"])
def test_other_layouts(hub, client, layout, tmp_path):
    import tokenizer_files
    from model_folders import Model, random_table, vocabulary_size

    settings = tokenizer_files.trained()
    modules = [{"idx": 0, "name": "0", "path": "", "type": "x.Normalize"}]
    model = Model(settings, random_table(vocabulary_size(settings), 8), modules=modules, config={})
    files = files_below(model.write(tmp_path / "model", layout))
    hub.repositories.create("me/other", files={**files, "a.txt": b""})
    assert files_below(client.pull("me/other")) == files
    assert json.loads(client.check("info", "me/other", "--json"))["normalize"] is True


def test_what_is_no_model(hub, client, static_model):
    config = {"config.json": b'{"model_type": "bert"}', "tokenizer.json": b"{}"}
    hub.repositories.create("me/other", files={**config, "tf_model.h5": b"\0"})
    message = client.fails("pull", "me/other")
    assert "not a model that m2v reads" in message and "tf_model.h5" in message
    assert "other formats" in message
    hub.repositories.create("me/empty")
    assert "not a model that m2v reads" in client.fails("info", "me/empty")


def test_not_there(hub, client):
    for token in ([], ["--token", READER]):
        message = client.fails("pull", "me/absent", *token)
        assert "me/absent: no such repository" in message and hub.url in message
    assert "--token" in client.fails("pull", "me/absent")
    message = client.fails("info", "me/absent")
    assert "no such folder" in message and "no such repository" in message
    message = client.fails("info", "absent")
    assert "no such folder" in message and "is minishlab/absent (a static model)" in message
    for name in ("a/b/c", "a b/c", "-a/b", "a--b/c", "../a", "a/..", "", "a/b.git"):
        client.fails("pull", name, code=2)


def test_private(hub, client, static_model):
    hub.repositories.create("me/secret", private=True, files=static_model)
    assert "or it is private" in client.fails("pull", "me/secret")
    assert "your token may not" in client.fails("pull", "me/secret", "--token", READER)
    assert "does not know your token" in client.fails("pull", "me/secret", "--token", "hf_wrong")
    client.pull("me/secret", "--token", TOKEN)
    # With a copy in the cache no token is needed.
    client.check("info", "me/secret")


def test_where_tokens_come_from(hub, client, static_model, tmp_path):
    hub.repositories.create("me/secret", private=True, files=static_model)
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    for number, env in enumerate(
        (
            {"HF_TOKEN": f" {TOKEN}\n"},
            {"HUGGING_FACE_HUB_TOKEN": TOKEN},
            {"HF_TOKEN_PATH": str(file)},
            {"HF_TOKEN": TOKEN, "HF_TOKEN_PATH": "/nowhere"},
        )
    ):
        client.pull("me/secret", env={**env, "HF_HUB_CACHE": str(tmp_path / str(number))})
    (client.home / "token").write_text(TOKEN)
    client.pull("me/secret", env={"HF_HUB_CACHE": str(tmp_path / "home")})
    env = {"HF_HUB_DISABLE_IMPLICIT_TOKEN": "1", "HF_HUB_CACHE": str(tmp_path / "none")}
    client.fails("pull", "me/secret", env=env)
    message = client.fails("pull", "me/secret", "--token", "two words", code=2)
    assert "two words" not in message


def test_gated(hub, client, static_model):
    hub.repositories.create("other/gated", gated=True, files={**static_model, "README.md": b"#"})
    message = client.fails("pull", "other/gated")
    assert f"accept their terms on {hub.url}/other/gated" in message and "HF_TOKEN" in message
    message = client.fails("pull", "other/gated", "--token", READER)
    assert f"terms on {hub.url}/other/gated" in message
    hub.repositories.users[READER].granted.add("other/gated")
    client.pull("other/gated", "--token", READER)


def test_renamed_and_pages(hub, repository, client, static_model):
    hub.repositories.renamed["old/name"] = "me/model"
    hub.page_size = 2
    hub.small_files_redirect = False
    assert files_below(client.pull("old/name")).keys() == {*static_model, "README.md"}
    assert len(hub.requests("hub", "GET", "/tree/")) > 2


def test_offline(hub, repository, client):
    for arguments, env in ((["--offline"], {}), ([], {"HF_HUB_OFFLINE": "1"})):
        message = client.fails("pull", "me/model", *arguments, env=env)
        assert "offline" in message and "m2v pull me/model" in message
    folder = client.pull("me/model")
    hub.log.clear()
    assert client.pull("me/model", "--offline") == folder
    assert "offline; using the copy" in client.warnings("info", "me/model", "--offline")
    client.fails("pull", "me/model", "--offline", "--force-download", code=2)
    assert not hub.log


def test_unreachable_with_a_copy(hub, repository, client):
    folder = client.pull("me/model")
    hub.close()
    done = client.run("pull", "me/model")
    assert done.returncode == 0 and done.stdout.decode().strip() == str(folder)
    assert b"cannot be reached" in done.stderr and b"using the copy" in done.stderr


def test_unreachable_without_one(hub, client):
    env = {"HF_ENDPOINT": "http://127.0.0.1:9"}
    message = client.fails("info", "me/model", env=env)
    assert "127.0.0.1:9" in message


def test_a_cache_without_symlinks(hub, repository, client, static_model):
    env = {"HF_HUB_DISABLE_SYMLINKS": "1"}
    folder = client.pull("me/model", env=env)
    assert files_below(folder).keys() == {*static_model, "README.md"}
    assert not any(path.is_symlink() for path in folder.iterdir())
    hub.log.clear()
    client.check("info", "me/model", env=env)
    assert not hub.log


def test_a_read_only_cache_can_be_loaded_from(hub, repository, client):
    folder = client.pull("me/model")
    for where, _, _ in os.walk(client.cache):
        os.chmod(where, 0o555)
    try:
        client.check("info", "me/model")
        assert client.pull("me/model") == folder
    finally:
        for where, _, _ in os.walk(client.cache):
            os.chmod(where, 0o755)


def test_proxies(hub, repository, client):
    """An http proxy is asked for the whole URL; ours is the hub itself, which then sees it."""
    env = {"HF_ENDPOINT": "http://hub.invalid", "http_proxy": hub.url, "no_proxy": ""}
    client.fails("pull", "me/model", env=env)
    assert hub.log[0].target.startswith("http://hub.invalid/api/models/me/model")


def test_progress_on_a_terminal_and_nowhere_else(hub, repository, client):
    assert client.warnings("pull", "me/model") == ""
    controller, terminal = pty.openpty()
    done = subprocess.run(
        [client.binary, "pull", "me/model", "--force-download"],
        stdout=subprocess.PIPE,
        stderr=terminal,
        env={**os.environ, "TERM": "xterm"},
        timeout=60,
    )
    os.close(terminal)
    drawn = b""
    try:
        while piece := os.read(controller, 65536):
            drawn += piece
    except OSError:  # the terminal is gone
        os.close(controller)
    assert done.returncode == 0 and b"downloading" in drawn and b"100%" in drawn


def test_two_names_of_which_one_is_a_folder_of_the_other(hub, repository, client):
    """refs/a and refs/a/b cannot both be files: the second is not remembered, and works."""
    repository.refs["a"] = repository.refs["a/b"] = repository.refs["main"]
    client.pull("me/model", "--revision", "a")
    assert "refs/a" in client.warnings("pull", "me/model", "--revision", "a/b")
