"""Whatever goes wrong on the way, the cache stays sound and the next call goes on."""

import json
import os
import resource
import signal
import subprocess
import threading
import time

import pytest

from conftest import TOKEN
from hub_client import check_cache
from hub_faults import (
    cut,
    drip,
    header,
    hold,
    ignore_range,
    length,
    redirect,
    replace,
    stall,
    status,
)
from hub_repositories import File, git_oid, sha256

WEIGHTS = os.urandom(400_000)
CONFIG = b'{"model_type": "model2vec"}'
NOW = {"Retry-After": "0"}


@pytest.fixture
def repository(hub):
    files = {"config.json": CONFIG, "tokenizer.json": b"{}" * 500, "model.safetensors": WEIGHTS}
    return hub.repositories.create("me/model", files=files)


@pytest.fixture
def check(client, repository):
    """Whether the model is here, whole, and the cache as it should be."""

    def run(folder):
        assert (folder / "model.safetensors").read_bytes() == WEIGHTS
        assert (folder / "config.json").read_bytes() == CONFIG
        assert not list(client.cache.rglob("*.incomplete"))
        check_cache(client.cache)

    return run


@pytest.fixture
def unsound(client):
    """After a failure: no snapshot that looks whole, nothing damaged."""

    def run():
        check_cache(client.cache)
        assert not (client.storage() / "refs" / "main").exists()
        assert not list(client.storage().glob("snapshots/*/model.safetensors"))

    return run


@pytest.mark.parametrize("tenth", range(10))
def test_a_cut_at_every_tenth(hub, client, check, tenth):
    at = len(WEIGHTS) * tenth // 10
    hub.faults.add("cdn", "GET", "/objects/", cut(at))
    check(client.pull("me/model"))
    ranges = [r.headers.get("range") for r in hub.requests("cdn")]
    assert ranges == [None, f"bytes={at}-" if at else None]


def test_a_cut_after_every_tenth(hub, client, check):
    hub.faults.add("cdn", "GET", "/objects/", cut(len(WEIGHTS) // 10), times=9)
    check(client.pull("me/model"))
    sent = [int((r.headers.get("range") or "bytes=0-")[6:-1]) for r in hub.requests("cdn")]
    assert sent == [len(WEIGHTS) // 10 * i for i in range(10)]


def test_small_files_are_cut_too(hub, client, check):
    hub.faults.add("hub", "GET", "/resolve-cache/", cut(5), times=2)
    check(client.pull("me/model"))


@pytest.mark.parametrize("code", [408, 429, 500, 502, 503, 504])
def test_what_passes_is_tried_again(hub, client, check, code):
    hub.faults.add("hub", "GET", "/revision/", status(code, NOW))
    hub.faults.add("hub", "GET", "/tree/", status(code, NOW))
    hub.faults.add("hub", "GET", "/resolve/", status(code, NOW), times=3)
    hub.faults.add("cdn", "GET", "/objects/", status(code, NOW), times=3)
    check(client.pull("me/model"))


def test_rate_limits_say_when(hub, client, check):
    hub.faults.add("hub", "GET", "/revision/", status(429, {"RateLimit": '"api";r=0;t=1'}))
    start = time.monotonic()
    check(client.pull("me/model"))
    assert time.monotonic() - start >= 1


@pytest.mark.parametrize("code,words", [(429, "fewer requests"), (503, "trouble")])
def test_what_does_not_pass(hub, client, repository, unsound, code, words):
    hub.faults.add("cdn", "GET", "/objects/", status(code, NOW), times=100)
    assert words in client.fails("pull", "me/model")
    unsound()
    assert len(hub.requests("cdn")) == 6


@pytest.mark.parametrize("code", [400, 403, 404, 410])
def test_what_is_final_is_not_tried_again(hub, client, repository, unsound, code):
    hub.faults.add("cdn", "GET", "/objects/", status(code), times=100)
    assert "me/model: " in client.fails("pull", "me/model")
    assert len(hub.requests("cdn")) == 1
    unsound()


def test_a_hub_that_is_down_with_a_copy_here(hub, client, repository):
    folder = client.pull("me/model")
    hub.log.clear()
    hub.faults.add("hub", "GET", "/api/", status(503), times=100)
    assert client.pull("me/model") == folder
    assert len(hub.log) == 1  # at once, without waiting for better times
    assert "using the copy" in client.warnings("pull", "me/model")


def test_a_slow_line_that_goes_on(hub, client, check):
    hub.faults.add("cdn", "GET", "/objects/", drip(20_000, 0.05))
    check(client.pull("me/model"))
    assert len(hub.requests("cdn")) == 1


def test_a_line_that_drips_or_is_silent_is_given_up(hub, client, check):
    hub.faults.add("cdn", "GET", "/objects/", drip(10, 0.2))
    hub.faults.add("cdn", "GET", "/objects/", stall(4))
    check(client.pull("me/model", env={"HF_HUB_DOWNLOAD_TIMEOUT": "1"}))
    assert len(hub.requests("cdn")) >= 2


@pytest.mark.parametrize("more", [-1000, 1000])
def test_a_wrong_length_once(hub, client, check, more):
    hub.faults.add("cdn", "GET", "/objects/", length(more))
    check(client.pull("me/model"))


@pytest.mark.parametrize("more", [-1000, 1000])
def test_a_wrong_length_always(hub, client, repository, unsound, more):
    """A server that says another length for the whole file, every time."""
    content = WEIGHTS + bytes(more) if more > 0 else WEIGHTS[:more]
    hub.faults.add("cdn", "GET", "/objects/", replace(content), times=100)
    assert "differs in size from the listing" in client.fails("pull", "me/model")
    unsound()


def test_more_than_the_whole_without_a_length(hub, client, repository, unsound):
    change = {**replace(WEIGHTS + b"more"), **header("Content-Length", None)}
    hub.faults.add("cdn", "GET", "/objects/", change, times=100)
    assert "is larger than listed" in client.fails("pull", "me/model")
    unsound()


def test_less_than_the_whole_without_a_length(hub, client, check):
    change = {**cut(1000), **header("Content-Length", None)}
    hub.faults.add("cdn", "GET", "/objects/", change)
    check(client.pull("me/model"))


def test_another_content_once(hub, client, check):
    hub.faults.add("cdn", "GET", "/objects/", replace(bytes(len(WEIGHTS))))
    check(client.pull("me/model"))
    assert [r.headers.get("range") for r in hub.requests("cdn")] == [None, None]


def test_another_content_always(hub, client, repository, unsound):
    hub.faults.add("cdn", "GET", "/objects/", replace(bytes(len(WEIGHTS))), times=100)
    message = client.fails("pull", "me/model")
    assert "another content" in message and "SHA-256" in message
    unsound()
    assert not client.partial(WEIGHTS).exists()


def test_another_small_file_always(hub, client, repository, unsound):
    hub.faults.add("hub", "GET", "/tokenizer.json", replace(b"[]" * 500), times=100)
    assert "another content" in client.fails("pull", "me/model")
    check_cache(client.cache)
    assert not (client.storage() / "refs" / "main").exists()


def test_a_partial_file_that_is_not_the_beginning(hub, client, check):
    client.partial(WEIGHTS).parent.mkdir(parents=True)
    client.partial(WEIGHTS).write_bytes(b"\0" * 1000)
    check(client.pull("me/model"))
    assert [r.headers.get("range") for r in hub.requests("cdn")] == ["bytes=1000-", None]


@pytest.mark.parametrize("more", [0, 5])
def test_a_partial_file_of_full_length(hub, client, check, more):
    client.partial(WEIGHTS).parent.mkdir(parents=True)
    client.partial(WEIGHTS).write_bytes(WEIGHTS + b"\0" * more)
    check(client.pull("me/model"))
    assert len(hub.requests("cdn")) == (1 if more else 0)


def test_ranges_are_ignored(hub, client, check):
    hub.faults.add("cdn", "GET", "/objects/", cut(100_000))
    hub.faults.add("cdn", "GET", "/objects/", ignore_range(), times=100)
    check(client.pull("me/model"))


def test_another_range_than_asked_for(hub, client, check):
    hub.faults.add("cdn", "GET", "/objects/", cut(100_000))
    hub.faults.add("cdn", "GET", "/objects/", header("Content-Range", f"bytes 0-399999/{len(WEIGHTS)}"))
    check(client.pull("me/model"))


def test_a_range_that_is_refused(hub, client, check):
    hub.faults.add("cdn", "GET", "/objects/", cut(100_000))
    hub.faults.add("cdn", "GET", "/objects/", status(416, NOW))
    check(client.pull("me/model"))


def test_a_redirect_loop(hub, client, repository, unsound):
    hub.faults.add("cdn", "GET", "/objects/", redirect(f"{hub.cdn_url}/objects/x"), times=100)
    assert "redirected more than 10 times" in client.fails("pull", "me/model")
    unsound()
    assert len(hub.requests("cdn")) <= 11


def test_a_file_that_changes_after_it_was_listed(hub, client, repository, unsound):
    other = os.urandom(400_000)
    original = hub.repositories.may_download
    commit = repository.refs["main"]

    def change(*arguments):  # when the first file is asked for, the listing has been read
        repository.commits[commit]["model.safetensors"] = File(other, True)
        return original(*arguments)

    hub.repositories.may_download = change
    assert "has changed on the hub" in client.fails("pull", "me/model")
    unsound()
    assert not client.partial(WEIGHTS).exists() or client.partial(WEIGHTS).stat().st_size == 0


def test_a_file_that_changes_in_the_middle(hub, client, repository, unsound):
    """Half of the old content, then half of a new one, with the old names for both."""
    other = os.urandom(len(WEIGHTS))
    hub.faults.add("cdn", "GET", "/objects/", cut(200_000))
    hub.faults.add("cdn", "GET", "/objects/", replace(other[200_000:]))
    hub.faults.add("cdn", "GET", "/objects/", replace(other), times=100)
    assert "another content" in client.fails("pull", "me/model")
    unsound()


def test_the_branch_moves_while_we_download(hub, client, repository):
    commit = repository.refs["main"]
    release = threading.Event()
    hub.faults.add("cdn", "GET", "/objects/", hold(release))
    process = client.start("pull", "me/model", stdout=subprocess.PIPE)
    wait_for(lambda: hub.requests("cdn"))
    repository.add({"config.json": b"{}"})
    release.set()
    folder = process.communicate(timeout=60)[0].decode().strip()
    assert folder.endswith(commit)
    assert open(f"{folder}/config.json", "rb").read() == CONFIG
    check_cache(client.cache)


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.01)


def has_begun(client):
    partial = client.partial(WEIGHTS)
    return partial.exists() and partial.stat().st_size >= 100_000


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_ended_in_the_middle_and_started_again(hub, client, check, unsound, by):
    release = threading.Event()
    hub.faults.add("cdn", "GET", "/objects/", hold(release))
    process = client.start("pull", "me/model", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_for(lambda: has_begun(client))
    process.send_signal(by)
    _, complaint = process.communicate(timeout=60)
    release.set()
    if by == signal.SIGKILL:
        assert process.returncode == -signal.SIGKILL
    else:
        assert process.returncode == 130 and complaint == b"m2v: interrupted\n"
    unsound()
    assert client.partial(WEIGHTS).stat().st_size == 200_000
    hub.log.clear()
    check(client.pull("me/model"))
    assert [r.headers.get("range") for r in hub.requests("cdn")] == ["bytes=200000-"]


def test_two_processes_at_once(hub, client, check):
    release = threading.Event()
    hub.faults.add("cdn", "GET", "/objects/", hold(release))
    first = client.start("pull", "me/model", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_for(lambda: has_begun(client))
    others = [
        client.start("pull", "me/model", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    wait_for(lambda: len(hub.requests("hub", "GET", "/revision/")) == 3)
    time.sleep(2.5)
    assert all(process.poll() is None for process in others)
    release.set()
    out, _ = first.communicate(timeout=60)
    for process in others:
        same, warnings = process.communicate(timeout=60)
        assert process.returncode == 0 and same == out
        assert b"waiting for another process" in warnings
    assert len(hub.requests("cdn")) == 1
    check(client.cache.parent / out.decode().strip())


def test_one_of_two_processes_is_killed(hub, client, check):
    release = threading.Event()
    hub.faults.add("cdn", "GET", "/objects/", hold(release))
    first = client.start("pull", "me/model", stdout=subprocess.PIPE)
    wait_for(lambda: has_begun(client))
    second = client.start("pull", "me/model", stdout=subprocess.PIPE)
    wait_for(lambda: len(hub.requests("hub", "GET", "/revision/")) == 2)
    first.kill()
    first.communicate()
    out, _ = second.communicate(timeout=60)
    release.set()
    assert second.returncode == 0
    check(client.cache.parent / out.decode().strip())
    assert [r.headers.get("range") for r in hub.requests("cdn")] == [None, "bytes=200000-"]


def test_a_full_disk(hub, client, repository, unsound, check):
    """A limit on the size of files acts as a disk that is full: the write fails."""

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # write() then says EFBIG
        resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))

    done = subprocess.run(
        [client.binary, "pull", "me/model"], capture_output=True, preexec_fn=limit, timeout=60
    )
    assert done.returncode == 1 and b"cannot write" in done.stderr
    unsound()
    assert not client.partial(WEIGHTS).exists()  # half a file is of no use to a full disk
    check(client.pull("me/model"))


def test_a_small_file_system(hub, client, repository, tmp_path, static_model):
    """The free space is known beforehand."""
    cache = tmp_path / "small"
    cache.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", cache], capture_output=True
    )
    listed = hub.repositories.may_read  # without the right to mount, the listing exaggerates
    try:
        if mounted.returncode != 0:
            repository.commits[repository.refs["main"]]["model.safetensors"] = Exaggerated(WEIGHTS)
        message = client.fails("pull", "me/model", env={"HF_HUB_CACHE": str(cache)})
        assert "free some space" in message and "HF_HUB_CACHE" in message
        assert listed and not hub.requests("cdn")
    finally:
        if mounted.returncode == 0:
            subprocess.run(["umount", cache], check=True)


class Exaggerated(File):
    """Says to be of a size that no disk has."""

    def __init__(self, content):
        object.__setattr__(self, "content", _Long(content))
        object.__setattr__(self, "lfs", True)


class _Long(bytes):
    def __len__(self):
        return 1 << 60


def test_a_size_that_no_disk_has(hub, client, repository):
    repository.commits[repository.refs["main"]]["model.safetensors"] = Exaggerated(WEIGHTS)
    assert "free some space" in client.fails("pull", "me/model")


def test_a_damaged_blob_of_another_size_is_fetched_again(hub, client, check):
    folder = client.pull("me/model")
    blob = (folder / "model.safetensors").resolve()
    blob.write_bytes(WEIGHTS[:1000])
    check(client.pull("me/model"))


def test_a_damaged_listing_or_ref_is_asked_for_again(hub, client, check, repository):
    client.pull("me/model")
    commit = repository.refs["main"]
    for path, content in (
        (f"trees/{commit}.json", b"{"),
        (f"trees/{commit}.json", json.dumps({"format_version": 2, "files": []}).encode()),
        ("refs/main", b"../../.."),
        ("refs/main", b""),
    ):
        (client.storage() / path).write_bytes(content)
        check(client.pull("me/model"))


def test_hashes_are_what_they_should_be():
    """First principles for what the other tests rely on: the examples of git and of FIPS 180."""
    assert git_oid(b"what is up, doc?") == "bd9dbf5aae1a3862dd1526723246b20206e5fc37"
    assert sha256(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_the_token_is_in_no_message(hub, client, repository):
    for change in (status(500, NOW), status(404), status(302, {"Location": "ftp://x/"}), cut(3)):
        hub.faults.clear()
        hub.faults.add("hub", "GET", "/tree/", change, times=100)
        done = client.run("pull", "me/model", "--token", TOKEN)
        assert done.returncode == 1 and TOKEN.encode() not in done.stderr + done.stdout
