"""Nothing that a server says makes m2v write elsewhere, or tell the token to anybody else."""

import os
import subprocess
import threading
import time

import pytest

from conftest import TOKEN
from hub_client import check_cache
from hub_faults import hold, redirect, replace, status
from hub_http import Listener, Router, json_answer
from hub_repositories import File, User
from hub_server import Hub

WEIGHTS = os.urandom(50_000)
FILES = {"config.json": b'{"model_type": "model2vec"}', "tokenizer.json": b"{}", "model.safetensors": WEIGHTS}


@pytest.fixture
def repository(hub):
    return hub.repositories.create("me/model", files=FILES)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate for the two loopback addresses, with its key."""
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    names = "subjectAltName=IP:127.0.0.1,IP:127.0.0.2"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test"]
        + ["-addext", names, "-keyout", file, "-out", f"{file}.crt"],
        check=True,
        capture_output=True,
    )
    file.write_bytes(file.read_bytes() + open(f"{file}.crt", "rb").read())
    return file


@pytest.fixture
def tls_hub(certificate):
    hub = Hub(certificate)
    hub.repositories.users[TOKEN] = User("me")
    hub.repositories.create("me/model", files=FILES)
    yield hub
    hub.close()


@pytest.fixture
def over_tls(client, tls_hub, certificate):
    return {"HF_ENDPOINT": tls_hub.url, "SSL_CERT_FILE": str(certificate), "HF_TOKEN": TOKEN}


class Stranger:
    """Another server, which writes down what it is told."""

    def __init__(self, address="127.0.0.1"):
        self.log = []
        router = Router()
        router.add("GET", ".*", lambda request, faults: json_answer({}))
        self.listener = Listener("stranger", address, router, _NoFaults(), self.log)
        self.url = self.listener.url


class _NoFaults:
    def take(self, *arguments):
        return {}


@pytest.fixture
def stranger():
    stranger = Stranger()
    yield stranger
    stranger.listener.close()


# Names from the server.

NASTY = [
    "../evil.json",
    "../../../../evil",
    "/etc/evil",
    "a/../../evil",
    "./x",
    "a//b",
    "",
    "a/",
    "nul\0byte",
    "line\nbreak",
    "esc\x1b[31m",
    "back\\slash",
    "x" * 300,
    "a/" * 600 + "b",
]


@pytest.mark.parametrize("name", NASTY)
def test_names_that_would_leave_the_cache(hub, client, repository, name, tmp_path):
    files = dict(repository.files())
    files[name] = File(b"evil", False)
    repository.commit(files)
    message = client.fails("pull", "me/model")
    assert "would leave the cache" in message and "\x1b" not in message
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and path.read_bytes() == b"evil"]
    check_cache(client.cache)


@pytest.mark.parametrize("oid", ["../../evil", "", "ABCDEF" * 7, "a" * 39, "a" * 64 + "/x"])
def test_hashes_that_are_none(hub, client, repository, oid):
    entry = {"type": "file", "path": "config.json", "size": 2, "oid": oid}
    hub.faults.add("hub", "GET", "/tree/", replace(json_answer([entry]).body))
    assert "hash" in client.fails("pull", "me/model")


@pytest.mark.parametrize("sha", ["../../../evil", "main", "", "A" * 40, 5, None])
def test_commits_that_are_none(hub, client, repository, sha):
    hub.faults.add("hub", "GET", "/revision/", replace(json_answer({"sha": sha}).body))
    assert "contains no commit" in client.fails("pull", "me/model")


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>log in</html>", b"[", b"[" * 100_000, b'{"a": 1}', b"[1]", b'[{"type": "file"}]',
     b'[{"type": "file", "path": "a", "size": -1, "oid": "' + b"a" * 40 + b'"}]',
     b'[{"type": "file", "path": 5, "size": 1, "oid": "x"}]', b"\xff\xfe"],
)  # fmt: skip
def test_answers_that_are_not_the_hubs(hub, client, repository, body):
    hub.faults.add("hub", "GET", "/tree/", replace(body))
    client.fails("pull", "me/model")
    hub.faults.add("hub", "GET", "/revision/", replace(body))
    client.fails("pull", "me/model")
    check_cache(client.cache)


def test_a_list_without_an_end(hub, client, repository):
    pages = {"header": ("Link", f'<{hub.url}/api/models/me/model/tree/main?cursor=0>; rel="next"')}
    hub.faults.add("hub", "GET", "/tree/", pages, times=10_000)
    assert "listing is too long" in client.fails("pull", "me/model")


def test_a_list_that_goes_on_elsewhere(hub, client, repository, stranger):
    pages = {"header": ("Link", f'<{stranger.url}/more>; rel="next"')}
    hub.faults.add("hub", "GET", "/tree/", pages)
    assert "continues on another host" in client.fails("pull", "me/model", "--token", TOKEN)
    assert not stranger.log


def test_pooling_cannot_lead_elsewhere(hub, client, teacher_model):
    modules = b'[{"type": "x.Pooling", "path": "../../.."}]'
    hub.repositories.create("me/teacher", files={**teacher_model, "modules.json": modules})
    client.pull("me/teacher")
    check_cache(client.cache)


# The token.


def test_the_token_does_not_follow_redirects(hub, client, repository, stranger):
    """Another host, and another port of the same host."""
    for url in (stranger.url, Stranger("127.0.0.2").url):
        hub.faults.add("hub", "GET", "/revision/", redirect(f"{url}/x"))
        client.fails("pull", "me/model", "--token", TOKEN)
    hub.faults.clear()
    hub.log.clear()
    client.pull("me/model", "--token", TOKEN)
    assert all(r.headers["authorization"] == f"Bearer {TOKEN}" for r in hub.requests("hub"))
    assert hub.requests("cdn")
    assert all("authorization" not in r.headers for r in hub.requests("cdn") + stranger.log)
    assert stranger.log


def test_the_token_is_not_in_the_list_of_processes(hub, client, repository):
    for arguments in (["--token", TOKEN], [f"--token={TOKEN}"]):
        release = threading.Event()
        hub.faults.add("hub", "GET", "/revision/", hold(release))
        process = client.start("pull", "me/model", *arguments, stdout=subprocess.PIPE)
        end = time.monotonic() + 30
        while not hub.requests("hub", "GET", "/revision/"):
            assert time.monotonic() < end
        title = open(f"/proc/{process.pid}/cmdline", "rb").read()
        assert b"--token" in title and TOKEN.encode() not in title
        release.set()
        process.communicate(timeout=60)
        assert process.returncode == 0
        hub.log.clear()


def test_the_token_is_not_sent_in_the_clear(hub, client, repository):
    """A plain endpoint on another machine gets none: here a proxy stands for the way to it."""
    env = {"HF_ENDPOINT": "http://hub.invalid", "http_proxy": hub.url, "no_proxy": ""}
    client.fails("pull", "me/model", "--token", TOKEN, env=env)
    assert hub.log and all(TOKEN not in str(r.headers) for r in hub.log)


def test_credentials_in_the_endpoint_are_refused_unseen(client, hub):
    env = {"HF_ENDPOINT": "https://me:secret@127.0.0.1"}
    assert "secret" not in client.fails("pull", "me/model", env=env, code=2)


def test_signatures_are_not_shown(hub, client, repository):
    hub.faults.add("cdn", "GET", "/objects/", status(404), times=9)
    assert "X-Signature" not in client.fails("pull", "me/model")


# Encryption.


def test_over_tls(tls_hub, client, over_tls):
    folder = client.pull("me/model", env=over_tls)
    assert (folder / "model.safetensors").read_bytes() == WEIGHTS
    assert tls_hub.requests("hub")[0].headers["authorization"] == f"Bearer {TOKEN}"


def test_a_certificate_that_nobody_trusts(tls_hub, client, over_tls):
    over_tls.pop("SSL_CERT_FILE")
    message = client.fails("pull", "me/model", env=over_tls)
    assert "not trusted" in message and "SSL_CERT_FILE" in message
    assert not tls_hub.log


def test_redirects_off_tls_are_refused(tls_hub, client, over_tls, stranger):
    for part in ("/revision/", "/tree/", "/resolve/"):
        tls_hub.faults.clear()
        tls_hub.faults.add("hub", "GET", part, redirect(f"{stranger.url}/x"), times=9)
        assert "not encrypted" in client.fails("pull", "me/model", env=over_tls)
    tls_hub.faults.clear()
    tls_hub.faults.add("cdn", "GET", "/objects/", redirect(f"{stranger.url}/x"), times=9)
    assert "not encrypted" in client.fails("pull", "me/model", env=over_tls)
    assert not stranger.log


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/"])
def test_redirects_off_the_web_are_refused(hub, client, repository, target):
    hub.faults.add("hub", "GET", "/revision/", redirect(target))
    assert "unsupported URL scheme" in client.fails("pull", "me/model")


def test_from_this_machine_nothing_goes_elsewhere_in_the_clear(hub, client, repository):
    hub.faults.add("hub", "GET", "/resolve/", redirect("http://192.0.2.1/x"))
    assert "leaves this machine" in client.fails("pull", "me/model")


def test_from_tls_to_tls_is_fine(tls_hub, client, over_tls):
    client.pull("me/model", env=over_tls)
    assert all("authorization" not in r.headers for r in tls_hub.requests("cdn"))
