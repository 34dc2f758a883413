"""uvicorn, which ends by SIGTERM without exit handlers: log the cure at a process's first event."""

from __future__ import annotations

import logging
import os
import signal

from segment_web.logs import log
from segment_web.process import lifetime

SERVER = "uvicorn.server"  # the module of the object that handles SIGTERM while uvicorn serves
UNWRAPPED = (
    "segment_web: uvicorn runs no exit handlers, so it loses the messages that are queued when it ends; "
    "wrap the ASGI application: SegmentASGI(application), from segment_web.asgi"
)
_delivers_in = 0  # the process that delivers at its end in another way


def delivers_at_end() -> None:
    """Note that this process delivers at its end although uvicorn serves it."""
    global _delivers_in
    _delivers_in = os.getpid()


def loses_messages() -> bool:
    """Whether uvicorn serves in this process and nothing delivers at its end."""
    server = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    return _delivers_in != os.getpid() and any(kind.__module__ == SERVER for kind in type(server).__mro__)


def _warn() -> None:
    if loses_messages():
        log(logging.WARNING, "uvicorn", UNWRAPPED)


lifetime.at_first_event(_warn)
