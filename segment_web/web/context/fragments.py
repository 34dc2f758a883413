"""Requests whose answers no browser shows as a page: fragments, frames, data for scripts."""

from __future__ import annotations

from segment_web.exchange.http import WebRequest
from segment_web.web.context.page_swaps import swaps_page

SCRIPT = "empty"  # the destination of what a script asks for


def is_partial(request: WebRequest) -> bool:
    """Return whether the request asks for something other than a page, by fetch metadata, htmx or XMLHttpRequest."""
    destination = request.header("Sec-Fetch-Dest")
    if destination in ("", "document", SCRIPT) and swaps_page(request):
        return False
    return (
        destination not in ("", "document")
        or request.header("X-Requested-With").lower() == "xmlhttprequest"
        or request.header("HX-Request") == "true"
    )
