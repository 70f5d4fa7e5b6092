"""Runs model2vec's own tests, as they are, over m2v (redirect.py), and says which pass."""

import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCES = HERE.parents[2] / ".cache" / "model2vec-0.10.0"

_OWN_CLIENT = "patches huggingface_hub inside of the package, which has a client of its own; test_hub.py is its like"
#: By file, the tests that cannot pass, without their parameters, and why.
CANNOT_PASS = {
    "test_persistence.py": {
        "test_local_loading": _OWN_CLIENT,
        "test_hub_loading_downloads_readme": _OWN_CLIENT,
        "test_hub_subfolder_loading": _OWN_CLIENT,
    },
    "test_inference.py": {
        "test_load_pipeline_from_hub": _OWN_CLIENT,
        "test_load_pipeline_from_hub_with_token": _OWN_CLIENT,
        "test_from_pretrained_legacy_fallback_hub": _OWN_CLIENT,
        "test_convert_legacy_pipeline_with_token": _OWN_CLIENT,
        "test_convert_legacy_pipeline_missing_dependencies": "wants an error where scikit-learn and skops are missing, "
        "which are not needed here",
        "test_convert_legacy_pipeline_untrusted_type": "patches skops, which is not used; test_legacy.py has such types "
        "in the file",
    },
}


def run(files):
    """[(file, name of the test, whether it passed)], one for each set of parameters."""
    assert SOURCES.is_dir(), "the reference's tests are not there: tools/fetch_reference_tests.sh"
    command = [sys.executable, "-m", "pytest", "-p", "redirect", "-p", "no:cacheprovider", "-rA", "-q", "--color=no"]
    package = [str(Path(entry).resolve()) for entry in os.environ["PYTHONPATH"].split(os.pathsep)]
    done = subprocess.run(
        [*command, *(f"tests/{name}" for name in files)],
        cwd=SOURCES,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), *package])},
        capture_output=True,
        text=True,
    )
    found = re.findall(r"^(PASSED|FAILED|ERROR) tests/([a-z_]+\.py)::(\w+)", done.stdout, re.MULTILINE)
    assert found, done.stdout + done.stderr
    return [(file, name, outcome == "PASSED") for outcome, file, name in found]


def failed(outcomes):
    """{file: names}, as CANNOT_PASS has them."""
    return {file: {n for f, n, passed in outcomes if f == file and not passed} for file, _, p in outcomes if not p}


def expected(files):
    """What failed() should be."""
    return {file: set(names) for file, names in CANNOT_PASS.items() if file in files}
