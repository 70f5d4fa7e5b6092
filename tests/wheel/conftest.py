"""Clean environments with the wheels of build/wheel/dist, one for each Python of this machine."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DIST = ROOT / "build" / "wheel" / "dist"
TOOLS = ROOT / ".venv-wheel" / "bin"
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests" / "hub"), str(ROOT / "tests" / "parity")]

from find_pythons import find

PYTHONS = find()


def wheel_for(minor):
    """The wheel that pip would take."""
    tag = f"cp3{minor}-cp3{minor}" if minor < 12 else "cp312-abi3"
    found = list(DIST.glob(f"m2v-*-{tag}-*.whl"))
    assert len(found) == 1, f"one wheel for {tag} in {DIST}: tools/wheel.sh makes it"
    return found[0]


class Environment:
    """A Python with the wheel and numpy, and programs that run in it, far from compilers and from this repository."""

    def __init__(self, minor, folder):
        self.minor, self.folder = minor, folder
        self.bin = folder / "venv" / "bin"
        self.python = self.bin / "python"
        self.home = folder / "home"
        self.home.mkdir()
        self.run(PYTHONS[minor], "-m", "venv", folder / "venv")
        requirements = Path(__file__).with_name("requirements.txt")
        # pip may need the settings of this machine to reach its index.
        install = [TOOLS / "python", "-m", "pip", "--python", self.python, "install", "--quiet", "--only-binary", ":all:"]
        subprocess.run([*install, "--requirement", requirements, wheel_for(minor)], check=True)

    def run(self, *command, status=0, **variables):
        """What a command prints; it must end with this status."""
        done = subprocess.run(
            list(map(str, command)),
            cwd=self.home,
            env={"PATH": str(self.bin), "HOME": str(self.home), **variables},
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == status, f"exit {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout if status == 0 else done.stderr

    def program(self, text, *arguments, **variables):
        """What a Python program prints."""
        return self.run(self.python, "-c", textwrap.dedent(text), *arguments, **variables)


@pytest.fixture(scope="session", params=PYTHONS, ids=lambda minor: f"3.{minor}")
def environment(request, tmp_path_factory):
    return Environment(request.param, tmp_path_factory.mktemp(f"python3{request.param}"))


@pytest.fixture(scope="session")
def model():
    folder = Path(os.environ.get("M2V_TEST_MODEL", ""))
    assert (folder / "model.safetensors").is_file(), "set M2V_TEST_MODEL to the folder of a distilled model"
    return folder
