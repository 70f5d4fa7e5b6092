"""Files as all of m2v writes them: whole or as they were before, with their mode, and through links and pipes."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO

import numpy as np

from m2v import _m2v


def write_file(file: str | os.PathLike[str], content: str | bytes) -> None:
    """Replaces a file, or makes it."""
    parts = [content.encode("utf-8") if isinstance(content, str) else content]
    _m2v.write_file(os.path.abspath(file), parts)


def write_array(file: str | os.PathLike[str], array: np.ndarray) -> None:
    """Replaces a `.npy` file, or makes it."""
    array = np.ascontiguousarray(array)
    header = BytesIO()
    np.lib.format.write_array_header_1_0(header, np.lib.format.header_data_from_array_1_0(array))
    _m2v.write_file(os.path.abspath(file), [header.getvalue(), array.reshape(-1).view(np.uint8)])


@contextmanager
def locked(folder: str | os.PathLike[str], shared: bool) -> Iterator[None]:
    """Waits until nobody writes into a folder, or nobody is in it at all. Where folders cannot be locked, nobody waits."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
