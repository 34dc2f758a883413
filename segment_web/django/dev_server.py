"""``runserver --noreload`` dies of SIGTERM at once; there, and only there, it is made to end normally, queue drained."""

from __future__ import annotations

import signal
import sys
import threading
from types import FrameType


def connect() -> None:
    """Takes SIGTERM for ``runserver`` if nobody else has: an application's own handler is never replaced.

    With the reloader Django installs this very handler itself.
    """
    serves = len(sys.argv) > 1 and sys.argv[1] == "runserver"
    in_main = threading.current_thread() is threading.main_thread()
    if serves and in_main and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _exit)


def _exit(number: int, frame: FrameType | None) -> None:
    sys.exit(0)  # exit handlers run, ours among them
