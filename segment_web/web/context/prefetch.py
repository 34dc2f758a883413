"""Requests that a browser or a script sends ahead of its visitor, for a page that the visitor may never open."""

from __future__ import annotations

import re
from collections.abc import Mapping

from segment_web.exchange.http import WebRequest

PURPOSE = re.compile("prefetch|prerender|preview", re.IGNORECASE)
HEADERS: Mapping[str, re.Pattern[str]] = {
    "Sec-Purpose": PURPOSE,  # browsers, by the Fetch standard
    "Purpose": PURPOSE,  # older browsers of the Chromium family, and proxies
    "X-Purpose": PURPOSE,  # Safari, for its previews of pages
    "X-Moz": PURPOSE,  # older releases of Firefox
    "X-Sec-Purpose": PURPOSE,  # Turbo, when the pointer hovers over a link
    "HX-Preloaded": re.compile("true", re.IGNORECASE),  # htmx, by its extension "preload"
}


def is_prefetch(request: WebRequest) -> bool:
    """Return whether the request comes ahead of its visitor. A request that changes something never does: what a page's
    script posts happens, even while the browser renders the page ahead."""
    header = request.header
    for name, sign in HEADERS.items():  # a generator would cost each request with an event a quarter more
        if (value := header(name)) and sign.search(value):
            return request.method in ("GET", "HEAD")
    return False
