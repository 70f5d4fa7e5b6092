"""What can go wrong between a hub and its client, on demand.

    hub.faults.add("cdn", "GET", "model", cut(1000))      # once: the next such request is cut
    hub.faults.add("hub", "GET", "/api/", status(503, {"Retry-After": "0"}), times=3)
"""

import threading
from dataclasses import dataclass


@dataclass
class Fault:
    listener: str
    method: str
    part: str  # of the path
    change: dict  # what is done otherwise; see the functions below
    times: int
    used: int = 0


class Faults:
    def __init__(self):
        self._lock = threading.Lock()
        self._all = []

    def add(self, listener, method, part, change, times=1):
        fault = Fault(listener, method, part, change, times)
        with self._lock:
            self._all.append(fault)
        return fault

    def clear(self):
        with self._lock:
            self._all.clear()

    def take(self, listener, method, path):
        """The changes for a request: those of the first fault that fits and is not used up."""
        with self._lock:
            for fault in self._all:
                fits = fault.listener == listener and fault.method == method and fault.part in path
                if fits and fault.used < fault.times:
                    fault.used += 1
                    return fault.change
        return {}


def status(code, headers=None, body=b""):
    """Another answer altogether."""
    return {"status": code, "headers": headers or {}, "body": body}


def redirect(url):
    return status(302, {"Location": url})


def cut(after):
    """The connection ends after so many bytes of the body."""
    return {"cut": after}


def drip(size, seconds):
    """The body comes in pieces of `size` bytes with a pause before each."""
    return {"drip": (size, seconds)}


def stall(seconds):
    """Nothing is said for so long."""
    return {"stall": seconds}


def length(more):
    """Content-Length says so many bytes more than there are (or fewer)."""
    return {"length": more}


def ignore_range():
    """The whole file, whatever range was asked for."""
    return {"ignore_range": True}


def replace(content):
    """Another content."""
    return {"replace": content}


def hold(event):
    """Waits for the test, after half of the body."""
    return {"hold": event}


def endless(code, headers=None, piece=b"x" * 65536, seconds=0):
    """An answer whose body has no end: the same piece, again and again, `seconds` before each."""
    return {"status": code, "headers": {"Content-Length": None, **(headers or {})}, "body": b"", "endless": (piece, seconds)}


def drip_headers(seconds):
    """Status and headers come byte by byte, with a pause before each; then nothing."""
    return {"drip_headers": seconds}


def raw(answer):
    """These bytes, and the connection ends."""
    return {"raw": answer}


def header(name, value):
    """Another value of a header; None leaves it out."""
    return {"header": (name, value)}
