"""By what Celery's messages and results travel: a Redis of our own, or a folder where Redis is not installed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.ended_with_us import server

SOCKET = "redis.sock"
QUICK = 0.02  # seconds between two looks, where one has to look; Celery's own second is long for a test
QUIET = ("--port", "0", "--save", "", "--appendonly", "no")  # no network, and nothing that outlives it


@pytest.fixture(scope="session")
def broker() -> Iterator[Path]:
    """A folder, which is the broker or has its socket; one for a process, because Celery keeps its connections."""
    with tempfile.TemporaryDirectory(prefix="segment-web-") as name:
        program = shutil.which("redis-server")
        if program is None or find_spec("redis") is None:
            yield Path(name)
            return
        with server(program, *QUIET, "--dir", name, "--unixsocket", f"{name}/{SOCKET}", ready="to accept connections"):
            yield Path(name)


def settings(broker: Path, queue: str = "celery") -> dict[str, Any]:
    """Celery's."""
    shared = {
        "task_default_queue": queue,
        "worker_hijack_root_logger": False,
        "broker_connection_retry_on_startup": True,
    }
    if not (broker / SOCKET).exists():
        from tests.jobs import folder

        return {**shared, **folder.settings(broker)}
    url = f"redis+socket://{broker / SOCKET}"
    return {**shared, "broker_url": url, "result_backend": url, "result_chord_retry_interval": QUICK}
