"""A Celery application whose tasks track; its broker is the one that the environment names."""

from __future__ import annotations

import os
from pathlib import Path

from celery import Celery

import segment_web
from tests.jobs.broker import settings

BROKER = "PROCESSES_TASKS_BROKER"
QUEUE = "PROCESSES_TASKS_QUEUE"
HOST = "PROCESSES_SEGMENT_HOST"


def application(broker: Path, queue: str) -> Celery:
    app = Celery("tests.processes", set_as_current=False)
    app.conf.update(settings(broker, queue))
    return app


if BROKER in os.environ:  # in the worker
    app = application(Path(os.environ[BROKER]), os.environ[QUEUE])
    # Nothing leaves before a process ends: what arrives was drained.
    segment_web.configure("celery-test-write-key", host=os.environ[HOST], flush_interval=60)
    segment_web.track("Worker Started", {"number": -1}, user_id="worker")

    @app.task(name="say")
    def say(number: int) -> int:
        segment_web.track("Task Done", {"number": number})
        return os.getpid()
