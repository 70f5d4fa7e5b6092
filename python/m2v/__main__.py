"""`python -m m2v` is the m2v command."""

import os
import signal
import sys
from pathlib import Path


def main() -> None:
    """Becomes the command that came with the package."""
    command = Path(__file__).parent / "bin" / "m2v"
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # Python ignores it, and the command would inherit that
    os.execv(command, ["m2v", *sys.argv[1:]])


if __name__ == "__main__":
    main()
