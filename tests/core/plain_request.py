"""A web request without a framework: what the vectors describe, as a WebRequest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from segment_web.settings import Settings
from segment_web.web.request.web_scope import WebScope
from segment_web.web.rules import Rules


@dataclass(frozen=True)
class Person:
    pk: object


@dataclass
class PlainRequest:
    url: str = "https://example.com/"
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    cookies: str = ""
    peer: str = ""
    language: str = ""
    person: Person | None = None
    secure: bool = True
    user_ready: bool = True
    user_replaced: bool = False
    native: object = None
    impersonation: Callable[[], bool] | None = None
    secrets: tuple[str, ...] = ("a secret",)
    sent: bytes = b""

    def header(self, name: str) -> str:
        return self.headers.get(name, "")

    def body(self, limit: int) -> bytes | None:
        return self.sent if len(self.sent) <= limit else None

    def user(self) -> object | None:
        return self.person

    def vary_by_user(self) -> None: ...


def scope_of(request: PlainRequest, **settings: Any) -> WebScope:
    return WebScope(request, Rules.of(Settings(**settings)), client=None)
