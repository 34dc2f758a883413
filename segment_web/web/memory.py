"""What a visitor's browser remembers from one request to the next, besides the anonymous id."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from segment_web.logs import log
from segment_web.messages.message import Message
from segment_web.web import cookies
from segment_web.web.membership import Membership
from segment_web.web.visit import Visit
from segment_web.web.visiting import Visiting

if TYPE_CHECKING:
    from segment_web.web.capture import WebScope
    from segment_web.web.rules import Rules

DOUBLED = (
    "segment_web: a browser sent the anonymous cookie twice, one of the host and one of its domain or of a path; if they "
    "differ, neither is used; if analytics.js uses the domain, set cookie['domain'] to it"
)


class Memory:
    """One request's, made only when it is needed: by an event if a setting asks for it, by a login or a logout."""

    __slots__ = ("_known", "_scope", "forgotten", "group", "visit")

    def __init__(self, scope: WebScope) -> None:
        self._scope = scope
        self._known: tuple[Visit | None, str | None, Mapping[str, Any]] = (None, None, {})
        self.forgotten: tuple[str, ...] = ()  # cookies that are another person's
        self.visit = Visiting(scope)
        self.group = Membership(scope)

    def of(self, message: Message, *, keep: bool) -> Mapping[str, Any]:
        """``visit`` and ``groupId`` for the context of ``message``; the same object as long as they are the same."""
        is_theirs = message.anonymous_id == self._scope.anonymous_id(issue=False)
        visit = self.visit.of(message.context, keep=keep) if is_theirs else None
        group = self.group.of(message, keep=keep)
        if self._known[0] is not visit or self._known[1] != group:
            told: dict[str, Any] = {} if visit is None else {"visit": visit.as_context()}
            if group is not None:
                told["groupId"] = group
            self._known = (visit, group, told)
        return self._known[2]

    def stored(self, name: str) -> str:
        """The id in a cookie of analytics.js, ``""`` when there is none, or it is known to be another person's."""
        if name in self.forgotten or self._scope.rules.cookie.mode == "off":
            return ""
        return cookies.read(self._scope.request.cookies, name)

    def stored_ids(self, name: str) -> set[str]:
        """The different ids in the cookies of this name; another host of the domain may have set one of them."""
        if name in self.forgotten or self._scope.rules.cookie.mode == "off":
            return set()
        return cookies.read_all(self._scope.request.cookies, name)

    def forget(self, *names: str) -> None:
        """These cookies are another person's: they count for nothing from here on, and the response deletes them."""
        self.forgotten += names
        self.group.forget()


def has_rivals(scope: WebScope) -> bool:
    """Whether the browser sent several anonymous ids, so that none of them is used."""
    cookie = scope.rules.cookie
    if scope.cookie_id or scope.is_renewed or cookie.mode == "off":
        return False
    return len(cookies.read_all(scope.request.cookies, cookie.name)) > 1


def anothers(rules: Rules) -> tuple[str, ...]:
    """The cookies that end with a person, beside the anonymous id: those of analytics.js and the visit."""
    return (cookies.USER_ID, cookies.GROUP_ID, *(() if rules.visit is None else (rules.visit.cookie,)))


def sent_id(header: str, name: str) -> str:
    """The anonymous id in a raw Cookie header, ``""`` if there is none or there are several: one of several may come
    from another host of the domain, which can also make its cookie come first (a longer path)."""
    if cookies.is_doubled(header, name):
        log(logging.INFO, "cookie:doubled", DOUBLED)  # no warning: any client can send two cookies
    return cookies.read_only(header, name)
