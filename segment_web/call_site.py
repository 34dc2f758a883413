"""Where in the application a call is made, for the log line of a mistake and for the panels."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from os.path import dirname, relpath, sep  # pathlib takes 5 ms to import
from types import FrameType

PACKAGE = dirname(__file__)
PACKAGES = (f"{sep}site-packages{sep}", f"{sep}dist-packages{sep}")
# Where frameworks hand a request on: the frames beyond answer requests in general and make no call.
HANDLERS = (f"django{sep}core{sep}handlers{sep}", f"flask{sep}app.py")
FRAMES = 200  # looked at; a deeper call has no place


def _go_on(module: str, frame: FrameType) -> str | None:
    return None


def call_site(look: Callable[[str, FrameType], str | None] = _go_on) -> str:
    """Return file and line of the innermost frame outside of this package and of installed packages, or "".

    ``look`` is given the path and the frame of each module of this package on the way. It returns a place, which ends the
    search ("": the call has none), or None.
    """
    left = FRAMES
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and left:
        name = frame.f_code.co_filename
        if name.startswith(PACKAGE + sep):
            if (place := look(name[len(PACKAGE) + 1 :].replace(sep, "/"), frame)) is not None:
                return place
        elif place := place_of(name, frame.f_lineno):
            return place
        if any(handler in name for handler in HANDLERS):
            return ""
        frame, left = frame.f_back, left - 1
    return ""


def place_of(file: str, line: int) -> str:
    """Return ``file:line`` as it is shown, "" for a file of an installed package."""
    return "" if _is_installed(file) else f"{_short(file)}:{line}"


def _is_installed(name: str) -> bool:
    return name.startswith(_installed()) or any(folder in name for folder in PACKAGES)


@cache
def _installed() -> tuple[str, ...]:
    import sysconfig  # with the first mistake

    paths = {sysconfig.get_path(name) + sep for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    return (*paths, "<")


def _short(name: str) -> str:
    """Below the folder the program runs in, if it is there."""
    try:
        short = relpath(name)
    except (ValueError, OSError):  # another drive, or the folder is gone
        return name
    return name if short.startswith("..") else short
