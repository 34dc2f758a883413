"""Celery's workers: whatever the pool, what the tasks said of their visitors is delivered when a process ends, without any
set-up."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import segment_web
from segment_web.collector import CollectorServer

pytest.importorskip("celery", reason="celery is not installed")

from celery import Celery
from celery.result import AsyncResult

from tests.jobs.broker import QUICK
from tests.processes.tasks import BROKER, HOST, QUEUE, application

ROOT = Path(__file__).parents[2]
TASKS = 30
ALONE = ("--without-gossip", "--without-mingle", "--without-heartbeat")  # it waits for no other workers
PATIENCE = 60.0

Worker = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def worker(segment_server: CollectorServer, broker: Path, tmp_path: Path) -> Iterator[Worker]:
    """Starts ``celery worker`` with these options, for a queue of this test's own."""
    started: list[subprocess.Popen[str]] = []
    named = {BROKER: str(broker), QUEUE: tmp_path.name, HOST: segment_server.url}
    environ = {**os.environ, **named, "PYTHONPATH": str(ROOT)}

    def start(*options: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "celery", "--app", "tests.processes.tasks", "worker", *ALONE, *options]
        output = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        started.append(subprocess.Popen(command, cwd=ROOT, env=environ, text=True, **output))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def do_all(broker: Path, queue: str) -> set[int]:
    """Has every task done, each for another visitor; the processes that did them."""
    segment_web.configure("celery-test-write-key", delivery="null")  # where nothing is recorded nothing is carried
    with application(broker, queue) as app:
        results = [send(app, number) for number in range(TASKS)]
        return {result.get(timeout=PATIENCE, interval=QUICK) for result in results}


def send(app: Celery, number: int) -> AsyncResult[int]:
    with segment_web.scope(user_id=f"u{number}"):
        return app.send_task("say", [number])


def said(server: CollectorServer) -> list[tuple[int, str]]:
    return sorted((message["properties"]["number"], message["userId"]) for message in server.messages)


ALL = [(-1, "worker"), *((number, f"u{number}") for number in range(TASKS))]


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
    worker: Worker, segment_server: CollectorServer, broker: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    process = worker(*options)
    do_all(broker, tmp_path.name)
    assert segment_server.messages == []
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=PATIENCE)
    assert said(segment_server) == ALL, output
    assert segment_server.discarded == []
    assert "segment_web" not in output.replace("segment_web.W", ""), output


def test_children_that_are_renewed_deliver_all(
    worker: Worker, segment_server: CollectorServer, broker: Path, tmp_path: Path
) -> None:
    process = worker("--pool", "prefork", "--concurrency", "2", "--max-tasks-per-child", "5")
    assert len(do_all(broker, tmp_path.name)) >= TASKS // 5
    segment_server.wait_for(TASKS - 2 * 5, PATIENCE)  # those of the two children that are still there may be missing
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=PATIENCE)
    assert said(segment_server) == ALL, output
