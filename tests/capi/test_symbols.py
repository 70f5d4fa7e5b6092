"""libm2v_c exports the functions of m2v.h, and nothing else."""

import re
import subprocess

from conftest import HERE

HEADER = (HERE.parents[1] / "include" / "m2v.h").read_text(encoding="utf-8")
CODE = re.sub(r"//.*", "", HEADER)


def test_exported_symbols(library):
    lines = subprocess.run(
        ["nm", "--dynamic", "--defined-only", library], check=True, capture_output=True, text=True
    ).stdout.splitlines()
    exported = {line.split()[-1] for line in lines}
    declared = set(re.findall(r"\b(m2v_\w+)\(", CODE))
    assert len(declared) > 20
    assert exported == declared


def test_the_name_has_the_abi_version(library):
    version = re.search(r"#define M2V_ABI_VERSION (\d+)\n", HEADER)[1]
    dynamic = subprocess.run(["readelf", "--dynamic", library], check=True, capture_output=True, text=True).stdout
    assert f"Library soname: [libm2v_c.so.{version}]" in dynamic


def test_the_header_has_no_cpp():
    """Comments aside, what is C++ is between the guards of extern "C"."""
    assert not re.search(r"\b(std|namespace|class|bool|template)\b", CODE)
