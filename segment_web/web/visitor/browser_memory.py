"""What a visitor's browser remembers from one request to the next, besides the anonymous id."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from segment_web.logs import log
from segment_web.messages.message import Message
from segment_web.web.cookies import ajs
from segment_web.web.rules import Rules
from segment_web.web.visitor.facts import VisitorFacts
from segment_web.web.visitor.group_of_request import GroupOfRequest
from segment_web.web.visitor.visit import Visit
from segment_web.web.visitor.visit_of_request import VisitOfRequest

DOUBLED = (
    "segment_web: a browser sent the anonymous cookie twice, one of the host and one of its domain or of a path; if they "
    "differ, neither is used; if analytics.js uses the domain, set cookie['domain'] to it"
)


class BrowserMemory:
    """One request's, made only when it is needed: by an event if a setting asks for it, by a login or a logout."""

    __slots__ = ("_known", "_scope", "forgotten", "group", "visit")

    def __init__(self, scope: VisitorFacts) -> None:
        self._scope = scope
        self._known: tuple[Visit | None, str | None, Mapping[str, Any]] = (None, None, {})
        self.forgotten: tuple[str, ...] = ()  # cookies that are another person's
        self.visit = VisitOfRequest(scope)
        self.group = GroupOfRequest(scope, self.stored)

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
        return ajs.read(self._scope.request.cookies, name)

    def stored_ids(self, name: str) -> set[str]:
        """The different ids in the cookies of this name; another host of the domain may have set one of them."""
        if name in self.forgotten or self._scope.rules.cookie.mode == "off":
            return set()
        return ajs.read_all(self._scope.request.cookies, name)

    def forget(self, *names: str) -> None:
        """These cookies are another person's: they count for nothing from here on, and the response deletes them."""
        self.forgotten += names
        self.group.forget()


def has_rivals(scope: VisitorFacts) -> bool:
    """Whether the browser sent several anonymous ids, so that none of them is used."""
    cookie = scope.rules.cookie
    if scope.cookie_id or scope.is_renewed or cookie.mode == "off":
        return False
    return len(ajs.read_all(scope.request.cookies, cookie.name)) > 1


def anothers(rules: Rules) -> tuple[str, ...]:
    """The cookies that end with a person, beside the anonymous id: those of analytics.js and the visit."""
    return (ajs.USER_ID, ajs.GROUP_ID, *(() if rules.visit is None else (rules.visit.cookie,)))


def sent_id(header: str, name: str) -> str:
    """The anonymous id in a raw Cookie header, ``""`` if there is none or there are several: one of several may come
    from another host of the domain, which can also make its cookie come first (a longer path)."""
    if ajs.is_doubled(header, name):
        log(logging.INFO, "cookie:doubled", DOUBLED)  # no warning: any client can send two cookies
    return ajs.read_only(header, name)
