"""Celery's workers: whatever the pool, what the tasks said is delivered when a process ends, without any set-up."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from segment_web.collector import CollectorServer

pytest.importorskip("celery", reason="celery is not installed")

from tests.processes.tasks import FOLDER, HOST, application

ROOT = Path(__file__).parents[2]
TASKS = 30
PATIENCE = 60.0

Worker = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def worker(segment_server: CollectorServer, tmp_path: Path) -> Iterator[Worker]:
    """Starts ``celery worker`` with these options."""
    started: list[subprocess.Popen[str]] = []
    environ = {**os.environ, FOLDER: str(tmp_path), HOST: segment_server.url, "PYTHONPATH": str(ROOT)}

    def start(*options: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "celery", "--app", "tests.processes.tasks", "worker", *options]
        output = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        started.append(subprocess.Popen(command, cwd=ROOT, env=environ, text=True, **output))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def do_all(folder: Path) -> set[int]:
    """Has every task done; the processes that did them."""
    with application(folder) as app:
        results = [app.send_task("say", [number]) for number in range(TASKS)]
        return {result.get(timeout=PATIENCE, interval=0.02) for result in results}


def numbers(server: CollectorServer) -> list[int]:
    return sorted(message["properties"]["number"] for message in server.messages)


@pytest.mark.parametrize(
    "options",
    [
        ("--pool", "prefork", "--concurrency", "2"),
        ("--pool", "solo"),
        ("--pool", "threads", "--concurrency", "4"),
        ("--pool", "gevent", "--concurrency", "20"),
    ],
    ids=["prefork", "solo", "threads", "gevent"],
)
def test_a_warm_shutdown_delivers_all(
    worker: Worker, segment_server: CollectorServer, tmp_path: Path, options: tuple[str, ...]
) -> None:
    process = worker(*options)
    do_all(tmp_path)
    assert segment_server.messages == []
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=PATIENCE)
    assert numbers(segment_server) == [-1, *range(TASKS)], output
    assert segment_server.discarded == []
    assert "segment_web" not in output.replace("segment_web.W", ""), output


def test_children_that_are_renewed_deliver_all(worker: Worker, segment_server: CollectorServer, tmp_path: Path) -> None:
    process = worker("--pool", "prefork", "--concurrency", "2", "--max-tasks-per-child", "5")
    assert len(do_all(tmp_path)) >= TASKS // 5
    segment_server.wait_for(TASKS - 2 * 5, PATIENCE)  # those of the two children that are still there may be missing
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=PATIENCE)
    assert numbers(segment_server) == [-1, *range(TASKS)], output
