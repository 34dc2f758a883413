"""Who made a call: a line of the application, or what segment_web does by itself."""

from __future__ import annotations

from inspect import unwrap
from types import FrameType
from typing import NamedTuple

from segment_web.call_site import call_site, place_of

DECORATOR = "@track_event"
AUTOMATIC = {  # the modules that make messages of their own
    "web/views/page_views.py": "automatic page call",
    "web/views/view_event.py": DECORATOR,
    "model_events/events.py": "tracked model",
    "model_events/changes.py": "tracked model",
    "django/models/querysets.py": "tracked model",
    "web/accounts/lifecycle.py": "login, sign-up or logout",
    "web/visitor/group_of_request.py": "automatic group call",
    "web/request/set_consent.py": "set_consent",
    "browser/proxy/intake.py": "sent by the browser",
    "browser/snippet.py": "snippet",
    "browser/identify.py": "identify tag",
    "browser/page.py": "page tag",
}
# Made when the view is over: the frames around are a server's, and none is the call's place.
AFTERWARDS = {"automatic page call", "sent by the browser"}


class Origin(NamedTuple):
    """``by`` is ``""`` for the application's own call; ``site`` is file and line, ``""`` when there is none."""

    by: str
    site: str


def origin() -> Origin:
    """Return the origin of the running call by its stack: the innermost frame of the application, or the view that made
    the event of a decorator."""
    by = ""

    def look(module: str, frame: FrameType) -> str | None:
        nonlocal by
        by = by or AUTOMATIC.get(module, "")
        if by == DECORATOR:
            return _view_of(frame) or None
        return "" if by in AFTERWARDS else None

    site = call_site(look)
    return Origin(by, site)


def _view_of(frame: FrameType) -> str:
    """Return file and line of the view in a frame of the decorator or of the mixin, "" in any other frame."""
    kept = frame.f_locals
    view = kept.get("view")
    if view is None and "request" in kept and hasattr(owner := kept.get("self"), "segment_events"):
        view = getattr(owner, getattr(owner, "action", None) or str(kept["request"].method).lower(), None)
    code = getattr(unwrap(view), "__code__", None) if callable(view) else None
    return "" if code is None else place_of(code.co_filename, code.co_firstlineno)
