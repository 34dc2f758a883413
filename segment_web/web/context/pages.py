"""``context.page``: where the visitor is and came from, without secrets."""

from __future__ import annotations

import re
from collections.abc import Collection

from segment_web.exchange.urls import DEFAULT_PORTS
from segment_web.web.context.redaction import redact_url

_ABSOLUTE = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)")
_PORT = re.compile(r":([0-9]*)$")


def page(url: str, referrer: str, parameters: Collection[str]) -> dict[str, str]:
    """Segment's page fields ``path``, ``referrer``, ``search`` and ``url``, all redacted of ``parameters``.

    ``url`` is absolute, or path and query alone if the host is unknown. ``search`` has its leading ``?``, as the
    browser's ``location.search``, and is ``""`` without a query; so is ``referrer`` when there is none.
    """
    url = redact_url(url, parameters)
    path, mark, query = _local(url)
    return {
        "path": path or "/",
        "referrer": redact_url(referrer, parameters) if referrer else "",
        "search": mark + query if query else "",
        "url": url,
    }


def path_of(url: str) -> str:
    """The path of ``url`` as it stands, ``/`` when it has none."""
    return _local(url)[0] or "/"


def host(url: str) -> str:
    """The host of an absolute URL in lower case, with its port unless it is the scheme's own; ``""`` if relative."""
    absolute = _ABSOLUTE.match(url)
    if absolute is None:
        return ""
    name = absolute[2].rpartition("@")[2].lower()
    port = _PORT.search(name)
    if port and port[1] in ("", DEFAULT_PORTS.get(absolute[1].lower())):
        return name[: port.start()]
    return name


def _local(url: str) -> tuple[str, str, str]:
    """Path, ``?`` and query of a URL, absolute or not."""
    beginning = _ABSOLUTE.match(url)
    return (url[beginning.end() :] if beginning else url).partition("#")[0].partition("?")
