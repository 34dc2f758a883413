"""A Celery application whose tasks track; its broker is a folder that the environment names."""

from __future__ import annotations

import os
from pathlib import Path

from celery import Celery

import segment_web

FOLDER = "PROCESSES_TASKS_FOLDER"
HOST = "PROCESSES_SEGMENT_HOST"


def application(folder: Path) -> Celery:
    """Messages are files in ``folder``, and so are results."""
    app = Celery("tests.processes", broker="filesystem://", backend=f"file://{folder}", set_as_current=False)
    folders = ("data_folder_in", "data_folder_out", "control_folder")
    app.conf.broker_transport_options = dict.fromkeys(folders, str(folder))
    app.conf.broker_connection_retry_on_startup = True
    app.conf.worker_hijack_root_logger = False
    return app


if FOLDER in os.environ:  # in the worker
    app = application(Path(os.environ[FOLDER]))
    # Nothing leaves before a process ends: what arrives was drained.
    segment_web.configure("celery-test-write-key", host=os.environ[HOST], flush_interval=60)
    segment_web.track("Worker Started", {"number": -1}, user_id="worker")

    @app.task(name="say")
    def say(number: int) -> int:
        segment_web.track("Task Done", {"number": number}, user_id="worker")
        return os.getpid()
