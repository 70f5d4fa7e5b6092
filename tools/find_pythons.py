#!/usr/bin/env python3
"""Lists this machine's CPythons from 3.10 on, one of each minor version: `3.12 /path/to/python3.12`.

They are looked for in PATH and where pyenv puts them; PYTHONS=/path/to/one:/path/to/another names others instead.
Those that cannot make virtual environments or have no headers to build against are left out.
"""

import os
import subprocess
from pathlib import Path

OLDEST, NEWEST = 10, 14
PROBE = """
import ensurepip, platform, sys, sysconfig, os.path
assert platform.python_implementation() == "CPython"
assert os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h"))
print(*sys.version_info[:3], sys.executable)
"""


def candidates():
    """Files that may be Pythons."""
    if os.environ.get("PYTHONS"):
        return [Path(path) for path in os.environ["PYTHONS"].split(os.pathsep)]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    folders = [*map(Path, os.get_exec_path()), *pyenv.glob("3.*/bin")]
    return [folder / f"python3.{minor}" for folder in folders for minor in range(OLDEST, NEWEST + 1)]


def probe(path):
    """Its version and the path that it says it has; None if it is of no use here."""
    try:
        done = subprocess.run([path, "-I", "-c", PROBE], capture_output=True, text=True)
    except OSError:
        return None
    if done.returncode != 0:
        return None
    *version, executable = done.stdout.split(maxsplit=3)
    return tuple(map(int, version)), executable.strip()


def find():
    """{minor: path}, the newest of each minor version, in order."""
    found = sorted(filter(None, map(probe, candidates())))
    return {version[1]: Path(path) for version, path in found if version >= (3, OLDEST)}


if __name__ == "__main__":
    for minor, path in find().items():
        print(f"3.{minor} {path}")
