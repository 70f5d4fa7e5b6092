#!/usr/bin/env python3
"""What shared libraries export is what the public headers mark, and nothing else.

  check_symbols.py LIBRARY...    libm2v.so, libm2v_distill.so, libm2v_hub.so

Each library has its macro (m2v/export.h): the functions that are marked with it, and the members of the classes, are
exported by that library. So are the functions that the command looks up by name, such as m2v_distill_v4, and what
tells the type of an exception, wherever it is thrown. Prints what is missing or too much, and exits 1.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADERS = ROOT / "include" / "m2v"
STATE = ROOT / "src" / "base"  # what all libraries of a process share is marked there
MACROS = {"libm2v": "M2V_API", "libm2v_distill": "M2V_DISTILL_API", "libm2v_hub": "M2V_HUB_API"}
LOOKED_UP = re.compile(r"m2v_[a-z_]+_v\d+")


def marked(macro, headers="*.h"):
    """The full names of the classes and of the functions that headers mark with a macro."""
    classes, functions = set(), set()
    for header in sorted([*HEADERS.glob(headers), *STATE.glob(headers)]):
        text = re.sub(r"//.*", "", header.read_text(encoding="utf-8"))
        parts = re.split(r"^namespace ([\w:]+) \{", text, flags=re.M)
        for namespace, part in zip(parts[1::2], parts[2::2]):
            for kind, rest in re.findall(rf"^(?:\[\[nodiscard\]\] )?(class|struct|) *{macro}\s+([^;{{]*)", part, re.M):
                name = re.match(r"\w+", rest)[0] if kind else re.search(r"(\w+)\(", rest)[1]
                (classes if kind else functions).add(f"{namespace}::{name}")
    return classes, functions


def exported(library):
    """The demangled names that a library defines for others."""
    command = ["nm", "--dynamic", "--defined-only", "--demangle", str(library)]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return {line.split(" ", 2)[2] for line in lines}


EXCEPTIONS = marked("M2V_API", "error.h")[0]


def owner(symbol, classes, functions):
    """The class or function that a symbol belongs to; None if it is for nobody else."""
    if LOOKED_UP.fullmatch(symbol):
        return symbol
    about = re.fullmatch(r"(?:vtable|typeinfo|typeinfo name) for ([\w:]+)", symbol)
    if about:
        return about[1] if about[1] in classes | EXCEPTIONS else None
    name = re.sub(r"\[abi:\w+\]", "", symbol).split("(", 1)[0]
    if name in functions:
        return name
    of = name.rpartition("::")[0]
    return of if of in classes else None


def check(library):
    """What is wrong with a library, a line each."""
    name = Path(library).name.split(".")[0]
    classes, functions = marked(MACROS[name])
    assert functions, "no function is marked"
    owners = {symbol: owner(symbol, classes, functions) for symbol in exported(library)}
    extra = sorted(symbol for symbol, of in owners.items() if of is None)
    missing = sorted((classes | functions) - EXCEPTIONS - set(owners.values()))
    return [f"{name} exports {symbol}" for symbol in extra] + [f"{name} does not export {one}" for one in missing]


def main(libraries):
    problems = [problem for library in libraries for problem in check(library)]
    print("\n".join(problems) or f"symbols: {len(libraries)} libraries export what their headers mark")
    return 1 if problems or not libraries else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
