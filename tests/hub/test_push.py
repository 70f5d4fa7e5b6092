"""m2v push: what it makes of a repository, and what it leaves alone."""

import os

import pytest
from huggingface_hub import HfApi, snapshot_download

from conftest import READER, TOKEN, files_below
from hub_client import check_cache
from hub_faults import cut, status

MARKER = "m2v:card"


@pytest.fixture
def folder(static_model, tmp_path):
    """A model to push, with other files beside it, which are not uploaded."""
    folder = tmp_path / "local"
    folder.mkdir()
    for name, content in static_model.items():
        (folder / name).write_bytes(content)
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text("secret")
    (folder / ".env").write_text("secret")
    (folder / "notes").mkdir()
    (folder / "notes" / "größe & so.txt").write_text("beside it")
    return folder


@pytest.fixture
def push(client, folder):
    def run(*arguments, token=TOKEN, **options):
        env = {"HF_TOKEN": token} if token else {}
        return client.check("push", folder, "me/model", *arguments, env=env, **options).decode()

    return run


def contents(hub, revision="main", name="me/model"):
    return {path: file.content for path, file in hub.repositories.all[name].files(revision).items()}


def test_a_new_repository(hub, push, static_model, client):
    out = push("--message", "The first")
    assert "in a new repository" in out and "5 files" in out
    pushed = contents(hub)
    card = pushed.pop("README.md").decode()
    pushed.pop(".gitattributes")
    assert pushed == {**static_model, "notes/größe & so.txt": b"beside it"}
    assert MARKER in card and "m2v encode -m me/model" in card and "path/to/model" not in card
    repository = hub.repositories.all["me/model"]
    assert len(repository.commits) == 2 and not repository.private
    assert repository.messages[repository.refs["main"]][0] == "The first"
    assert repository.files()["model.safetensors"].lfs
    assert not repository.files()["config.json"].lfs
    assert f"{hub.url}/me/model/commit/{repository.refs['main']}" in out


def test_what_was_pushed_can_be_pulled(hub, push, client, static_model, tmp_path):
    push()
    folder = client.pull("me/model")
    assert {**files_below(folder), **static_model} == files_below(folder)
    check_cache(client.cache)
    theirs = snapshot_download("me/model", endpoint=hub.url, cache_dir=tmp_path / "theirs", token=False)
    assert files_below(theirs)["config.json"] == static_model["config.json"]


def test_a_second_push_uploads_nothing(hub, push):
    push()
    commits = len(hub.repositories.all["me/model"].commits)
    hub.log.clear()
    assert "no changes" in push()
    assert len(hub.repositories.all["me/model"].commits) == commits
    assert not hub.requests(method="PUT") and not hub.requests(method="POST")


def test_a_second_push_of_a_change_uploads_the_change(hub, push, folder):
    push()
    (folder / "config.json").write_text('{"model_type": "model2vec", "normalize": false}')
    hub.log.clear()
    assert "1 file, 4 unchanged" in push()
    assert not hub.requests(method="PUT")
    assert b"false" in contents(hub)["config.json"]


def test_what_only_the_repository_has_stays(hub, push):
    hub.repositories.create("me/model", files={"theirs.txt": b"stays", "config.json": b"{}"})
    push()
    assert contents(hub)["theirs.txt"] == b"stays"
    assert contents(hub)["config.json"] != b"{}"


def test_into_a_subfolder(hub, push, client, static_model):
    hub.repositories.create("me/model", files={"README.md": b"# Mine", "config.json": b"{}"})
    push("--subfolder", "a/b")
    pushed = contents(hub)
    assert pushed["README.md"] == b"# Mine" and pushed["config.json"] == b"{}"
    assert MARKER in pushed["a/b/README.md"].decode()
    assert {name: pushed[f"a/b/{name}"] for name in static_model} == static_model
    assert "no changes" in push("--subfolder", "a/b")
    assert client.pull("me/model", "--subfolder", "a/b").joinpath("config.json").read_bytes() == static_model["config.json"]
    done = client.run("push", ".", "me/model", "--subfolder", "../out", env={"HF_TOKEN": TOKEN})
    assert done.returncode != 0 and b"subfolder" in done.stderr


@pytest.mark.parametrize("chunk_size", [1000, 7001])
def test_in_parts(hub, push, static_model, chunk_size):
    hub.chunk_size = chunk_size
    push()
    assert contents(hub)["model.safetensors"] == static_model["model.safetensors"]
    size = len(static_model["model.safetensors"])
    assert len(hub.requests("cdn", "PUT")) == -(-size // chunk_size)
    assert len(hub.requests("hub", "POST", "complete_multipart")) == 1


def test_an_object_that_the_storage_has_is_not_sent(hub, push, static_model):
    hub.repositories.create("other/one", files={"a.safetensors": static_model["model.safetensors"]})
    push()
    assert not hub.requests("cdn", "PUT")
    assert contents(hub)["model.safetensors"] == static_model["model.safetensors"]


def test_private(hub, push, client, folder):
    push("--private")
    assert hub.repositories.all["me/model"].private
    assert "no changes" in push("--private")
    hub.repositories.create("me/public")
    env = {"HF_TOKEN": TOKEN}
    message = client.fails("push", folder, "me/public", "--private", env=env)
    assert "is public" in message
    assert list(contents(hub, name="me/public")) == [".gitattributes"]


def test_a_name_alone_is_ones_own(hub, client, folder):
    client.check("push", folder, "model", env={"HF_TOKEN": TOKEN})
    assert "config.json" in contents(hub)


def test_revision(hub, push, client, folder):
    repository = hub.repositories.create("me/model")
    repository.refs["dev/x"] = repository.refs["main"]
    push("--revision", "dev/x")
    assert "config.json" in contents(hub, "dev/x") and "config.json" not in contents(hub)
    env = {"HF_TOKEN": TOKEN}
    message = client.fails("push", folder, "me/model", "--revision", "absent", env=env)
    assert "no branch, tag or commit 'absent'" in message


def test_pull_request(hub, push, client, static_model):
    hub.repositories.create("me/model")
    out = push("--create-pr", token=READER)
    assert f"{hub.url}/me/model/discussions/1" in out
    assert contents(hub, "refs/pr/1")["model.safetensors"] == static_model["model.safetensors"]
    assert "config.json" not in contents(hub)
    client.check("info", "me/model", "--revision", "refs/pr/1")


def test_cards(hub, push, folder, client):
    """A generated card gives way to a hand-written one, and to no other."""
    push()
    generated = contents(hub)["README.md"]
    assert MARKER.encode() in generated
    assert b"README" in b"README"
    repository = hub.repositories.all["me/model"]
    repository.add({"README.md": b"# By hand"})
    done = client.run("push", folder, "me/model", env={"HF_TOKEN": TOKEN})
    assert done.returncode == 0 and b"no changes" in done.stdout
    assert b"hand-written and stays" in done.stderr
    assert contents(hub)["README.md"] == b"# By hand"
    (folder / "README.md").write_bytes(b"# My own words")
    push()
    assert contents(hub)["README.md"] == b"# My own words"
    repository.add({"README.md": generated.replace(b"microseconds", b"seconds")})
    (folder / "README.md").unlink()
    push()
    assert contents(hub)["README.md"] == generated


def test_what_is_no_static_model_is_not_pushed(hub, client, folder, teacher_model, tmp_path):
    env = {"HF_TOKEN": TOKEN}
    (folder / "model.safetensors").unlink()
    assert "lacks model.safetensors" in client.fails("push", folder, "me/model", env=env)
    client.fails("push", tmp_path / "absent", "me/model", env=env)
    teacher = tmp_path / "teacher"
    for name, content in teacher_model.items():
        (teacher / name).parent.mkdir(parents=True, exist_ok=True)
        (teacher / name).write_bytes(content)
    assert "distil it first" in client.fails("push", teacher, "me/model", env=env)
    assert not hub.log


def test_refusals(hub, client, folder):
    assert "pushing needs a token" in client.fails("push", folder, "me/model")
    message = client.fails("push", folder, "me/model", env={"HF_TOKEN": "hf_wrong"})
    assert "does not know your token" in message
    message = client.fails("push", folder, "me/model", env={"HF_TOKEN": READER})
    assert "may not write here" in message
    hub.repositories.create("me/model")
    message = client.fails("push", folder, "me/model", env={"HF_TOKEN": READER})
    assert "may not write here" in message and "write token" in message
    client.fails("push", folder, "a/b/c", env={"HF_TOKEN": TOKEN}, code=2)
    message = client.fails(
        "push", folder, "me/model", env={"HF_TOKEN": TOKEN, "HF_HUB_OFFLINE": "1"}
    )
    assert "offline" in message


@pytest.mark.parametrize("part", ["/objects/", "/parts/"])
def test_uploads_are_tried_again(hub, push, static_model, part):
    if part == "/parts/":
        hub.chunk_size = 5000
    hub.faults.add("cdn", "PUT", part, status(503, {"Retry-After": "0"}), times=2)
    hub.faults.add("hub", "POST", "/preupload/", status(500, {"Retry-After": "0"}))
    hub.faults.add("hub", "POST", "/batch", status(429, {"Retry-After": "0"}))
    hub.faults.add("hub", "POST", "/commit/", status(503, {"Retry-After": "0"}))
    push()
    assert contents(hub)["model.safetensors"] == static_model["model.safetensors"]
    assert len(hub.repositories.all["me/model"].commits) == 2


def test_a_commit_without_an_answer_is_not_repeated(hub, client, folder):
    hub.repositories.create("me/model")
    hub.faults.add("hub", "POST", "/commit/", cut(0))
    client.fails("push", folder, "me/model", env={"HF_TOKEN": TOKEN})
    assert len(hub.requests("hub", "POST", "/commit/")) == 1
    # It was made, and the next push finds so.
    done = client.check("push", folder, "me/model", env={"HF_TOKEN": TOKEN})
    assert b"no changes" in done


def test_the_token_goes_to_the_hub_alone(hub, push):
    hub.chunk_size = 5000
    push()
    assert hub.requests("cdn") and all("authorization" not in r.headers for r in hub.requests("cdn"))
    posts = hub.requests("hub", "POST")
    assert posts and all(r.headers["authorization"] == f"Bearer {TOKEN}" for r in posts)


def test_the_official_client_sees_nothing_to_upload(hub, push, folder):
    push()
    repository = hub.repositories.all["me/model"]
    before = repository.refs["main"]
    HfApi(endpoint=hub.url, token=TOKEN).upload_folder(
        repo_id="me/model", folder_path=folder, ignore_patterns=[".env", "README.md"]
    )
    assert repository.refs["main"] == before
