"""The generated Unicode tables are still what the pinned `tokenizers` package makes of them."""

import subprocess
import sys
from pathlib import Path

GENERATOR = Path(__file__).resolve().parents[2] / "tools" / "generate_unicode.py"


def test_tables_are_up_to_date():
    done = subprocess.run(
        [sys.executable, GENERATOR, "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
