"""Web servers that die of SIGTERM at once: there, and only there, the process is made to end normally, queue drained."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import PurePath
from types import FrameType

from segment_web.process import uvicorn


def connect(argv: Sequence[str]) -> None:
    """Take SIGTERM if this program is such a server and the signal has no handler: a handler is never replaced.

    gunicorn, uvicorn and the others have handlers of their own; the reloaders of Django and Flask install this very one.
    gunicorn's uvicorn worker loads the application before uvicorn takes SIGTERM, and at its end uvicorn raises the signal
    again for the handler that was there before.
    """
    in_main = threading.current_thread() is threading.main_thread()
    if in_main and dies_of_sigterm(argv) and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _exit)
        uvicorn.delivers_at_end()


def dies_of_sigterm(argv: Sequence[str]) -> bool:
    """Whether a command line is ``manage.py runserver``, ``flask run``, waitress or gunicorn (also as ``python -m``)."""
    if not argv:
        return False
    program = PurePath(argv[0])
    name = program.parent.name if program.stem == "__main__" else program.stem
    is_server = name in ("waitress-serve", "waitress", "gunicorn")
    return is_server or (name == "flask" and "run" in argv) or "runserver" in argv[1:2]


def _exit(number: int, frame: FrameType | None) -> None:
    sys.exit(0)  # exit handlers run, ours among them
