"""Drives the m2v command against a hub, and looks into the cache that it leaves."""

import os
import re
from pathlib import Path

from runner import M2v

from hub_repositories import git_oid, sha256


class Client(M2v):
    """The command with a home folder of its own, so that nothing of this machine plays along."""

    def __init__(self, binary, home, url):
        home.mkdir(parents=True, exist_ok=True)
        super().__init__(binary, home)
        self.home = home
        self.environment = {"HF_HOME": str(home), "HF_ENDPOINT": url, "HOME": str(home)}
        os.environ.update(self.environment)  # what is started from this process gets it

    @property
    def cache(self):
        return self.home / "hub"

    def storage(self, name="me/model"):
        return self.cache / f"models--{name.replace('/', '--')}"

    def pull(self, *arguments, **options):
        """The folder that `m2v pull` prints."""
        return Path(self.check("pull", *arguments, **options).decode().rstrip("\n"))

    def fails(self, *arguments, code=1, **options):
        """The one line that the command complains with."""
        done = self.run(*arguments, **options)
        text = done.stderr.decode()
        assert done.returncode == code, f"exit {done.returncode}: {text}"
        lines = [line for line in text.splitlines() if not line.startswith("m2v: warning: ")]
        assert len(lines) == 1 and lines[0].startswith("m2v: "), text
        return lines[0]

    def warnings(self, *arguments, **options):
        """What a command that succeeds warns of."""
        done = self.run(*arguments, **options)
        assert done.returncode == 0, done.stderr.decode()
        return done.stderr.decode()

    def partial(self, content, name="me/model"):
        """Where the download of an LFS object goes on."""
        return self.storage(name) / "blobs" / f"{sha256(content)}.incomplete"


def check_cache(cache):
    """Every blob has the content that its name says, every link leads to one, every ref to a
    snapshot, and nothing lies elsewhere."""
    for storage in Path(cache).glob("models--*"):
        for blob in (storage / "blobs").iterdir():
            if not blob.name.endswith(".incomplete"):
                content = blob.read_bytes()
                assert blob.name in (sha256(content), git_oid(content)), blob
        for path in (storage / "snapshots").rglob("*"):
            if path.is_symlink():
                target = path.resolve(strict=True)
                assert target.parent == (storage / "blobs").resolve(), path
            else:
                assert path.is_dir(), f"{path} is no link"
        for ref in (storage / "refs").rglob("*"):
            if ref.is_file():
                assert re.fullmatch("[0-9a-f]{40}", ref.read_text())
                assert (storage / "snapshots" / ref.read_text()).is_dir()
        for kind in storage.iterdir():
            assert kind.name in ("blobs", "refs", "snapshots", "trees", ".no_exist"), kind
