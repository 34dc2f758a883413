"""A file that messages are appended to holds whole lines and each message once, whatever the disk or a process does."""

from __future__ import annotations

import fcntl
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from segment_web.delivery.transports.file import FileTransport
from segment_web.messages.envelope import Batch, Envelope

pytestmark = pytest.mark.once


def batch(*bodies: bytes) -> Batch:
    return Batch("default", tuple(Envelope(body.decode(), "visitor", "default", body) for body in bodies))


@contextmanager
def disk_of(size: int) -> Iterator[None]:
    """A limit for every file that this process writes: a write takes what fits, and the next one raises."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_batch_that_the_disk_has_no_room_for_leaves_no_trace_and_is_written_later(tmp_path: Path) -> None:
    path = tmp_path / "messages.jsonl"
    transport = FileTransport(str(path))
    transport.deliver(batch(b'{"n":1}'))
    with disk_of(20), pytest.raises(OSError, match="File too large"):
        transport.deliver(batch(b'{"n":2}', b'{"n":3}'))

    assert path.read_bytes() == b'{"n":1}\n'
    transport.deliver(batch(b'{"n":2}', b'{"n":3}'))
    assert path.read_bytes() == b'{"n":1}\n{"n":2}\n{"n":3}\n'


def test_a_half_line_costs_no_other_message(tmp_path: Path) -> None:
    path = tmp_path / "messages.jsonl"
    path.write_bytes(b'{"n":1}\n{"n"')
    FileTransport(str(path)).deliver(batch(b'{"n":2}'))

    assert path.read_bytes() == b'{"n":1}\n{"n"\n{"n":2}\n'


def test_processes_wait_for_each_other(tmp_path: Path) -> None:
    path = tmp_path / "messages.jsonl"
    thread = Thread(target=FileTransport(str(path)).deliver, args=(batch(b'{"n":2}'),))
    with path.open("ab", buffering=0) as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        other.write(b'{"n"')
        thread.start()
        thread.join(0.1)
        other.write(b":1}\n")
    thread.join(10)

    assert path.read_bytes() == b'{"n":1}\n{"n":2}\n'


def test_a_pipe_takes_messages_too() -> None:
    read, write = os.pipe()
    FileTransport(f"/dev/fd/{write}").deliver(batch(b'{"n":1}'))

    assert os.read(read, 100) == b'{"n":1}\n'
    os.close(read)
    os.close(write)
