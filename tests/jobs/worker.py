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
from tests.jobs.folder import settings

ROOT = Path(__file__).parents[2]
OPTIONS = ("--pool", "prefork", "--concurrency", "1", "--without-gossip", "--without-mingle", "--without-heartbeat")


@contextmanager
def worker(session: Path, host: str) -> Iterator[None]:
    """Does, inside the block, what this process has sent; its events go to the Segment at ``host``.

    The folder in between is one for the whole ``session``, because Celery keeps its connections.
    """
    folder = session / "jobs"
    folder.mkdir(exist_ok=True)
    tasks.app.conf.update(settings(folder))
    environ = {**os.environ, tasks.FOLDER: str(folder), tasks.HOST: host, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "celery", "--app", "tests.jobs.tasks", "worker", *OPTIONS]
    with (folder / "worker.log").open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environ, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # nothing runs any more, and any other end takes Celery six seconds
        process.wait()
