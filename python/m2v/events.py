"""What long calls tell while they run."""

from logging import getLogger


def log_warnings(kind: str, stage: str, done: int, total: int, message: str) -> None:
    """Passes warnings on to the log, and progress over."""
    if kind == "warning":
        getLogger("m2v").warning("%s: %s", stage, message)
