"""Servers that never finish, wait without end or say too much: every call ends, and its messages are harmless.

Nothing here asserts how long a call takes, only that it ends: `m2v` is killed, and the test fails, after minutes.
"""

import base64
import json
import os
import signal
import subprocess
import time
import zlib

import pytest

from conftest import TOKEN
from hub_client import check_cache
from hub_faults import cut, drip_headers, endless, raw, redirect, replace, status
from hub_repositories import sha256

WEIGHTS = os.urandom(300_000)
CONFIG = b'{"model_type": "model2vec"}'
QUICK = {"HF_HUB_DOWNLOAD_TIMEOUT": "1"}
RLO = "\u202e"


@pytest.fixture
def repository(hub):
    files = {"config.json": CONFIG, "tokenizer.json": b"{}" * 500, "model.safetensors": WEIGHTS}
    return hub.repositories.create("me/model", files=files)


@pytest.fixture
def moved(hub, client, repository):
    """A copy in the cache, of a repository that has moved on since."""
    folder = client.pull("me/model")
    repository.add({"model.safetensors": WEIGHTS[::-1]})
    return folder


BODIES = {
    "401": endless(401),
    "403": endless(403),
    "404": endless(404),
    "500": endless(500, {"Retry-After": "0"}),
    "302": endless(302, {"Location": "/nowhere"}),
    "a loop": endless(302, {"Location": "/api/models/me/model/revision/main"}),
    "a drip": endless(404, piece=b"x", seconds=0.2),
    "200": endless(200),
    "200, a drip": endless(200, piece=b" ", seconds=0.2),
    "headers": drip_headers(0.2),
}


@pytest.mark.parametrize(
    "part,name",
    [("/revision/", name) for name in BODIES]
    + [("/tree/", name) for name in ("404", "302", "200", "headers")]
    + [("/resolve/", name) for name in ("403", "a loop", "a drip", "200, a drip")],
)
def test_an_answer_without_an_end(hub, client, repository, part, name):
    hub.faults.add("hub", "GET", part, BODIES[name], times=1000)
    client.fails("pull", "me/model", env=QUICK)
    check_cache(client.cache)


@pytest.mark.parametrize("name", ["500", "a loop", "200", "200, a drip", "headers"])
def test_with_a_copy_the_copy_is_used(hub, client, moved, name):
    hub.faults.add("hub", "GET", "/revision/", BODIES[name], times=1000)
    assert "using the copy" in client.warnings("pull", "me/model", env=QUICK)
    assert len(hub.requests("hub", "GET", "/revision/")) <= 13  # no retries, but redirects


@pytest.mark.parametrize("part", ["/tree/", "/resolve/"])
@pytest.mark.parametrize("name", ["500", "200, a drip", "headers"])
def test_with_a_copy_of_an_older_commit(hub, client, moved, part, name):
    hub.faults.add("hub", "GET", part, BODIES[name], times=1000)
    assert "using the copy" in client.warnings("pull", "me/model", env=QUICK)
    hub.faults.clear()
    folder = client.pull("me/model")
    assert folder != moved and (folder / "model.safetensors").read_bytes() == WEIGHTS[::-1]


@pytest.mark.parametrize("code", [408, 429, 503])
def test_with_a_copy_nobody_waits_for_a_busy_hub(hub, client, moved, code):
    hub.faults.add("hub", "GET", "/revision/", status(code, {"Retry-After": "86400"}), times=1000)
    assert "using the copy" in client.warnings("pull", "me/model")
    hub.faults.clear()
    hub.faults.add("cdn", "GET", "/objects/", status(code, {"Retry-After": "1000"}), times=1000)
    assert "using the copy" in client.warnings("pull", "me/model")


def test_a_refusal_is_one_even_if_its_body_is_cut(hub, client, repository):
    hub.faults.add("hub", "GET", "/revision/", {**status(403, body=b"x" * 100), **cut(10)})
    assert "refuses access" in client.fails("pull", "me/model")
    assert len(hub.requests("hub")) == 1


@pytest.mark.parametrize("seconds", ["3", "1000000000"])
def test_a_pause_that_the_hub_asks_for_is_said_and_can_be_ended(hub, client, repository, seconds):
    hub.faults.add("hub", "GET", "/revision/", status(429, {"Retry-After": seconds}), times=1000)
    process = client.start("pull", "me/model", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    said = process.stderr.readline().decode()  # comes before the pause is over, also in a pipe
    assert "asks to wait" in said and "429" in said
    process.send_signal(signal.SIGINT)
    _, rest = process.communicate(timeout=60)
    assert process.returncode == 130 and rest == b"m2v: interrupted\n"


@pytest.mark.parametrize("name", ["200, a drip", "headers", "404"])
def test_what_does_not_end_can_be_ended(hub, client, repository, name):
    hub.faults.add("hub", "GET", "/tree/", BODIES[name], times=1000)
    process = client.start("pull", "me/model", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while not hub.requests("hub", "GET", "/tree/") and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode in (1, 130, -signal.SIGINT)  # it had ended, or was ending


def test_silence_is_said(hub, client, repository):
    hub.faults.add("hub", "GET", "/revision/", {"stall": 7})
    assert "asking the hub: no progress for 5 s" in client.warnings("pull", "me/model")


# Answers of another shape.


def test_http_1_0_without_a_length(hub, client, repository):
    commit = repository.refs["main"]
    answer = b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n" + json.dumps({"sha": commit}).encode()
    hub.faults.add("hub", "GET", "/revision/", raw(answer))
    hub.faults.add("cdn", "GET", "/objects/", raw(b"HTTP/1.0 200 OK\r\n\r\n" + WEIGHTS))
    folder = client.pull("me/model")
    assert (folder / "model.safetensors").read_bytes() == WEIGHTS
    assert len(hub.requests("cdn")) == 1


@pytest.mark.parametrize(
    "answer",
    [b"", b"\0" * 1000, b"HTTP/1.1 200", b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200_000 + b"\r\n{}",
     b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000 + b"\r\n\r\n{}", b"HTTP/1.1 100 Continue\r\n\r\n" * 100_000,
     b"HTTP/1.1 999 \r\n\r\n", b"HTTP/1.1 -1 \r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n"],
)  # fmt: skip
def test_what_is_hardly_http(hub, client, repository, answer):
    hub.faults.add("hub", "GET", "/revision/", raw(answer), times=1000)
    client.fails("pull", "me/model")


def test_compressed_metadata_is_not_unpacked(hub, client, repository):
    """Nobody asked for it: 100 MB of blanks in 100 kB."""
    bomb = zlib.compress(b" " * 100_000_000)
    change = {**replace(bomb), "header": ("Content-Encoding", "deflate")}
    hub.faults.add("hub", "GET", "/tree/", change, times=1000)
    assert "is not from the Hub" in client.fails("pull", "me/model")


def test_millions_of_files(hub, client, repository):
    entry = {"type": "file", "path": "a", "size": 1, "oid": "a" * 40}
    page = json.dumps([entry] * 60_000).encode()
    more = {"header": ("Link", f'<{hub.url}/api/models/me/model/tree/main?cursor=1>; rel="next"')}
    hub.faults.add("hub", "GET", "/tree/", {**replace(page), **more}, times=1000)
    assert "listing is too long" in client.fails("pull", "me/model")
    hub.faults.clear()
    hub.faults.add("hub", "GET", "/tree/", replace(b"[" + b"0," * 20_000_000 + b"0]"), times=1000)
    assert "too large" in client.fails("pull", "me/model")


LIES = ["bytes 0-1/2", "bytes 100000-100000/*", "bytes 100000-", "bytes */300000", "bytes 100000-299999/999", "x", ""]


@pytest.mark.parametrize("lie", LIES)
def test_ranges_that_lie(hub, client, repository, lie):
    hub.faults.add("cdn", "GET", "/objects/", cut(100_000))
    hub.faults.add("cdn", "GET", "/objects/", {"header": ("Content-Range", lie)}, times=2)
    folder = client.pull("me/model")
    assert (folder / "model.safetensors").read_bytes() == WEIGHTS
    check_cache(client.cache)


# What is printed.

WRITTEN = {
    "plain": TOKEN,
    "a part": TOKEN[:12],
    "upper case": TOKEN.upper(),
    "percent": "".join(f"%{ord(c):02X}" for c in TOKEN),
    "JSON": "".join(f"\\u{ord(c):04x}" for c in TOKEN),
    "HTML": "".join(f"&#x{ord(c):x};" for c in TOKEN),
    "base64": base64.b64encode(f"user:{TOKEN}".encode()).decode(),
    "invisible characters between": "\u200b".join(TOKEN),
}
INNER = TOKEN[4:12].lower()


def shows(text, written):
    """Whether an output has the token, or eight characters of how it was written."""
    lower = text.lower()
    return any(part.lower() in lower for part in (TOKEN[:8], INNER, written[2:14]))


@pytest.mark.parametrize("name", WRITTEN)
def test_an_echo_of_the_token(hub, client, repository, name):
    written = WRITTEN[name]
    ascii_only = written.isascii()
    body = json.dumps({"error": f"Invalid token {written}!"}, ensure_ascii=False).encode()
    changes = [status(code, body=body) for code in (400, 401, 403, 404, 418, 500)]
    changes[-1]["headers"]["Retry-After"] = "0"
    changes += [status(200, body=body), status(200, body=written.encode())]
    if ascii_only:
        changes += [
            status(403, {"X-Error-Message": f"no {written}"}),
            redirect(f"/{written}"),
            redirect(f"ftp://host/{written}"),
            redirect(f"http://{written}@192.0.2.1/{written}?{written}"),
            redirect(f"http://{written}.invalid/"),
        ]
    for change in changes:
        hub.faults.clear()
        hub.faults.add("hub", "GET", "/revision/", change, times=1000)
        done = client.run("pull", "me/model", "--token", TOKEN, env=QUICK)
        assert done.returncode == 1
        assert not shows((done.stderr + done.stdout).decode(), written), done.stderr


def test_an_echo_in_what_a_push_is_told(hub, client, static_model, tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    for name, content in static_model.items():
        (folder / name).write_bytes(content)
    hub.repositories.create("me/model")
    answers = {
        ("POST", "/preupload/"): status(400, body=json.dumps({"error": TOKEN}).encode()),
        ("POST", "/objects/batch"): status(403, {"X-Error-Message": TOKEN}),
        ("POST", "/commit/"): status(418, body=json.dumps({"error": TOKEN}).encode()),
        ("GET", "/api/models"): status(400, {"X-Error-Message": TOKEN}),
    }
    for (method, part), change in answers.items():
        hub.faults.clear()
        hub.faults.add("hub", method, part, change, times=1000)
        done = client.run("push", folder, "me/model", env={"HF_TOKEN": TOKEN})
        assert done.returncode == 1 and TOKEN.encode() not in done.stderr + done.stdout
    hub.faults.clear()
    url = {"commitOid": TOKEN, "commitUrl": f"{hub.url}/{TOKEN}{RLO}{'x' * 90_000}"}
    hub.faults.add("hub", "POST", "/commit/", status(200, body=json.dumps(url).encode()))
    done = client.run("push", folder, "me/model", env={"HF_TOKEN": TOKEN})
    assert done.returncode == 0 and TOKEN.encode() not in done.stdout and RLO not in done.stdout.decode()
    assert len(done.stdout) < 1000


@pytest.mark.parametrize(
    "part,name",
    [("/preupload/", "401"), ("/preupload/", "200, a drip"), ("/preupload/", "headers")]
    + [("/objects/batch", name) for name in ("403", "500", "302")]
    + [("/commit/", name) for name in ("401", "302", "a drip")],
)
def test_pushes_end_as_well(hub, client, static_model, tmp_path, part, name):
    folder = tmp_path / "model"
    folder.mkdir()
    for file, content in static_model.items():
        (folder / file).write_bytes(content)
    hub.repositories.create("me/model")
    hub.faults.add("hub", "POST", part, BODIES[name], times=1000)
    client.fails("push", folder, "me/model", env={**QUICK, "HF_TOKEN": TOKEN})


NASTY = f"{RLO}evil\u2066\u200f\x1b[31m\x9b\r\n\u2028" + "z" * 5000


def harmless(message):
    assert message.isprintable(), ascii(message)
    assert not any(c in message for c in NASTY if not c.isalnum() and ord(c) > 0x7F)
    assert len(message) < 2500
    return message


@pytest.mark.parametrize("code", [400, 403, 418, 500])
def test_what_a_terminal_would_obey(hub, client, repository, code):
    body = json.dumps({"error": NASTY}).encode()
    hub.faults.add("hub", "GET", "/revision/", status(code, {"Retry-After": "0"}, body), times=1000)
    assert "\\u202E" in harmless(client.fails("pull", "me/model"))


@pytest.mark.parametrize("target", ["/", "http://192.0.2.1/", "ftp://h/", "/api/models/me/model/revision/main?"])
def test_a_long_address(hub, client, repository, target):
    hub.faults.add("hub", "GET", "/revision/", redirect(target + "x" * 90_000), times=1000)
    harmless(client.fails("pull", "me/model"))


def test_names_of_files_are_shown_safely(hub, client):
    files = {f"{i}{NASTY[:120].replace(chr(13), '').replace(chr(10), '').replace(chr(27), '')}": b"x" for i in range(9)}
    hub.repositories.create("me/other", files={"config.json": b"{}", **files})
    assert "\\u202E" in harmless(client.fails("pull", "me/other"))


# What is left behind.


def leftovers(client):
    return [path for path in client.home.rglob("*") if ".m2v-" in path.name or path.name.endswith(".incomplete")]


def test_the_next_pull_clears_what_a_killed_one_left(hub, client, repository):
    """Under every name that a pull gives to what it has not finished."""
    folder = client.pull("me/model")
    storage = client.storage()
    commit = repository.refs["main"]
    for path in (folder / "model.safetensors", storage / "refs" / "main", storage / "trees" / f"{commit}.json",
                 client.cache / "CACHEDIR.TAG"):  # fmt: skip
        path.with_name(f".{path.name}.m2v-a1b2c3").write_bytes(b"half")
        path.unlink()
    old = "b" * 64
    (storage / "blobs" / f"{old}.incomplete").write_bytes(b"half of a file that the newest commit lacks")
    assert client.pull("me/model") == folder
    assert leftovers(client) == []
    check_cache(client.cache)


def test_a_pull_clears_what_killed_ones_left_of_other_revisions(hub, client, repository):
    """Whether the same name will ever be written again or not."""
    old = client.pull("me/model")
    old_commit = repository.refs["main"]
    repository.add({"README.md": b"# newer"})
    storage = client.storage()
    (storage / "refs" / "pr").mkdir()
    for path in (storage / "trees" / f"{old_commit}.json", storage / "trees" / f"{'c' * 40}.json",
                 storage / "refs" / "other", storage / "refs" / "pr" / "1", client.cache / "CACHEDIR.TAG"):  # fmt: skip
        path.with_name(f".{path.name}.m2v-a1b2c3").write_bytes(b"half")
    link = old / ".model.safetensors.m2v-a1b2c3"
    link.symlink_to((old / "model.safetensors").readlink())
    (old / ".tokenizer.json.m2v-a1b2c3").write_bytes(b"half of a copy")
    assert client.pull("me/model") != old
    assert leftovers(client) == []
    check_cache(client.cache)


def test_a_pull_leaves_alone_what_another_one_is_writing(hub, client, repository):
    import fcntl

    folder = client.pull("me/model")
    listing = client.storage() / "trees" / f".{'c' * 40}.json.m2v-a1b2c3"
    link = folder / ".model.safetensors.m2v-a1b2c3"
    link.symlink_to((folder / "model.safetensors").readlink())
    lock = client.cache / ".locks" / "models--me--model" / f"{sha256(WEIGHTS)}.lock"
    with open(listing, "w") as written, open(lock, "w") as linked:
        fcntl.flock(written, fcntl.LOCK_EX)
        fcntl.flock(linked, fcntl.LOCK_EX)
        client.pull("me/model")
    assert sorted(leftovers(client)) == sorted([listing, link])
    client.pull("me/model")
    assert leftovers(client) == []


def test_a_download_of_another_revision_is_left_alone(hub, client, repository):
    import fcntl

    old = "b" * 64
    lock = client.cache / ".locks" / "models--me--model" / f"{old}.lock"
    lock.parent.mkdir(parents=True)
    partial = client.storage() / "blobs" / f"{old}.incomplete"
    partial.parent.mkdir(parents=True)
    partial.write_bytes(b"half")
    with open(lock, "w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        client.pull("me/model")
        assert partial.exists()


def test_pulls_that_are_killed_at_any_time(hub, client, repository):
    """Two at once, killed after a while that grows; then one that may finish."""
    for step in range(20):
        processes = [client.start("pull", "me/model", stdout=subprocess.PIPE) for _ in range(2)]
        time.sleep(step * 0.01)
        for process in processes:
            process.kill()
            process.communicate()
        if step % 5 == 4:
            repository.add({"README.md": b"# %d" % step})
    folder = client.pull("me/model")
    assert (folder / "model.safetensors").read_bytes() == WEIGHTS
    assert leftovers(client) == []
    check_cache(client.cache)


