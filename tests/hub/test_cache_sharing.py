"""One cache for m2v and huggingface_hub: each finds what the other downloaded, also at once."""

import fcntl
import os
import subprocess
import sys
import threading
import time

import pytest
from huggingface_hub import hf_hub_download, scan_cache_dir, snapshot_download, try_to_load_from_cache

from conftest import files_below
from hub_client import check_cache
from hub_faults import cut, hold

TEXTS = b"a cat\n"


@pytest.fixture
def repository(hub, static_model):
    files = {**static_model, "README.md": b"# A model", "extra/notes.txt": b"for nobody"}
    return hub.repositories.create("me/model", files=files)


@pytest.fixture
def official(hub, client):
    def run(**options):
        return snapshot_download("me/model", endpoint=hub.url, cache_dir=client.cache, token=False, **options)

    return run


def tree(folder):
    """Every entry of a folder: a link's target, a file's content."""
    return {
        path.relative_to(folder).as_posix(): os.readlink(path) if path.is_symlink() else path.read_bytes()
        for path in folder.rglob("*")
        if path.is_symlink() or path.is_file()
    }


def test_the_same_layout(hub, client, repository, tmp_path, static_model):
    """Both leave the same files, links and listing behind, byte for byte."""
    wanted = [*static_model, "README.md"]
    client.pull("me/model")
    snapshot_download(
        "me/model", endpoint=hub.url, cache_dir=tmp_path / "theirs", token=False, allow_patterns=wanted
    )
    assert tree(client.storage()) == tree(tmp_path / "theirs" / "models--me--model")
    locks = lambda cache: {path.name for path in (cache / ".locks" / "models--me--model").iterdir()}
    assert locks(client.cache) == locks(tmp_path / "theirs")
    assert (client.cache / "CACHEDIR.TAG").read_bytes()[:43] == (tmp_path / "theirs" / "CACHEDIR.TAG").read_bytes()[:43]


def test_theirs_is_found_by_us(hub, client, repository, official):
    folder = official()
    hub.log.clear()
    assert client.check("encode", "-m", "me/model", stdin=TEXTS)
    assert not hub.log
    assert str(client.pull("me/model")) == folder
    assert len(hub.log) == 1
    assert str(client.pull("me/model", "--offline")) == folder


def test_ours_is_found_by_them(hub, client, repository, official, static_model):
    folder = str(client.pull("me/model"))
    hub.log.clear()
    for name in static_model:
        assert try_to_load_from_cache("me/model", name, cache_dir=client.cache) == f"{folder}/{name}"
        path = hf_hub_download(
            "me/model", name, endpoint=hub.url, cache_dir=client.cache, token=False, local_files_only=True
        )
        assert path == f"{folder}/{name}"
    assert not hub.log
    assert official(allow_patterns=[*static_model]) == folder
    assert not hub.requests("cdn")


def test_they_complete_what_we_began_and_the_other_way_round(hub, client, repository, official, static_model):
    folder = official(allow_patterns=["config.json", "tokenizer.json"])
    assert str(client.pull("me/model")) == folder
    assert len(hub.requests("cdn", "GET")) == 1
    official()
    assert len(hub.requests("cdn", "GET")) == 1
    assert files_below(folder)["extra/notes.txt"] == b"for nobody"
    check_cache(client.cache)


def test_files_that_came_one_by_one(hub, client, repository, static_model):
    """As model2vec and others do it: without a listing. A model2vec folder is complete by its three
    files."""
    for name in static_model:
        hf_hub_download("me/model", name, endpoint=hub.url, cache_dir=client.cache, token=False)
    assert not (client.storage() / "trees").exists()
    hub.log.clear()
    client.check("info", "me/model")
    assert not hub.log


def test_a_teacher_that_came_one_by_one(hub, client, teacher_model):
    """What else there might be is unknown until somebody asked for it."""
    hub.repositories.create("me/teacher", files=teacher_model)
    have = ["config.json", "tokenizer.json", "model.safetensors", "modules.json"]
    download = lambda name: hf_hub_download(
        "me/teacher", name, endpoint=hub.url, cache_dir=client.cache, token=False
    )
    for name in have:
        download(name)
    folder = client.pull("me/teacher", "--offline")
    assert files_below(folder).keys() == set(have)
    client.check("distill", "me/teacher", "-o", client.new_path())
    assert files_below(folder) == teacher_model  # it was asked, and pooling came along
    check_cache(client.cache)


def test_a_new_revision_that_they_fetched(hub, client, repository, official):
    client.pull("me/model")
    repository.add({"README.md": b"# Newer"})
    folder = official()
    hub.log.clear()
    assert str(client.pull("me/model", "--offline")) == folder
    assert not hub.log


def test_their_tools_understand_the_cache(hub, client, repository, static_model):
    client.pull("me/model")
    hub.faults.add("cdn", "GET", "/objects/", cut(100), times=1000)
    info = scan_cache_dir(client.cache)
    assert not info.warnings
    (repo,) = info.repos
    assert repo.repo_id == "me/model" and repo.nb_files == len(static_model) + 1
    (revision,) = repo.revisions
    assert revision.refs == {"main"} and revision.commit_hash == repository.refs["main"]
    info.delete_revisions(revision.commit_hash).execute()
    assert not client.storage().exists()


def test_an_unfinished_download_does_not_disturb_them(hub, client, repository, official, static_model):
    release = threading.Event()
    hub.faults.add("cdn", "GET", "/objects/", hold(release))
    process = client.start("pull", "me/model", stdout=subprocess.PIPE)
    wait_for(lambda: hub.requests("cdn"))
    time.sleep(0.3)
    process.kill()
    process.communicate()
    release.set()
    assert client.partial(static_model["model.safetensors"]).exists()
    assert not scan_cache_dir(client.cache).repos or not scan_cache_dir(client.cache).warnings
    assert files_below(official())["model.safetensors"] == static_model["model.safetensors"]
    client.pull("me/model")
    check_cache(client.cache)


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.01)


OFFICIAL = """
import sys
from huggingface_hub import snapshot_download
print(snapshot_download("me/model", endpoint=sys.argv[1], cache_dir=sys.argv[2], token=False))
"""


def start_official(hub, client):
    return subprocess.Popen(
        [sys.executable, "-c", OFFICIAL, hub.url, str(client.cache)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.mark.parametrize("first", ["ours", "theirs"])
def test_both_at_once(hub, client, repository, first):
    """Whoever comes second waits for the lock, and then finds the table there."""
    release = threading.Event()
    hub.faults.add("cdn", "GET", "/objects/", hold(release))
    ours = lambda: client.start("pull", "me/model", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    theirs = lambda: start_official(hub, client)
    begin, follow = (ours, theirs) if first == "ours" else (theirs, ours)
    one = begin()
    wait_for(lambda: hub.requests("cdn"))
    asked = len(hub.requests("hub", "GET", "/revision/"))
    other = follow()
    wait_for(lambda: len(hub.requests("hub", "GET", "/revision/")) > asked)
    time.sleep(1.5)
    assert one.poll() is None and other.poll() is None
    release.set()
    results = [process.communicate(timeout=120) for process in (one, other)]
    assert one.returncode == 0 and other.returncode == 0, results
    assert results[0][0] == results[1][0]
    assert len(hub.requests("cdn")) == 1
    check_cache(client.cache)


def test_many_at_once(hub, client, repository, static_model):
    starts = [lambda: client.start("pull", "me/model", stdout=subprocess.PIPE), lambda: start_official(hub, client)]
    processes = [starts[i % 2]() for i in range(6)]
    folders = {process.communicate(timeout=120)[0] for process in processes}
    assert all(process.returncode == 0 for process in processes) and len(folders) == 1
    assert len(hub.requests("cdn")) == 1
    check_cache(client.cache)


def test_we_hold_their_lock(hub, client, repository, static_model):
    """The lock is a flock on the file that theirs would lock."""
    from hub_repositories import sha256

    release = threading.Event()
    hub.faults.add("cdn", "GET", "/objects/", hold(release))
    process = client.start("pull", "me/model", stdout=subprocess.PIPE)
    wait_for(lambda: hub.requests("cdn"))
    lock = client.cache / ".locks" / "models--me--model" / f"{sha256(static_model['model.safetensors'])}.lock"
    with open(lock, "r+") as file:
        with pytest.raises(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        release.set()
        process.communicate(timeout=60)
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@pytest.mark.parametrize("change", ["private", "gated", "deleted"])
def test_a_copy_of_a_model_that_the_hub_gives_no_more(hub, client, teacher_model, change):
    """It goes on working; asked whether there is a newer one, the hub's answer counts."""
    repository = hub.repositories.create("me/teacher", files=teacher_model)
    for name in ("config.json", "tokenizer.json", "model.safetensors", "modules.json"):
        hf_hub_download("me/teacher", name, endpoint=hub.url, cache_dir=client.cache, token=False)
    if change == "deleted":
        del hub.repositories.all["me/teacher"]
    else:
        setattr(repository, change, True)
    warned = client.warnings("distill", "me/teacher", "-o", client.new_path(), "--pca-dims", "none")
    assert "using the copy in the cache" in warned and "me/teacher" in warned
    client.fails("pull", "me/teacher")
