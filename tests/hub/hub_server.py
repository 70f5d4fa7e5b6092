"""A local Hugging Face Hub that speaks the real protocol, as `huggingface_hub` 1.33.0 uses it.

Two listeners on loopback addresses: the hub, and the storage (CDN) on another host, to which the hub
redirects for LFS objects and where they are uploaded. Like the real storage it refuses requests that
bring an Authorization header. test_hub_server.py proves all this with the official client.

    hub = Hub()
    hub.repositories.users["hf_secret"] = User("me")
    hub.repositories.create("me/model", files={"config.json": b"{}"})
    subprocess.run([...], env={"HF_ENDPOINT": hub.url})
"""

import base64
import json
import secrets
from urllib.parse import quote

from hub_faults import Faults
from hub_http import Answer, Listener, Router, error, file_answer, json_answer
from hub_repositories import File, Repositories, is_lfs, sha256

REPOSITORY = r"(?P<name>[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)?)"
REVISION = r"(?P<revision>[^/]+)"
NO_CREDENTIALS = "Invalid username or password."
LFS_JSON = {"Content-Type": "application/vnd.git-lfs+json"}


class Hub:
    def __init__(self, certificate=None, cdn_certificate=None):
        self.repositories = Repositories()
        self.faults = Faults()
        self.log = []
        self.page_size = 1000  # entries of a tree a page
        self.chunk_size = None  # with a number, larger objects are uploaded in parts
        self.small_files_redirect = True  # as on the real hub, to a path on the same host
        self._hub = Listener("hub", "127.0.0.1", self._hub_routes(), self.faults, self.log, certificate)
        self._cdn = Listener(
            "cdn", "127.0.0.2", self._cdn_routes(), self.faults, self.log, cdn_certificate or certificate
        )
        self.url, self.cdn_url = self._hub.url, self._cdn.url

    def close(self):
        self._hub.close()
        self._cdn.close()

    def requests(self, listener=None, method=None, part=""):
        """What was asked so far."""
        return [
            r
            for r in self.log
            if part in r.path and listener in (None, r.listener) and method in (None, r.method)
        ]

    def _hub_routes(self):
        router = Router()
        api = f"/api/models/{REPOSITORY}"
        for method, pattern, function in (
            ("GET", "/api/whoami-v2", self._whoami),
            ("POST", "/api/validate-yaml", lambda request, faults: json_answer({"errors": [], "warnings": []})),
            ("POST", "/api/repos/create", self._create),
            ("POST", "/api/complete_multipart", self._complete_multipart),
            ("GET", f"/api/resolve-cache/models/{REPOSITORY}/(?P<revision>[0-9a-f]{{40}})/(?P<path>.+)", self._resolve_cache),
            ("GET", f"{api}/tree/{REVISION}", self._tree),
            ("POST", f"{api}/preupload/{REVISION}", self._preupload),
            ("POST", f"{api}/commit/{REVISION}", self._commit),
            ("GET", f"{api}(?:/revision/{REVISION})?", self._info),
            ("POST", rf"/{REPOSITORY}\.git/info/lfs/objects/batch", self._batch),
            ("POST", rf"/{REPOSITORY}\.git/info/lfs/verify", self._verify),
            ("GET", f"/{REPOSITORY}/resolve/{REVISION}/(?P<path>.+)", self._resolve),
        ):
            router.add(method, pattern, function)
        return router

    def _cdn_routes(self):
        router = Router()
        router.add("GET", "/objects/(?P<oid>[0-9a-f]{64})", self._cdn_get)
        router.add("PUT", "/objects/(?P<oid>[0-9a-f]{64})", self._cdn_put)
        router.add("PUT", "/parts/(?P<upload>[^/]+)/(?P<number>[0-9]+)", self._cdn_put_part)
        return router

    # Who may do what.

    def _user(self, request):
        """The user, or an error for a token that nobody has."""
        if request.token is None:
            return None
        user = self.repositories.users.get(request.token)
        return user or error(401, "Invalid credentials in Authorization header")

    def _open(self, request, name, writing=False):
        """(repository, user), or an error. What may not be seen is not there."""
        user = self._user(request)
        if isinstance(user, Answer):
            return user
        if name in self.repositories.renamed:
            new = request.target.replace(name, self.repositories.renamed[name], 1)
            return Answer(307, b"", {"Location": new})
        repository = self.repositories.all.get(name)
        if repository is None or not self.repositories.may_read(repository, user):
            if user is None:
                return error(401, NO_CREDENTIALS, "RepoNotFound")
            return error(404, "Repository not found", "RepoNotFound")
        if writing and not self.repositories.may_write(repository, user):
            if user is None:
                return error(401, NO_CREDENTIALS)
            return error(403, "Forbidden: you must use a write token to upload to a repository.")
        return repository, user

    def _whoami(self, request, faults):
        user = self._user(request)
        if isinstance(user, Answer):
            return user
        if user is None:
            return error(401, NO_CREDENTIALS)
        return json_answer({"type": "user", "name": user.name, "orgs": [], "auth": {"type": "access_token"}})

    # Looking.

    def _info(self, request, faults, name, revision=None):
        opened = self._open(request, name)
        if isinstance(opened, Answer):
            return opened
        repository, _ = opened
        commit = repository.find(revision or "main")
        if commit is None:
            return error(404, f"Invalid rev id: {revision}", "RevisionNotFound")
        siblings = [{"rfilename": path} for path in sorted(repository.commits[commit])]
        return json_answer(
            {
                "_id": "0" * 24,
                "id": name,
                "modelId": name,
                "author": repository.owner,
                "sha": commit,
                "private": repository.private,
                "gated": "auto" if repository.gated else False,
                "disabled": False,
                "downloads": 0,
                "likes": 0,
                "tags": [],
                "siblings": siblings,
            }
        )

    def _tree(self, request, faults, name, revision):
        opened = self._open(request, name)
        if isinstance(opened, Answer):
            return opened
        repository, _ = opened
        commit = repository.find(revision)
        if commit is None:
            return error(404, f"Invalid rev id: {revision}", "RevisionNotFound")
        entries, folders = [], set()
        for path, file in sorted(repository.commits[commit].items()):
            parts = path.split("/")[:-1]
            folders.update("/".join(parts[: i + 1]) for i in range(len(parts)))
            entry = {"type": "file", "oid": file.oid, "size": len(file.content), "path": path}
            if file.lfs:
                oid = sha256(file.content)
                entry["lfs"] = {"oid": oid, "size": len(file.content), "pointerSize": len(file.pointer)}
            entries.append(entry)
        entries += [{"type": "directory", "oid": "0" * 40, "size": 0, "path": path} for path in sorted(folders)]
        start = int(request.query.get("cursor", ["0"])[0])
        headers = {}
        if start + self.page_size < len(entries):
            following = f"{self.url}{request.path}?recursive=true&cursor={start + self.page_size}"
            headers["Link"] = f'<{following}>; rel="next"'
        return json_answer(entries[start : start + self.page_size], headers=headers)

    # Downloading.

    def _file(self, request, name, revision, path):
        """(commit, file), or an error."""
        opened = self._open(request, name)
        if isinstance(opened, Answer):
            return opened
        repository, user = opened
        commit = repository.find(revision)
        if commit is None:
            return error(404, f"Invalid rev id: {revision}", "RevisionNotFound")
        if not self.repositories.may_download(repository, user) and path != "README.md":
            restricted = f"Access to model {name} is restricted"
            if user is None:
                return error(401, f"{restricted}. You must be authenticated to access it.", "GatedRepo")
            return error(403, f"{restricted} and you are not in the authorized list.", "GatedRepo")
        file = repository.commits[commit].get(path)
        if file is None:
            answer = error(404, "Entry not found", "EntryNotFound")
            answer.headers["X-Repo-Commit"] = commit
            return answer
        return commit, file

    def _resolve(self, request, faults, name, revision, path):
        found = self._file(request, name, revision, path)
        if isinstance(found, Answer):
            return found
        commit, file = found
        headers = {"X-Repo-Commit": commit}
        if file.lfs:
            oid = sha256(file.content)
            headers["X-Linked-Etag"] = f'"{oid}"'
            headers["X-Linked-Size"] = str(len(file.content))
            query = f"X-Signature={secrets.token_hex(8)}&response-content-disposition={quote(path)}"
            headers["Location"] = f"{self.cdn_url}/objects/{oid}?{query}"
            return Answer(302, b"Found. Redirecting to the storage", headers)
        if self.small_files_redirect:
            headers["X-Linked-Etag"] = f'"{file.etag}"'
            headers["X-Linked-Size"] = str(len(file.content))
            headers["Location"] = f"/api/resolve-cache/models/{name}/{commit}/{quote(path)}"
            return Answer(307, b"Temporary Redirect.", headers)
        headers["ETag"] = f'"{file.etag}"'
        return file_answer(request, file.content, headers, faults.get("ignore_range"))

    def _resolve_cache(self, request, faults, name, revision, path):
        found = self._file(request, name, revision, path)
        if isinstance(found, Answer):
            return found
        commit, file = found
        headers = {"X-Repo-Commit": commit, "ETag": f'"{file.etag}"'}
        return file_answer(request, file.content, headers, faults.get("ignore_range"))

    def _cdn_get(self, request, faults, oid):
        if refusal := self._cdn_refusal(request):
            return refusal
        content = self.repositories.object(oid)
        if content is None:
            return Answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
        return file_answer(request, content, {"ETag": f'"{oid[:32]}-5"'}, faults.get("ignore_range"))

    def _cdn_refusal(self, request):
        """The storage knows signed addresses only, and says so to whoever brings a token."""
        if "authorization" in request.headers:
            return Answer(400, b"<Error><Code>InvalidArgument</Code></Error>")
        if "X-Signature" not in request.query:
            return Answer(403, b"<Error><Code>AccessDenied</Code></Error>")
        return None

    # Uploading.

    def _create(self, request, faults):
        user = self._user(request)
        if isinstance(user, Answer):
            return user
        if user is None:
            return error(401, NO_CREDENTIALS)
        wanted = request.json()
        name = f"{wanted.get('organization') or user.name}/{wanted['name']}"
        if not user.may_write or name.split("/")[0] != user.name:
            return error(403, f'You don\'t have the rights to create a model under the namespace "{name}"')
        with self.repositories.lock:
            url = f"{self.url}/{name}"
            if name in self.repositories.all:
                message = "You already created this model repo"
                return json_answer({"error": message, "url": url}, 409, {"X-Error-Message": message})
            private = wanted.get("visibility") == "private" or wanted.get("private") is True
            self.repositories.create(name, private)
        return json_answer({"url": url, "id": "0" * 24, "name": name})

    def _preupload(self, request, faults, name, revision):
        creates_pr = request.query.get("create_pr") == ["1"]
        opened = self._open(request, name, writing=not creates_pr)
        if isinstance(opened, Answer):
            return opened
        repository, _ = opened
        if repository.find(revision) is None:
            return error(404, f"Invalid rev id: {revision}", "RevisionNotFound")
        files = []
        for wanted in request.json()["files"]:
            sample = base64.b64decode(wanted["sample"])
            assert len(sample) == min(wanted["size"], 512), "a sample is the file's first 512 bytes"
            lfs = is_lfs(wanted["path"], sample) or wanted["size"] > 10 * 1024 * 1024
            file = {"path": wanted["path"], "uploadMode": "lfs" if lfs else "regular", "shouldIgnore": False}
            if present := repository.files(revision).get(wanted["path"]):
                file["oid"] = present.etag
            files.append(file)
        return json_answer({"files": files})

    def _batch(self, request, faults, name):
        opened = self._open(request, name, writing="ref" in request.json())
        if isinstance(opened, Answer):
            return opened
        wanted = request.json()
        assert wanted["operation"] == "upload" and wanted["hash_algo"] == "sha256"
        objects = [self._batch_object(name, each["oid"], each["size"]) for each in wanted["objects"]]
        return json_answer({"transfer": "basic", "objects": objects}, headers=LFS_JSON)

    def _batch_object(self, name, oid, size):
        if self.repositories.object(oid) is not None:
            return {"oid": oid, "size": size}
        signature = f"X-Signature={secrets.token_hex(8)}"
        upload = {"href": f"{self.cdn_url}/objects/{oid}?{signature}"}
        if self.chunk_size is not None and size > self.chunk_size:
            key = secrets.token_hex(8)
            self.repositories.parts[key] = {}
            count = -(-size // self.chunk_size)
            upload = {"href": f"{self.url}/api/complete_multipart?uploadId={key}"}
            upload["header"] = {"chunk_size": str(self.chunk_size)}
            for number in range(1, count + 1):
                upload["header"][f"{number:05}"] = f"{self.cdn_url}/parts/{key}/{number}?{signature}"
        verify = {"href": f"{self.url}/{name}.git/info/lfs/verify"}
        return {"oid": oid, "size": size, "actions": {"upload": upload, "verify": verify}}

    def _cdn_put(self, request, faults, oid):
        if refusal := self._cdn_refusal(request):
            return refusal
        if sha256(request.body) != oid:
            return Answer(400, b"<Error><Code>XAmzContentSHA256Mismatch</Code></Error>")
        self.repositories.objects[oid] = request.body
        return Answer(200, b"", {"ETag": f'"{oid[:32]}"'})

    def _cdn_put_part(self, request, faults, upload, number):
        if refusal := self._cdn_refusal(request):
            return refusal
        self.repositories.parts[upload][int(number)] = request.body
        return Answer(200, b"", {"ETag": f'"{sha256(request.body)[:32]}"'})

    def _complete_multipart(self, request, faults):
        done = request.json()
        parts = self.repositories.parts.pop(request.query["uploadId"][0], None)
        if parts is None:
            return error(404, "no such upload")
        for part in done["parts"]:
            if part["etag"].strip('"') != sha256(parts[part["partNumber"]])[:32]:
                return error(400, "wrong etag")
        content = b"".join(parts[number] for number in sorted(parts))
        if len(done["parts"]) != len(parts) or sha256(content) != done["oid"]:
            return error(400, "the parts do not make the object")
        self.repositories.objects[done["oid"]] = content
        return json_answer({"success": True})

    def _verify(self, request, faults, name):
        opened = self._open(request, name)
        if isinstance(opened, Answer):
            return opened
        content = self.repositories.objects.get(request.json()["oid"])
        if content is None or len(content) != request.json()["size"]:
            return error(404, "object not found")
        return json_answer({}, headers=LFS_JSON)

    def _commit(self, request, faults, name, revision):
        creates_pr = request.query.get("create_pr") == ["1"]
        opened = self._open(request, name, writing=not creates_pr)
        if isinstance(opened, Answer):
            return opened
        repository, user = opened
        if user is None:
            return error(401, NO_CREDENTIALS)
        if request.headers.get("content-type") != "application/x-ndjson":
            return error(400, "expected application/x-ndjson")
        with self.repositories.lock:
            parent = repository.find(revision)
            if parent is None:
                return error(404, f"Invalid rev id: {revision}", "RevisionNotFound")
            if not creates_pr and revision not in repository.refs:
                return error(400, f"{revision} is no branch")
            lines = [json.loads(line) for line in request.body.splitlines()]
            title = lines[0]["value"]
            if lines[0]["key"] != "header" or not title["summary"]:
                return error(400, "the first line has the commit's summary")
            if title.get("parentCommit", parent) != parent:
                return error(412, "A commit has happened since. Please refresh and try again.")
            files = dict(repository.commits[parent])
            if problem := self._apply(files, lines[1:]):
                return problem
            ref = revision
            if creates_pr:
                number = 1 + sum(ref.startswith("refs/pr/") for ref in repository.refs)
                ref = f"refs/pr/{number}"
            commit = repository.commit(files, ref, title["summary"], title.get("description", ""))
        result = {"success": True, "commitOid": commit, "commitUrl": f"{self.url}/{name}/commit/{commit}"}
        if creates_pr:
            result["pullRequestUrl"] = f"{self.url}/{name}/discussions/{number}"
        return json_answer(result)

    def _apply(self, files, operations):
        """Changes the files as a commit's lines say. Returns an error, or None."""
        for line in operations:
            key, value = line["key"], line["value"]
            if key == "file":
                assert value["encoding"] == "base64"
                files[value["path"]] = File(base64.b64decode(value["content"], validate=True), False)
            elif key == "lfsFile":
                content = self.repositories.object(value["oid"])
                if value["algo"] != "sha256" or content is None:
                    return error(400, "an LFS pointer points to a file that does not exist")
                files[value["path"]] = File(content, True)
            elif key == "deletedFile":
                if files.pop(value["path"], None) is None:
                    return error(404, "A file with this name doesn't exist", "EntryNotFound")
            else:
                return error(400, f"unknown key {key}")
        return None
