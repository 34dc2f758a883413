"""A real Celery worker, in a process of its own with a prefork child."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.jobs import tasks
from tests.jobs.broker import settings

ROOT = Path(__file__).parents[2]
OPTIONS = ("--pool", "prefork", "--concurrency", "1", "--without-gossip", "--without-mingle", "--without-heartbeat")


@contextmanager
def worker(broker: Path, host: str) -> Iterator[None]:
    """Does, inside the block, what this process has sent by ``broker``; its events go to the Segment at ``host``."""
    tasks.app.conf.update(settings(broker))
    environ = {**os.environ, tasks.BROKER: str(broker), tasks.HOST: host, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "celery", "--app", "tests.jobs.tasks", "worker", *OPTIONS]
    with (broker / "worker.log").open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environ, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # nothing runs any more, and any other end takes Celery six seconds
        process.wait()
