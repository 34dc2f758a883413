"""What the proxy answers a browser, whatever the framework."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

import orjson

JSON = "application/json"
TEXT = "text/plain; charset=utf-8"
NOT_KEPT = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


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

    def without_body(self) -> Self:
        """What HEAD is answered with."""
        return replace(self, body=b"")


def accepted() -> Answer:
    """Segment's own word for "it is here"; it promises nothing more."""
    return Answer(200, {**NOT_KEPT, "Content-Type": JSON}, b'{"success":true}')


def refused(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Answer:
    """No, and why, in a sentence that repeats nothing of what was sent."""
    body = orjson.dumps({"success": False, "message": detail})
    return Answer(status, {**NOT_KEPT, **(headers or {}), "Content-Type": JSON}, body)
