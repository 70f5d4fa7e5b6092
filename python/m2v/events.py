"""Events and warnings of long calls."""

from __future__ import annotations

import sys
import warnings
from logging import getLogger
from pathlib import Path

_PACKAGE = str(Path(__file__).parent)


def log_warnings(kind: str, stage: str, done: int, total: int, message: str) -> None:
    """Logs warnings and ignores progress events; the default handler of events."""
    if kind == "warning":
        getLogger("m2v").warning("%s: %s", stage, message)


def warn_caller(message: str, category: type[Warning] = UserWarning) -> None:
    """Issues a warning that points to the innermost line outside this package."""
    level, frame = 1, sys._getframe()
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        level, frame = level + 1, frame.f_back
    warnings.warn(message, category, stacklevel=level)
