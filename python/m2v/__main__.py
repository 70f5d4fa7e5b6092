"""Lets `python -m m2v` run the m2v command."""

import os
import signal
import sys
from pathlib import Path


def main() -> None:
    """Replaces this process by the command that is installed with the package."""
    command = Path(__file__).parent / "bin" / "m2v"
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # Python ignores it, which the command would inherit
    os.execv(command, ["m2v", *sys.argv[1:]])


if __name__ == "__main__":
    main()
