"""The local hub is faithful: the official client finds in it the hub that it knows."""

import os

import httpx
import pytest
from huggingface_hub import HfApi, hf_hub_download, snapshot_download
from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    LocalEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from conftest import READER, TOKEN
from hub_faults import cut, ignore_range, status
from hub_repositories import git_oid, sha256

CONFIG = b'{"model_type": "model2vec"}'
WEIGHTS = os.urandom(300_000)
FILES = {
    "config.json": CONFIG,
    "model.safetensors": WEIGHTS,
    "1_Pooling/config.json": b"{}",
    "deep/er/notes with spaces & more.txt": "grüße".encode(),
}


@pytest.fixture
def repository(hub):
    return hub.repositories.create("me/model", files=FILES)


@pytest.fixture
def api(hub):
    return HfApi(endpoint=hub.url, token=TOKEN)


def snapshot(hub, cache, name="me/model", token=False, **options):
    return snapshot_download(name, endpoint=hub.url, cache_dir=cache, token=token, **options)


def contents(folder):
    return {
        os.path.relpath(os.path.join(where, name), folder): open(os.path.join(where, name), "rb").read()
        for where, _, names in os.walk(folder)
        for name in names
    }


def test_snapshot_download(hub, repository, tmp_path):
    folder = snapshot(hub, tmp_path)
    found = contents(folder)
    assert {**found, ".gitattributes": None} == {**FILES, ".gitattributes": None}
    commit = repository.refs["main"]
    storage = tmp_path / "models--me--model"
    assert folder == str(storage / "snapshots" / commit)
    assert (storage / "refs" / "main").read_text() == commit
    names = {git_oid(content) for path, content in found.items() if path != "model.safetensors"}
    assert set(os.listdir(storage / "blobs")) == names | {sha256(WEIGHTS)}


@pytest.mark.parametrize("redirect", [True, False])
def test_hf_hub_download(hub, repository, tmp_path, redirect):
    hub.small_files_redirect = redirect
    for path, content in FILES.items():
        file = hf_hub_download("me/model", path, endpoint=hub.url, cache_dir=tmp_path, token=False)
        assert open(file, "rb").read() == content
    with pytest.raises(EntryNotFoundError):
        hf_hub_download("me/model", "absent.txt", endpoint=hub.url, cache_dir=tmp_path, token=False)


def test_the_token_stays_on_the_hub(hub, repository, tmp_path):
    snapshot(hub, tmp_path, token=TOKEN)
    assert hub.requests("hub") and all(r.headers["authorization"] == f"Bearer {TOKEN}" for r in hub.requests("hub"))
    assert hub.requests("cdn") and all("authorization" not in r.headers for r in hub.requests("cdn"))


def test_a_second_download_asks_and_fetches_nothing(hub, repository, tmp_path):
    snapshot(hub, tmp_path)
    hub.log.clear()
    snapshot(hub, tmp_path)
    assert not hub.requests("cdn")


def test_resume_and_servers_that_ignore_ranges(hub, repository, tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.DOWNLOAD_CHUNK_SIZE", 1000)
    hub.faults.add("cdn", "GET", "/objects/", cut(100_000))
    assert contents(snapshot(hub, tmp_path / "a"))["model.safetensors"] == WEIGHTS
    assert hub.requests("cdn")[-1].headers["range"] == "bytes=100000-"
    hub.faults.add("cdn", "GET", "/objects/", cut(100_000))
    hub.faults.add("cdn", "GET", "/objects/", ignore_range())
    assert contents(snapshot(hub, tmp_path / "b"))["model.safetensors"] == WEIGHTS


def test_retries(hub, repository, tmp_path):
    fault = hub.faults.add("cdn", "GET", "/objects/", status(429, {"Retry-After": "0"}))
    snapshot(hub, tmp_path)
    assert fault.used == 1


def test_revisions(hub, repository, tmp_path):
    first = repository.refs["main"]
    repository.refs["v1.0"] = first
    repository.add({"config.json": b"{}"})
    for revision, expected in (("main", b"{}"), ("v1.0", CONFIG), (first, CONFIG)):
        folder = snapshot(hub, tmp_path, revision=revision)
        assert contents(folder)["config.json"] == expected
    with pytest.raises(RevisionNotFoundError):
        snapshot(hub, tmp_path, revision="v2.0")


def test_pages(hub, repository, api):
    hub.page_size = 2
    assert set(api.list_repo_files("me/model")) == {*FILES, ".gitattributes"}
    assert len(hub.requests("hub", "GET", "/tree/")) > 2


def test_private(hub, tmp_path):
    hub.repositories.create("me/secret", private=True, files=FILES)
    for token in (False, READER):
        with pytest.raises(RepositoryNotFoundError):
            snapshot(hub, tmp_path, "me/secret", token=token)
    assert contents(snapshot(hub, tmp_path, "me/secret", token=TOKEN))["config.json"] == CONFIG
    with pytest.raises(HfHubHTTPError, match="Invalid credentials"):
        snapshot(hub, tmp_path / "b", "me/secret", token="hf_wrong")


def test_not_there(hub, tmp_path):
    for token in (False, TOKEN):
        with pytest.raises(RepositoryNotFoundError):
            snapshot(hub, tmp_path, "me/absent", token=token)


def test_gated(hub, tmp_path):
    hub.repositories.create("other/gated", gated=True, files={**FILES, "README.md": b"# Ask first"})
    for token in (False, READER):
        with pytest.raises(GatedRepoError):
            snapshot(hub, tmp_path, "other/gated", token=token)
    card = hf_hub_download("other/gated", "README.md", endpoint=hub.url, cache_dir=tmp_path, token=False)
    assert open(card, "rb").read() == b"# Ask first"
    hub.repositories.users[READER].granted.add("other/gated")
    assert contents(snapshot(hub, tmp_path, "other/gated", token=READER))["config.json"] == CONFIG


def test_renamed(hub, repository, tmp_path, api):
    hub.repositories.renamed["old/name"] = "me/model"
    assert api.model_info("old/name").id == "me/model"
    file = hf_hub_download("old/name", "model.safetensors", endpoint=hub.url, cache_dir=tmp_path, token=False)
    assert open(file, "rb").read() == WEIGHTS


def test_offline(hub, repository, tmp_path):
    folder = snapshot(hub, tmp_path)
    hub.log.clear()
    assert snapshot(hub, tmp_path, local_files_only=True) == folder
    with pytest.raises(LocalEntryNotFoundError):
        snapshot(hub, tmp_path / "empty", local_files_only=True)
    assert not hub.log


def test_whoami(hub, api):
    assert api.whoami()["name"] == "me"
    with pytest.raises(HfHubHTTPError):
        HfApi(endpoint=hub.url, token="hf_wrong").whoami()


def test_create_repo(hub, api):
    assert api.create_repo("me/new", private=True).repo_id == "me/new"
    assert hub.repositories.all["me/new"].private
    with pytest.raises(HfHubHTTPError):
        api.create_repo("me/new")
    assert api.create_repo("me/new", exist_ok=True).repo_id == "me/new"
    assert not api.repo_exists("me/other")
    with pytest.raises(HfHubHTTPError, match="rights"):
        HfApi(endpoint=hub.url, token=READER).create_repo("me/more")


@pytest.mark.parametrize("chunk_size", [None, 70_000])
def test_upload_folder(hub, api, tmp_path, chunk_size):
    hub.chunk_size = chunk_size
    api.create_repo("me/new")
    for path, content in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    done = api.upload_folder(repo_id="me/new", folder_path=tmp_path, commit_message="All of it")
    repository = hub.repositories.all["me/new"]
    assert done.oid == repository.refs["main"]
    assert repository.messages[done.oid][0] == "All of it"
    files = repository.files()
    assert {path: files[path].content for path in FILES} == FILES
    assert files["model.safetensors"].lfs and not files["config.json"].lfs
    assert len(hub.requests("cdn", "PUT")) == (1 if chunk_size is None else 5)
    hub.log.clear()
    again = api.upload_folder(repo_id="me/new", folder_path=tmp_path)
    assert again.oid == done.oid and len(repository.commits) == 2
    assert not hub.requests("cdn", "PUT") and not hub.requests("hub", "POST", "/commit/")


def test_pull_requests(hub, repository, tmp_path):
    (tmp_path / "config.json").write_bytes(b"[]")
    reader = HfApi(endpoint=hub.url, token=READER)
    with pytest.raises(HfHubHTTPError, match="write token"):
        reader.upload_folder(repo_id="me/model", folder_path=tmp_path)
    done = reader.upload_folder(repo_id="me/model", folder_path=tmp_path, create_pr=True)
    assert done.pr_revision == "refs/pr/1"
    assert repository.files("refs/pr/1")["config.json"].content == b"[]"
    assert repository.files()["config.json"].content == CONFIG
    folder = snapshot(hub, tmp_path / "cache", revision="refs/pr/1")
    assert contents(folder)["config.json"] == b"[]"


def test_the_storage_refuses_tokens_and_unsigned_addresses(hub, repository):
    url = f"{hub.cdn_url}/objects/{sha256(WEIGHTS)}"
    assert httpx.get(url).status_code == 403
    signed = f"{url}?X-Signature=1"
    assert httpx.get(signed).content == WEIGHTS
    assert httpx.get(signed, headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 400
