"""Who made a call: a line of the application, or what segment_web does by itself."""

from __future__ import annotations

import sys
import sysconfig
from os.path import relpath, sep
from types import FrameType
from typing import NamedTuple

from segment_web.call_site import PACKAGE

INSTALLED = tuple({sysconfig.get_path(name) + sep for name in ("stdlib", "platstdlib", "purelib", "platlib")})
FRAMES = 200  # looked at; a deeper call has no origin
AUTOMATIC = {  # the modules that make messages of their own
    "web/page_views.py": "automatic page call",
    "web/view_event.py": "@track_event",
    "web/model_events.py": "tracked model",
    "web/net_change.py": "tracked model",
    "django/querysets.py": "tracked model",
    "web/accounts.py": "login, sign-up or logout",
    "web/membership.py": "automatic group call",
    "web/consent_change.py": "set_consent",
    "browser/proxy/intake.py": "sent by the browser",
}
# Made when the view is over: the frames around are a server's, and none is the call's place.
AFTERWARDS = {"automatic page call", "@track_event", "sent by the browser"}


class Origin(NamedTuple):
    """``by`` is ``""`` for the application's own call; ``site`` is file and line, ``""`` when there is none."""

    by: str
    site: str


def origin() -> Origin:
    """Of the call that is running, by its stack: the innermost frame that neither this package nor an installed one has."""
    by, left = "", FRAMES
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and left:
        name = frame.f_code.co_filename
        if name.startswith(PACKAGE + sep):
            by = by or AUTOMATIC.get(name[len(PACKAGE) + 1 :].replace(sep, "/"), "")
            if by in AFTERWARDS:
                return Origin(by, "")
        elif not name.startswith((*INSTALLED, "<")):
            return Origin(by, f"{_short(name)}:{frame.f_lineno}")
        frame, left = frame.f_back, left - 1
    return Origin(by, "")


def _short(name: str) -> str:
    """Below the folder the program runs in, if it is there."""
    try:
        short = relpath(name)
    except ValueError:  # another drive
        return name
    return name if short.startswith("..") else short
