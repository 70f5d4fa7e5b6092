"""What a hub holds: repositories with commits, branches and files, users with tokens. In memory."""

import hashlib
import json
import threading
from dataclasses import dataclass, field

LFS_SUFFIXES = (".safetensors", ".bin", ".onnx", ".npy", ".h5", ".model", ".zip")
LFS_SIZE = 10 * 1024 * 1024


def git_oid(content):
    """The name that git gives to a file's content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def sha256(content):
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True)
class File:
    """A file of a commit: its content, and whether it is kept as an LFS object."""

    content: bytes
    lfs: bool

    @property
    def pointer(self):
        return (
            f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256(self.content)}\n"
            f"size {len(self.content)}\n"
        ).encode()

    @property
    def oid(self):
        return git_oid(self.pointer if self.lfs else self.content)

    @property
    def etag(self):
        return sha256(self.content) if self.lfs else self.oid


def is_lfs(path, content):
    return path.endswith(LFS_SUFFIXES) or len(content) > LFS_SIZE or b"\0" in content[:512]


@dataclass
class User:
    name: str
    may_write: bool = True
    granted: set = field(default_factory=set)  # gated repositories whose terms were accepted


@dataclass
class Repository:
    name: str
    private: bool = False
    gated: bool = False
    commits: dict = field(default_factory=dict)  # commit -> {path: File}
    messages: dict = field(default_factory=dict)  # commit -> (title, description)
    refs: dict = field(default_factory=dict)  # "main", "refs/pr/1", tags -> commit

    @property
    def owner(self):
        return self.name.split("/")[0] if "/" in self.name else ""

    def commit(self, files, ref="main", title="a commit", description=""):
        """A new commit on `ref` that has exactly these files. Returns its name."""
        described = json.dumps([self.name, len(self.commits), sorted((p, f.oid) for p, f in files.items())])
        name = hashlib.sha1(described.encode()).hexdigest()
        self.commits[name] = dict(files)
        self.messages[name] = (title, description)
        self.refs[ref] = name
        return name

    def add(self, contents, ref="main", title="add files"):
        """A commit with these files, {path: bytes}, added to those that are there."""
        files = dict(self.commits[self.refs[ref]]) if ref in self.refs else {}
        files.update({path: File(content, is_lfs(path, content)) for path, content in contents.items()})
        return self.commit(files, ref, title)

    def find(self, revision):
        """The commit of a branch, a tag, a pull request or a commit's own name; None without one."""
        if revision in self.refs:
            return self.refs[revision]
        return revision if revision in self.commits else None

    def files(self, revision="main"):
        return self.commits[self.find(revision)]


class Repositories:
    """All of it. One lock serves every request that changes something."""

    def __init__(self):
        self.lock = threading.RLock()
        self.all = {}
        self.renamed = {}  # old name -> new name
        self.users = {}  # token -> User
        self.objects = {}  # sha256 -> bytes: uploaded LFS objects, in a commit or not yet
        self.parts = {}  # upload -> {number: bytes}

    def create(self, name, private=False, gated=False, files=None):
        repository = Repository(name, private, gated)
        attributes = "".join(f"*{suffix} filter=lfs diff=lfs merge=lfs -text\n" for suffix in LFS_SUFFIXES)
        repository.commit({".gitattributes": File(attributes.encode(), False)}, title="initial commit")
        if files:
            repository.add(files)
        self.all[name] = repository
        return repository

    def may_read(self, repository, user):
        return not repository.private or (user is not None and user.name == repository.owner)

    def may_download(self, repository, user):
        if not repository.gated:
            return True
        return user is not None and (user.name == repository.owner or repository.name in user.granted)

    def may_write(self, repository, user):
        return user is not None and user.may_write and user.name == repository.owner

    def object(self, oid):
        """An LFS object: uploaded, or in some commit."""
        if oid in self.objects:
            return self.objects[oid]
        for repository in self.all.values():
            for files in repository.commits.values():
                for file in files.values():
                    if file.lfs and sha256(file.content) == oid:
                        return file.content
        return None
