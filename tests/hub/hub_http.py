"""HTTP for the local hub: a listener on a port of its own, routing, answers, and faults in them."""

import json
import re
import socket
import ssl
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit


@dataclass
class Request:
    method: str
    target: str  # as it stood in the request
    path: str  # without the query, still quoted
    query: dict
    headers: dict  # names in lower case
    body: bytes = b""

    @property
    def token(self):
        kind, _, token = self.headers.get("authorization", "").partition(" ")
        return token if kind == "Bearer" else None

    def json(self):
        return json.loads(self.body)


@dataclass
class Answer:
    status: int = 200
    body: bytes = b""
    headers: dict = field(default_factory=dict)


def json_answer(value, status=200, headers=None):
    return Answer(
        status,
        json.dumps(value).encode(),
        {"Content-Type": "application/json; charset=utf-8", **(headers or {})},
    )


def error(status, message, code=None):
    headers = {"X-Error-Message": message}
    if code:
        headers["X-Error-Code"] = code
    return json_answer({"error": message}, status, headers)


def file_answer(request, content, headers, ignore_range=False):
    """A file, or the range of it that is asked for."""
    headers = {"Accept-Ranges": "bytes", "Content-Type": "application/octet-stream", **headers}
    asked = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("range", ""))
    if not asked or ignore_range:
        return Answer(200, content, headers)
    first = int(asked[1])
    last = min(int(asked[2] or len(content) - 1), len(content) - 1)
    if first > last:
        headers["Content-Range"] = f"bytes */{len(content)}"
        return Answer(416, b"", headers)
    headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
    return Answer(206, content[first : last + 1], headers)


class Router:
    """Finds the function for a request. Patterns match the quoted path; groups come unquoted."""

    def __init__(self):
        self._routes = []

    def add(self, method, pattern, function):
        self._routes.append((method, re.compile(pattern), function))

    def answer(self, request, faults):
        for method, pattern, function in self._routes:
            if method == request.method or (method == "GET" and request.method == "HEAD"):
                if match := pattern.fullmatch(request.path):
                    groups = {name: value and unquote(value) for name, value in match.groupdict().items()}
                    return function(request, faults, **groups)
        return error(404, "Sorry, we can't find the page you are looking for.")


@dataclass
class Logged:
    listener: str
    method: str
    path: str
    target: str
    headers: dict
    status: int
    size: int  # of the request's body


class Listener:
    """A server on a free port of a loopback address. Its threads end with the process."""

    def __init__(self, name, address, router, faults, log, certificate=None):
        handler = type(
            "Handler", (_Handler,), {"name": name, "router": router, "faults": faults, "log": log}
        )
        self.server = ThreadingHTTPServer((address, 0), handler)
        self.server.daemon_threads = True
        scheme = "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.server.socket = context.wrap_socket(
                self.server.socket, server_side=True, do_handshake_on_connect=False
            )
            scheme = "https"
        self.url = f"{scheme}://{address}:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    disable_nagle_algorithm = True

    def log_message(self, *arguments):
        pass

    def _serve(self):
        split = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        request = Request(self.command, self.path, split.path, parse_qs(split.query), headers, body)
        faults = self.faults.take(self.name, self.command, unquote(split.path))
        time.sleep(faults.get("stall", 0))
        if "status" in faults:
            answer = Answer(faults["status"], faults["body"], dict(faults["headers"]))
        else:
            answer = self.router.answer(request, faults)
        self.log.append(
            Logged(self.name, self.command, split.path, self.path, headers, answer.status, len(body))
        )
        try:
            self._send(answer, faults)
        except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
            self.close_connection = True

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _serve

    def _send(self, answer, faults):
        if "raw" in faults or "drip_headers" in faults:
            self._send_raw(faults)
            return
        body = faults.get("replace", answer.body) if answer.status in (200, 206) else answer.body
        headers = {**answer.headers}
        headers.setdefault("Content-Length", str(len(body) + faults.get("length", 0)))
        if "header" in faults:
            headers[faults["header"][0]] = faults["header"][1]
        self.send_response(answer.status)
        for name, value in headers.items():
            if value is not None:
                self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        self._send_body(body, faults)
        if faults.keys() & {"cut", "length", "header"}:
            self._hang_up()

    def _send_raw(self, faults):
        """What is hardly HTTP."""
        if "raw" in faults:
            self.wfile.write(faults["raw"])
        else:
            for byte in b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 10_000:
                time.sleep(faults["drip_headers"])
                self.wfile.write(bytes([byte]))
        self._hang_up()

    def _send_body(self, body, faults):
        if "endless" in faults:
            piece, pause = faults["endless"]
            while True:  # until the client hangs up
                time.sleep(pause)
                self.wfile.write(piece)
        body = body[: faults.get("cut", len(body))]
        if "hold" in faults:
            self.wfile.write(body[: len(body) // 2])
            faults["hold"].wait(60)
            body = body[len(body) // 2 :]
        size, pause = faults.get("drip", (len(body) or 1, 0))
        for start in range(0, len(body), size):
            time.sleep(pause)
            self.wfile.write(body[start : start + size])

    def _hang_up(self):
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
