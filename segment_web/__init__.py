"""segment_web: Segment analytics for Django and Flask, from the request to the wire, without getting in the way.

``from segment_web import Analytics`` is the client; the functions of this module act on the current application's.
"""

from __future__ import annotations

import typing as _typing

from segment_web.celery import connect as _connect_celery
from segment_web.client import Analytics
from segment_web.current import Current as _Current
from segment_web.current import close, configure, disabled, flush, health, resume, scope, snapshot, stats
from segment_web.delivery.books import Stats
from segment_web.delivery.health import Health
from segment_web.errors import ConfigError, InvalidMessage, MissingExtra, SegmentError
from segment_web.messages.message import Message
from segment_web.messages.reasons import DropReason
from segment_web.messages.receipt import Receipt
from segment_web.version import VERSION as __version__

if _typing.TYPE_CHECKING:
    from segment_web.options import Options


def __getattr__(name: str) -> _typing.Any:
    """Load ``Options`` when it is asked for: it brings all settings, which an import without a client does not need."""
    if name == "Options":
        from segment_web.options import Options

        return Options
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


_connect_celery()

_calls = _Current()
alias = _calls.alias
group = _calls.group
identify = _calls.identify
page = _calls.page
screen = _calls.screen
track = _calls.track

__all__ = [
    "Analytics",
    "ConfigError",
    "DropReason",
    "Health",
    "InvalidMessage",
    "Message",
    "MissingExtra",
    "Options",
    "Receipt",
    "SegmentError",
    "Stats",
    "__version__",
    "alias",
    "close",
    "configure",
    "disabled",
    "flush",
    "group",
    "health",
    "identify",
    "page",
    "resume",
    "scope",
    "screen",
    "snapshot",
    "stats",
    "track",
]
