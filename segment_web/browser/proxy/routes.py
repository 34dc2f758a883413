"""The paths there are below the mount: what is not matched here is not there, and reaches nothing."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import NamedTuple

from segment_web.incoming.parcel import BATCH_PATHS, METRICS_PATH, SINGLE_PATHS


class RouteKind(Enum):
    """What is asked for."""

    LIBRARY = auto()
    SETTINGS = auto()
    FILE = auto()
    EVENTS = auto()


class ProxyRoute(NamedTuple):
    """``name`` is the write key of a library or a settings document, the path of a file, the endpoint of events."""

    kind: RouteKind
    name: str


# A name begins with a letter or digit, so that neither "." nor ".." is one, and nothing in it is ever decoded again.
_NAME = "[A-Za-z0-9][A-Za-z0-9_.-]{0,99}"
_KEY = "([^/]{1,200})"
_PATTERNS = (
    (RouteKind.LIBRARY, re.compile(f"analytics\\.js/v1/{_KEY}/analytics\\.min\\.js")),
    (RouteKind.SETTINGS, re.compile(f"v1/projects/{_KEY}/settings")),
    # Segment's chunks carry the hash of their content: 870.bundle.0123456789abcdef0123.js
    (RouteKind.FILE, re.compile(r"(analytics-next/bundles/[A-Za-z0-9][A-Za-z0-9-]{0,63}\.bundle\.[0-9a-f]{8,64}\.js)")),
    (RouteKind.FILE, re.compile(rf"(next-integrations(?:/{_NAME}){{1,6}}\.js(?:\.gz)?)")),
    (RouteKind.EVENTS, re.compile(f"v1/({'|'.join((*SINGLE_PATHS, *sorted(BATCH_PATHS), METRICS_PATH))})/?")),
)


def route(path: str) -> ProxyRoute | None:
    """What a decoded path, without the mount and its slash, asks for; None for everything that is not offered."""
    for kind, pattern in _PATTERNS:
        if found := pattern.fullmatch(path):
            return ProxyRoute(kind, found[1])
    return None
