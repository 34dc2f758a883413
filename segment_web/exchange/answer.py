"""An HTTP response as a value, which every framework can send."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

import orjson

JSON = "application/json"
TEXT = "text/plain; charset=utf-8"
READING = ("GET", "HEAD")
SAFE = {"X-Content-Type-Options": "nosniff"}


@dataclass(frozen=True, slots=True)
class Answer:
    """``headers`` are all there are, each one of ours: nothing that another server sent is among them."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""

    def with_headers(self, headers: Mapping[str, str]) -> Self:
        """The same with these headers on top; what is in ``Vary`` already stays."""
        vary = ", ".join(filter(None, (self.headers.get("Vary"), headers.get("Vary"))))
        return replace(self, headers={**self.headers, **headers, **({"Vary": vary} if vary else {})})

    def for_method(self, method: str) -> Self:
        """Return the answer as the method asks for it: HEAD has no body; an answer to GET that names no lifetime must not
        be stored. The answer to a POST gets no ``no-store``: Chromium keeps such a request open until the page has read
        the body, and analytics.js does not read it."""
        if method not in READING:
            return self
        stored = self.headers if "Cache-Control" in self.headers else {**self.headers, "Cache-Control": "no-store"}
        return replace(self, headers=stored, body=b"" if method == "HEAD" else self.body)


def for_one_visitor(cache_control: str) -> str:
    """Return a ``Cache-Control`` for an answer that the application gives a cookie: with the same lifetime, in the
    browser alone. A shared cache would hand the cookie to every visitor."""
    return cache_control.replace("public", "private") or "private"


def json_answer(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """Return ``value`` as JSON, with its keys in their order."""
    return Answer(status, {"Content-Type": JSON, **(headers or {})}, orjson.dumps(value))


def accepted() -> Answer:
    """Segment's own word for "it is here"; it promises nothing more."""
    return Answer(200, {**SAFE, "Content-Type": JSON}, b'{"success":true}')


def refused(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Answer:
    """No, and why, in a sentence that repeats nothing of what was sent."""
    body = orjson.dumps({"success": False, "message": detail})
    return Answer(status, {**SAFE, **(headers or {}), "Content-Type": JSON}, body)
