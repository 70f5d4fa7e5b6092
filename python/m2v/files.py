"""File output with the same guarantees as in the C++ library.

A file is replaced atomically: after a failure it has its old content. Its mode is kept, and links and pipes are
followed.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO

import numpy as np

from m2v import _m2v


def write_file(file: str | os.PathLike[str], content: str | bytes) -> None:
    """Writes a file, replacing it if it exists. Strings are encoded as UTF-8."""
    parts = [content.encode("utf-8") if isinstance(content, str) else content]
    _m2v.write_file(os.path.abspath(file), parts)


def write_array(file: str | os.PathLike[str], array: np.ndarray) -> None:
    """Writes a `.npy` file, replacing it if it exists."""
    array = np.ascontiguousarray(array)
    header = BytesIO()
    np.lib.format.write_array_header_1_0(header, np.lib.format.header_data_from_array_1_0(array))
    _m2v.write_file(os.path.abspath(file), [header.getvalue(), array.reshape(-1).view(np.uint8)])


@contextmanager
def locked(folder: str | os.PathLike[str], shared: bool) -> Iterator[None]:
    """Holds an advisory lock on a folder, after waiting for conflicting locks. Does nothing if locks are not supported.

    :param folder: The folder, which must exist.
    :param shared: Whether other shared locks may be held at the same time (for reading).
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
