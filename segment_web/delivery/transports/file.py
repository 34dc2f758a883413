"""Append messages to a file, one JSON object a line: a record to look at or to import later."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from segment_web.messages.envelope import Batch
from segment_web.messages.outcome import DELIVERED, Outcome


class FileTransport:
    """Write each batch whole, or not at all.

    The file is opened for each batch, so that it can be moved away while the application runs. A written batch is in the
    hands of the operating system: it outlives the process, but not a loss of power. Several processes may share a file.
    """

    def __init__(self, path: str) -> None:
        self._path = Path(path)
        self._lock = _file_lock()

    def deliver(self, batch: Batch) -> Outcome:
        """Append the batch; a full disk is an OSError, which is retried like a network that is down."""
        text = b"".join(envelope.body + b"\n" for envelope in batch.envelopes)
        with self._path.open("ab", buffering=0) as file:
            if not file.seekable():  # a pipe or a terminal keeps what it was given
                _write(file.fileno(), text)
                return DELIVERED
            self._lock(file.fileno())  # closing the file gives the lock back
            self._append(file.fileno(), text)
        return DELIVERED

    def _append(self, descriptor: int, text: bytes) -> None:
        """Write ``text`` behind the last whole line; if that fails, give the file its size of before."""
        size = os.fstat(descriptor).st_size
        if size and not self._is_line_end(size - 1):  # a process was killed while it wrote
            text = b"\n" + text
        try:
            _write(descriptor, text)
        except BaseException:
            os.ftruncate(descriptor, size)
            raise

    def _is_line_end(self, position: int) -> bool:
        with self._path.open("rb", buffering=0) as file:
            file.seek(position)
            return file.read(1) == b"\n"

    def close(self) -> None:
        """Nothing is held open."""


def _write(descriptor: int, text: bytes) -> None:
    """Write all of ``text``; a disk that fills up takes a part of it, and raises at the next part."""
    rest = memoryview(text)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _file_lock() -> Callable[[int], None]:
    """Return a function that keeps other processes from writing, or one without effect where the system has none.

    Imported here and not by the worker's thread, which would hold the import lock when the process forks.
    """
    try:
        fcntl = import_module("fcntl")
    except ImportError:  # Windows, where a server is one process
        return lambda descriptor: None

    def lock(descriptor: int) -> None:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)

    return lock
