"""Requests that come without the visitor's cookies, and whose response cannot set them (Fetch Metadata, SameSite)."""

from __future__ import annotations

from segment_web.exchange.http import WebRequest
from segment_web.settings.visitors import CookieSettings

SAFE = ("GET", "HEAD")
PAGES = ("", "document")  # of Sec-Fetch-Dest: a page in a tab of its own, or a browser that does not send the header


def keeps(request: WebRequest, cookie: CookieSettings) -> bool:
    """Whether the browser keeps ``cookie`` when the response sets it.

    Inside of a page of another site (a frame, an image, a script's request) browsers refuse cookies that are not
    ``SameSite=None``.
    """
    if cookie.samesite == "None":
        return True
    if request.header("Sec-Fetch-Site") == "cross-site":
        return request.header("Sec-Fetch-Dest") in PAGES
    return request.header("Sec-Fetch-Storage-Access") not in ("none", "inactive")


def is_withheld(request: WebRequest, cookie: CookieSettings) -> bool:
    """Whether the browser keeps ``cookie`` but does not send it with this request: a form that a page of another site
    has sent here, as payment providers do. A new cookie would replace the visitor's own."""
    return request.header("Sec-Fetch-Site") == "cross-site" and request.method not in SAFE and cookie.samesite != "None"


def is_entry(request: WebRequest) -> bool:
    """Whether this is a page that the visitor has opened from outside of this site: the first page of a visit."""
    return (
        request.header("Sec-Fetch-Site") in ("none", "same-site", "cross-site")
        and request.header("Sec-Fetch-Dest") == "document"
        and request.method in SAFE
    )


def is_page(request: WebRequest) -> bool:
    """Whether the response is a page in a tab of its own, as far as the browser says so."""
    return request.header("Sec-Fetch-Dest") in PAGES
