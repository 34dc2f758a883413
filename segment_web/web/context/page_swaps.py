"""Requests by which a script in the browser replaces the whole page: for the visitor, the answer is the next page.

Browsers announce such a request as data for a script. The libraries mark it by headers of their own.
"""

from __future__ import annotations

import re

from segment_web.exchange.http import WebRequest

TURBO_ACCEPTS = "text/html, application/xhtml+xml"  # the end of Accept: Turbo, Turbolinks and swup, in every release
MAIN = re.compile(r"(^|,)\s*(body|main|\[up-main)")  # what Unpoly replaces when a link is followed


def swaps_page(request: WebRequest) -> bool:
    """Return whether a script asks for a page as a whole: by htmx (a boosted link, or a step back to a page that htmx has
    not kept), Turbo Drive, Unpoly or pjax."""
    if request.header("Turbo-Frame"):
        return False
    return (
        request.header("HX-Boosted") == "true"
        or request.header("HX-History-Restore-Request") == "true"
        or request.header("X-PJAX") == "true"
        or request.header("X-Turbo-Request-Id") != ""
        or request.header("Accept").endswith(TURBO_ACCEPTS)
        or MAIN.search(request.header("X-Up-Target")) is not None
    )
