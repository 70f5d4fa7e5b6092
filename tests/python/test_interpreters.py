"""Sub-interpreters: importing m2v there is refused, since a call would wait for the GIL of another one for ever."""

import subprocess
import sys

import pytest

PROGRAM = """
import sys
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
{before}
made = interpreters.create()
try:
    failure = interpreters.run_string(made, '''
import sys
sys.path[:0] = {path!r}
try:
    import {module}
except ImportError as problem:
    assert problem.msg, problem
    print(type(problem).__name__, "refused", flush=True)
else:
    print("imported", flush=True)
''')
    assert failure is None, failure
finally:
    interpreters.destroy(made)
{after}
"""
ENCODES = "import m2v; print(m2v.Index(3).dim)"


@pytest.mark.parametrize("module", ["m2v", "m2v._m2v", "m2v._train", "m2v._distill", "m2v._hub", "m2v.train"])
@pytest.mark.parametrize("before, after", [("", ""), (ENCODES, ""), ("", ENCODES), (ENCODES, ENCODES)])
def test_refused(module, before, after):
    """Whether or not the main interpreter has it, which goes on as before."""
    program = PROGRAM.format(before=before, after=after, module=module, path=sys.path)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    numbers = ["3"] * (bool(before) + bool(after))
    assert sorted(done.stdout.split("\n")[:-1]) == sorted(["ImportError refused", *numbers]), done.stdout
