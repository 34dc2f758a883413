"""Which pages may send: those of the same origin, and those that the settings list (Fetch standard, CORS)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from segment_web.exchange.answer import SAFE, TEXT, Answer, refused
from segment_web.exchange.http import WebRequest

SAME_ORIGIN = "same-origin"  # of Sec-Fetch-Site, which no script can write
TEN_MINUTES = "600"  # seconds that a browser may remember a preflight; the longest that all of them honour

_OWN = re.compile(r"(https?)://([^/?#]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Origins:
    """``listed`` are further origins, in lower case."""

    listed: Collection[str] = ()

    def may_send(self, request: WebRequest) -> bool:
        """Whether a page of this origin may send events.

        What names neither its origin nor its site is no page of a browser of this decade, and cannot be forged by one.
        """
        site = request.header("Sec-Fetch-Site")
        if site == SAME_ORIGIN:
            return True
        origin = request.header("Origin").lower()
        if origin:
            return origin in self.listed or origin in _own(request.url)
        return not site

    def headers(self, request: WebRequest) -> Mapping[str, str]:
        """The CORS headers of an answer: a listed origin may read it, nobody else."""
        if not self.listed:
            return {}
        origin = request.header("Origin")
        if origin.lower() not in self.listed:
            return {"Vary": "Origin"}
        return {"Vary": "Origin", "Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": "Retry-After"}

    def preflight(self, request: WebRequest) -> Answer:
        """The answer to OPTIONS: yes to a listed origin, no to every other."""
        if request.header("Origin").lower() not in self.listed:
            return refused(403, "this origin is not listed in first_party.origins").with_headers(self.headers(request))
        allowed = {
            "Content-Type": TEXT,
            "Access-Control-Allow-Methods": "GET, POST",
            "Access-Control-Allow-Headers": "authorization, content-type, x-retry-count",
            "Access-Control-Max-Age": TEN_MINUTES,
        }
        return Answer(204, {**SAFE, **allowed}).with_headers(self.headers(request))


def _own(url: str) -> tuple[str, ...]:
    """This request's origin; the same host by https too, because TLS may end before the server that sees http."""
    found = _OWN.match(url.lower())
    return (f"{found[1]}://{found[2]}", f"https://{found[2]}") if found else ()
