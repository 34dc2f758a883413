"""The visit that a request belongs to: read from its cookie, begun by an event, kept by the response."""

from __future__ import annotations

import logging

from segment_web.logs import internal_error, log
from segment_web.web.cookies import ajs
from segment_web.web.cookies.signed import Secrets, sign, unsign
from segment_web.web.visitor.facts import VisitorFacts
from segment_web.web.visitor.landing import landing
from segment_web.web.visitor.visit import Touch, Visit, loaded

REFRESHED = 60.0  # seconds; how often the cookie of a visit that goes on is written anew, and no oftener
NO_SECRET = "segment_web keeps no visits: they are signed with the application's secret key or write_key; set one"


class VisitOfRequest:
    """One request's. Nothing is read before it is asked for; without an anonymous id there is no visit."""

    __slots__ = ("_before", "_due", "_now", "_owner", "_scope", "_visit")

    def __init__(self, scope: VisitorFacts) -> None:
        self._scope = scope
        self._owner = ""  # the anonymous id whose visit it is
        self._now = 0.0
        self._visit: Visit | None = None
        self._before: Visit | None = None  # the visit of the cookie, which is over
        self._due = False

    def of(self, given: object, *, keep: bool) -> Visit | None:
        """The visit of an event whose own context is ``given``; with ``keep`` one begins if there is none."""
        rule, owner = self._scope.rules.visit, self._scope.anonymous_id(issue=False)
        if rule is None or not isinstance(owner, str):
            return None
        if owner != self._owner:
            self._look(owner, rule.cookie, rule.idle)
        if keep and self._scope.can_keep:
            self._go_on(given, min(REFRESHED, rule.idle / 2))
        return self._visit

    def cookie(self) -> tuple[str, str, int] | None:
        """Name, value and lifetime in seconds of what the response has to set; None when the browser knows it all."""
        rule = self._scope.rules.visit
        if rule is None or self._visit is None or not self._due or self._scope.anonymous_id(issue=False) != self._owner:
            return None
        return rule.cookie, sign(self._visit.dumped(), self._secrets(), self._owner), rule.age

    def _look(self, owner: str, name: str, idle: float) -> None:
        self._owner, self._now, self._due = owner, self._scope.rules.clock(), False
        found = self._stored(owner, name)
        over = found is not None and found.is_over(self._now, idle)
        self._visit, self._before = (None, found) if over else (found, None)

    def _stored(self, owner: str, name: str) -> Visit | None:
        """The latest visit of ``owner`` in the cookies of this name: one of the host and one of the domain can come."""
        sent = ajs.raw_values(self._scope.request.cookies, name)
        contents = (unsign(value, self._secrets(), owner) for value in sent)
        visits = [visit for content in contents if content is not None and (visit := loaded(content)) is not None]
        return max(visits, key=lambda visit: visit.seen, default=None)

    def _go_on(self, given: object, refreshed: float) -> None:
        if self._visit is None:
            if self._secrets():
                self._visit, self._due = self._begun(given), True
        elif self._now - self._visit.seen >= refreshed:
            self._visit, self._due = self._visit._replace(seen=int(self._now)), True

    def _begun(self, given: object) -> Visit:
        scope = self._scope
        touch = Touch.of(self._now, *landing(scope.request, scope.context(), given, scope.rules))
        return Visit.begun(touch, first=None if self._before is None else self._before.first)

    def _secrets(self) -> Secrets:
        """Those of the framework, else the write key, which a page with analytics.js shows to everybody."""
        if secrets := self._scope.request.secrets:
            return secrets
        key = self._scope.rules.write_key
        try:
            if key is not None:
                return (key.reveal(),)
        except Exception as error:  # noqa: BLE001 - the application's own function
            internal_error("the write_key setting", error)
        log(logging.WARNING, "visit:secret", NO_SECRET)
        return ()
