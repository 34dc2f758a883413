"""Requests whose answers no browser shows as a page: fragments, data for scripts, prefetches."""

from __future__ import annotations

from segment_web.web.exchange import WebRequest


def is_partial(request: WebRequest) -> bool:
    """Whether the request says that it asks for something else than a page (fetch metadata, htmx, XMLHttpRequest)."""
    destination = request.header("Sec-Fetch-Dest")
    return (
        destination not in ("", "document")
        or request.header("X-Requested-With").lower() == "xmlhttprequest"
        or request.header("HX-Request") == "true"
        or "prefetch" in request.header("Sec-Purpose").lower()
        or "prefetch" in request.header("Purpose").lower()
    )
