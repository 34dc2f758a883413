"""The life of a process: forks, its first event, and the many ways it ends, for every delivery there is."""

from __future__ import annotations

import atexit
import logging
import os
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from segment_web.logs import internal_error, log
from segment_web.process import fork_lock


class Counted(Protocol):
    """The counts of an object that is drained."""

    @property
    def pending(self) -> int:
        """How many messages are queued or on their way."""


class Drained(Protocol):
    """An object that is told of forks and drained at the end of its process: a client's delivery."""

    @property
    def exit_timeout(self) -> float:
        """How many seconds the end of the process may wait for it."""

    def forked(self) -> None:
        """Begin anew in a forked child."""

    def stats(self) -> Counted:
        """Return its counts."""

    def hurry(self) -> None:
        """Stop waiting for company: the process ends."""

    def flush(self, timeout: float | None = None) -> bool:
        """Deliver what is queued within ``timeout`` seconds, and stay open."""

    def finish(self, timeout: float) -> None:
        """Close at the end of the process, and let later exit handlers deliver within the same time."""

    def close(self, timeout: float | None = None) -> bool:
        """Deliver what is queued within ``timeout`` seconds, then stop."""


_deliveries: weakref.WeakSet[Drained] = weakref.WeakSet()
_looks: list[Callable[[], None]] = []


def _runs_exit_handlers() -> bool:
    """Whether the calling thread is the main thread, and Python has marked it as ended: only exit handlers run then."""
    main = threading.main_thread()
    return threading.current_thread() is main and not main.is_alive()


# The exit handlers run. True from the start if one of them imports the package: Python runs no handler that is
# registered so late.
_is_ending = _runs_exit_handlers()
MULTIPROCESSING_PRIORITY = 100  # before multiprocessing's own queues and managers, which have 10 and less


def born(delivery: Drained) -> None:
    """Tell a new delivery of forks from now on; one of an exit handler's client delivers on the handler's thread."""
    _deliveries.add(delivery)
    if _is_ending:
        delivery.finish(delivery.exit_timeout)


def deliver_all() -> None:
    """Deliver what every client of this process has queued, all at the same time and each within its ``exit_timeout``.

    The clients stay open. The log counts the messages that are still queued.
    """
    began = time.monotonic()
    deliveries = list(_deliveries)
    for delivery in deliveries:
        delivery.hurry()
    left = 0
    for delivery in deliveries:
        try:
            if not delivery.flush(max(0.0, delivery.exit_timeout - (time.monotonic() - began))):
                left += delivery.stats().pending
        except Exception as error:  # noqa: BLE001 - one client must not keep the others from delivering
            internal_error("deliver_all", error)
    if left:
        text = (
            f"segment_web: {left} messages are still queued after exit_timeout; they are lost if the process ends now"
        )
        log(logging.WARNING, "deliver_all", text)


def at_first_event(look: Callable[[], None]) -> None:
    """``look`` is called when a client has its first event in a process, and in a forked child again: by then it shows
    what kind of process this is. It may be called several times."""
    if look not in _looks:
        _looks.append(look)


def begun(delivery: Drained) -> None:
    """A delivery has begun to work in this process and is drained at its end."""
    with fork_lock.loading:
        for look in _looks:
            try:
                look()
            except Exception as error:  # noqa: BLE001 - what the process is must not keep it from working
                internal_error("at_first_event", error)
    process = sys.modules.get("multiprocessing.process")
    if process is None or process.parent_process() is None:
        return  # atexit runs: drain_all below
    reference = weakref.ref(delivery)

    def drain() -> None:
        if (alive := reference()) is not None:
            alive.finish(alive.exit_timeout)

    # A forked multiprocessing child leaves by os._exit and runs these finalizers instead of atexit.
    sys.modules["multiprocessing.util"].Finalize(None, drain, exitpriority=MULTIPROCESSING_PRIORITY)


def drain_all() -> None:
    """Finish every delivery: all at the same time, so that together they take no longer than the most patient one.

    What one of them raises does not keep the others from being drained; only KeyboardInterrupt ends the wait for all.
    """
    began = time.monotonic()
    deliveries = list(_deliveries)
    for delivery in deliveries:
        with _contained("hurry"):
            delivery.hurry()
    for delivery in deliveries:
        with _contained("finish"):
            delivery.finish(max(0.0, delivery.exit_timeout - (time.monotonic() - began)))


def _at_exit() -> None:
    global _is_ending
    _is_ending = True
    drain_all()


@contextmanager
def _contained(place: str) -> Iterator[None]:
    try:
        yield
    except (Exception, SystemExit) as error:  # noqa: BLE001 - of one client, which is not the fault of the others
        internal_error(place, error)


def _in_child() -> None:
    log.forget()
    for delivery in list(_deliveries):
        with _contained("forked"):
            delivery.forked()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)

# Registered when the package is imported, so that it runs late: one batch has the events of most exit handlers. Handlers
# that were registered before run after it; each event of theirs is delivered at once.
atexit.register(_at_exit)
