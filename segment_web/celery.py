"""Celery: a task acts for the visitor who caused it, and what a worker's children have queued is delivered at their end.

Nothing is to be set up. Celery's signals are connected as soon as the application itself imports them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import orjson

from segment_web.current import snapshot
from segment_web.imports import when_imported
from segment_web.logs import internal_error
from segment_web.process import lifetime
from segment_web.scopes.current import swap
from segment_web.snapshots import restored

SIGNALS = "celery.signals"
RECEIVER = "segment_web"  # connecting under one name again changes nothing
HEADER = "segment_web"  # of a task's message: a snapshot as JSON text, which every broker can carry
BEFORE = "_segment_web_before"  # where a task's request keeps the scope that was current before it ran


def connect() -> None:
    """Prepares for an application that uses Celery, and does nothing for any other."""
    when_imported(SIGNALS, _carry)
    lifetime.at_first_event(_drain_children)


def _carry() -> None:
    signals = sys.modules[SIGNALS]
    _receive(signals.before_task_publish, _publish)
    _receive(signals.task_prerun, _begin)
    _receive(signals.task_postrun, _end)


def _drain_children() -> None:
    """Prefork children end without running exit handlers: ``worker_process_shutdown`` is sent in the child that ends,
    also after ``--max-tasks-per-child``, which then leaves by ``os._exit``. The main process, and the pools solo, threads
    and gevent, which work in it, run exit handlers and need nothing.

    What a receiver connected after this one says is dropped and counted as ``closed``, so it is connected late: whether
    this is a worker is seen at a process's first event.
    """
    if (signals := sys.modules.get(SIGNALS)) is not None:
        _receive(signals.worker_process_shutdown, _drain)


def _receive(signal: Any, receiver: Callable[..., None]) -> None:
    signal.connect(receiver, weak=False, dispatch_uid=RECEIVER)


def _publish(headers: Any = None, **_: object) -> None:
    """A task is sent. One that is tried again has its header, and keeps it."""
    try:
        if isinstance(headers, dict) and HEADER not in headers and (carried := snapshot()) is not None:
            headers[HEADER] = orjson.dumps(carried).decode()
    except Exception as error:  # noqa: BLE001 - the border of the host
        internal_error("Celery's before_task_publish", error)


def _begin(task: Any = None, **_: object) -> None:
    """A task begins. In eager mode it is part of what called it, and so is what it says."""
    try:
        request = task.request
        if not request.is_eager:
            carried = _read(request.get(HEADER))
            setattr(request, BEFORE, swap(None if carried is None else restored(carried)))
    except Exception as error:  # noqa: BLE001 - the border of the host
        swap(None)  # better nobody than the visitor of the task before
        internal_error("Celery's task_prerun", error)


def _end(task: Any = None, **_: object) -> None:
    try:
        request = task.request
        if not request.is_eager:
            swap(request.get(BEFORE))
    except Exception as error:  # noqa: BLE001 - the border of the host
        internal_error("Celery's task_postrun", error)


def _read(header: object) -> object:
    """What is no JSON is handed on as it is, and is no snapshot."""
    try:
        return orjson.loads(header) if isinstance(header, str | bytes) else header
    except orjson.JSONDecodeError:
        return header


def _drain(**_: object) -> None:
    lifetime.drain_all()
