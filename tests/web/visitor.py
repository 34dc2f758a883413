"""A visitor without a framework: comes back with the cookies it was given, at the times of a clock that is handed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from segment_web.exchange.http import Cookie
from segment_web.messages.message import Message
from segment_web.settings import load
from segment_web.web.request.response_cookies import write_cookies
from segment_web.web.request.web_scope import WebScope
from segment_web.web.rules import Rules
from tests.core.plain_request import PlainRequest

SHOP = "https://shop.example"


def said(scope: WebScope, context: Mapping[str, Any] | None = None) -> Message:
    """An event of the scope's visitor, as the pipeline has settled its identity."""
    return Message("track", anonymous_id=scope.anonymous_id(issue=False), context=context)


@dataclass
class PlainResponse:
    headers: dict[str, str] = field(default_factory=dict)
    cookies: list[Cookie] = field(default_factory=list)
    status: int = 200
    body: bytes = b""

    def header(self, name: str) -> str:
        return self.headers.get(name, "")

    def set_header(self, name: str, value: str) -> None:
        self.headers[name] = value

    def set_cookies(self, cookies: Sequence[Cookie]) -> None:
        self.cookies += cookies


class Visitor:
    """``now`` is the time in seconds; ``given`` is what the last response set, by name."""

    def __init__(self, **settings: Any) -> None:
        self.now = 1_767_614_400.0  # 2026-01-05 12:00 UTC
        self.jar: dict[str, str] = {}
        self.given: dict[str, Cookie] = {}
        self.rules = Rules.of(load({"visit": True, **settings}), clock=lambda: self.now)

    def event(
        self, path: str = "/", *, referrer: str = "", context: Mapping[str, Any] | None = None, **request: Any
    ) -> Mapping[str, Any] | None:
        """Says something on a page; its ``context.visit``."""
        headers = {**request.pop("headers", {}), **({"Referer": referrer} if referrer else {})}
        scope = self.request(path, headers=headers, **request)
        visit = scope.kept(said(scope, context)).get("visit")
        self.keep(scope)
        return visit

    def request(self, path: str, **request: Any) -> WebScope:
        """One whose visitor has an anonymous id."""
        sent = "; ".join(f"{name}={value}" for name, value in self.jar.items())
        scope = WebScope(PlainRequest(SHOP + path, cookies=sent, **request), self.rules, client=None)
        scope.anonymous_id(issue=True)
        return scope

    def keep(self, scope: WebScope) -> None:
        """Takes the cookies of the response."""
        response = PlainResponse()
        write_cookies(scope, response)
        self.given = {cookie.name: cookie for cookie in response.cookies}
        self.jar |= {cookie.name: cookie.value for cookie in response.cookies}
