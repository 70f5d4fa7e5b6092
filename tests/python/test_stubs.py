"""The stubs of the extension modules are what nanobind makes of them."""

import subprocess
import sys
from pathlib import Path

import pytest

import m2v

PACKAGE = Path(m2v.__file__).parent


@pytest.mark.parametrize("module", ["_m2v", "_distill", "_hub", "_train"])
def test_stubs(module, tmp_path):
    out = tmp_path / f"{module}.pyi"
    subprocess.run(
        [sys.executable, "-m", "nanobind.stubgen", "-q", "-m", f"m2v.{module}", "-o", out], check=True
    )
    advice = f"make it anew: python -m nanobind.stubgen -m m2v.{module} -o python/m2v/{module}.pyi"
    assert out.read_text() == (PACKAGE / f"{module}.pyi").read_text(), advice
