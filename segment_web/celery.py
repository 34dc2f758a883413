"""Celery's prefork children, which end without running exit handlers: their queues are drained by a signal of Celery's.

Nothing is to be set up: whether this is a Celery worker is seen at a process's first event. The main process, and the
pools solo, threads and gevent, which work in it, run exit handlers and need nothing.
"""

from __future__ import annotations

import sys

from segment_web.delivery import life

RECEIVER = "segment_web"  # connecting under one name again changes nothing


def connect() -> None:
    """Drains every queue when a prefork child ends, also after ``--max-tasks-per-child``; nothing without Celery.

    Celery sends ``worker_process_shutdown`` in the child that ends, which then leaves by ``os._exit``. What a receiver
    connected after this one says is dropped and counted as ``closed``.
    """
    signals = sys.modules.get("celery.signals")  # Celery is not imported for those who do not use it
    if signals is not None:
        signals.worker_process_shutdown.connect(_drain, weak=False, dispatch_uid=RECEIVER)


def _drain(**_: object) -> None:
    life.drain_all()
