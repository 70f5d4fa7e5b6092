"""vicinity's own tests over `m2v.vicinity`: those of the basic back end, and those that need none, all pass."""

import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCES = HERE.parents[1] / ".cache" / "vicinity-0.4.6"
#: Parameters of tests that are about another back end.
OTHERS = re.compile(r"\[(FAISS|HNSW|ANNOY|PYNNDESCENT|USEARCH|VOYAGER|backend_type(?!9\]))")
#: Tests without parameters that are: of usearch and FAISS.
OF_OTHERS = ("test_vicinity_usearch", "test_faiss")


def test_all_of_the_basic_back_end_pass():
    assert SOURCES.is_dir(), "vicinity's tests are not there: tools/fetch_reference_tests.sh"
    package = [str(Path(entry).resolve()) for entry in os.environ["PYTHONPATH"].split(os.pathsep)]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "redirect", "-p", "no:cacheprovider", "-rA", "-q", "--color=no"]
        + ["--tb=no", "tests/test_vicinity.py"],
        cwd=SOURCES,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE / "vicinity_yardstick"), *package])},
        capture_output=True,
        text=True,
    )
    found = re.findall(r"^(PASSED|FAILED|ERROR) tests/test_vicinity\.py::(\S+)", done.stdout, re.MULTILINE)
    ours = {name: outcome for outcome, name in found if not OTHERS.search(name) and not name.startswith(OF_OTHERS)}
    assert set(ours.values()) == {"PASSED"}, [name for name, outcome in ours.items() if outcome != "PASSED"]
    assert len(ours) >= 21, done.stdout
