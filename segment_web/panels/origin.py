"""Who made a call: a line of the application, or what segment_web does by itself."""

from __future__ import annotations

import sys
import sysconfig
from inspect import unwrap
from os.path import relpath, sep
from types import FrameType
from typing import NamedTuple

from segment_web.call_site import PACKAGE

INSTALLED = tuple({sysconfig.get_path(name) + sep for name in ("stdlib", "platstdlib", "purelib", "platlib")})
PACKAGES = (f"{sep}site-packages{sep}", f"{sep}dist-packages{sep}")
# Where frameworks hand a request on: who stands beyond has not called, but answers requests in general.
HANDLERS = (f"django{sep}core{sep}handlers{sep}", f"flask{sep}app.py")
FRAMES = 200  # looked at; a deeper call has no origin
DECORATOR = "@track_event"
AUTOMATIC = {  # the modules that make messages of their own
    "web/page_views.py": "automatic page call",
    "web/view_event.py": DECORATOR,
    "web/model_events.py": "tracked model",
    "web/net_change.py": "tracked model",
    "django/querysets.py": "tracked model",
    "web/accounts.py": "login, sign-up or logout",
    "web/membership.py": "automatic group call",
    "web/consent_change.py": "set_consent",
    "browser/proxy/intake.py": "sent by the browser",
    "browser/snippet.py": "snippet",
    "browser/identify.py": "identify tag",
    "browser/page.py": "page tag",
}
# Made when the view is over: the frames around are a server's, and none is the call's place.
AFTERWARDS = {"automatic page call", DECORATOR, "sent by the browser"}


class Origin(NamedTuple):
    """``by`` is ``""`` for the application's own call; ``site`` is file and line, ``""`` when there is none."""

    by: str
    site: str


def origin() -> Origin:
    """Return the origin of the running call by its stack: the innermost frame of the application, or the view that made
    the event of a decorator."""
    by, left = "", FRAMES
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and left:
        name = frame.f_code.co_filename
        is_ours = name.startswith(PACKAGE + sep)
        if is_ours:
            by = by or AUTOMATIC.get(name[len(PACKAGE) + 1 :].replace(sep, "/"), "")
        if by == DECORATOR and is_ours:
            if view := _view_of(frame):
                return Origin(by, view)
        elif by in AFTERWARDS or any(handler in name for handler in HANDLERS):
            return Origin(by, "")
        elif not is_ours and not _is_installed(name):
            return Origin(by, f"{_short(name)}:{frame.f_lineno}")
        frame, left = frame.f_back, left - 1
    return Origin(by, "")


def _view_of(frame: FrameType) -> str:
    """Return file and line of the view in a frame of the decorator or of the mixin, "" in any other frame."""
    kept = frame.f_locals
    view = kept.get("view")
    if view is None and "request" in kept and hasattr(owner := kept.get("self"), "segment_events"):
        view = getattr(owner, getattr(owner, "action", None) or str(kept["request"].method).lower(), None)
    code = getattr(unwrap(view), "__code__", None) if callable(view) else None
    return (
        "" if code is None or _is_installed(code.co_filename) else f"{_short(code.co_filename)}:{code.co_firstlineno}"
    )


def _is_installed(name: str) -> bool:
    return name.startswith((*INSTALLED, "<")) or any(folder in name for folder in PACKAGES)


def _short(name: str) -> str:
    """Below the folder the program runs in, if it is there."""
    try:
        short = relpath(name)
    except ValueError:  # another drive
        return name
    return name if short.startswith("..") else short
