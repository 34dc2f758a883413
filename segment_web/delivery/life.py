"""The life of a process: forks, normal exit, and the exit of multiprocessing children, for every delivery there is."""

from __future__ import annotations

import atexit
import os
import sys
import weakref
from typing import TYPE_CHECKING

from segment_web.logs import log

if TYPE_CHECKING:
    from segment_web.delivery.delivery import Delivery

_deliveries: weakref.WeakSet[Delivery] = weakref.WeakSet()
MULTIPROCESSING_PRIORITY = 100  # before multiprocessing's own queues and managers, which have 10 and less


def born(delivery: Delivery) -> None:
    """A new delivery is told of forks from now on."""
    _deliveries.add(delivery)


def begun(delivery: Delivery) -> None:
    """A delivery has begun to work in this process and is drained at its end."""
    process = sys.modules.get("multiprocessing.process")
    if process is None or process.parent_process() is None:
        return  # atexit runs: _drain_all below
    reference = weakref.ref(delivery)

    def drain() -> None:
        if (alive := reference()) is not None:
            alive.close()

    # A forked multiprocessing child leaves by os._exit and runs these finalizers instead of atexit.
    sys.modules["multiprocessing.util"].Finalize(None, drain, exitpriority=MULTIPROCESSING_PRIORITY)


def _drain_all() -> None:
    for delivery in list(_deliveries):
        delivery.close()


def _in_child() -> None:
    log.forget()
    for delivery in list(_deliveries):
        delivery.forked()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)

# Registered when the package is imported, so that it runs late: what other exit handlers say is still delivered.
atexit.register(_drain_all)
