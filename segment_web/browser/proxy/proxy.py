"""The proxy as a whole: a method and a path below its mount in, an answer out, whatever is asked."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple
from weakref import WeakKeyDictionary

from segment_web.browser.proxy.assets import Assets, absent
from segment_web.browser.proxy.cache import Cache, Spawn, on_a_thread
from segment_web.browser.proxy.cdn import Cdn
from segment_web.browser.proxy.intake import Intake
from segment_web.browser.proxy.origins import Origins
from segment_web.browser.proxy.routes import ProxyRoute, RouteKind, route
from segment_web.client import Analytics
from segment_web.exchange.answer import READING, Answer, accepted, refused
from segment_web.logs import internal_error
from segment_web.process import fork_lock
from segment_web.settings import Settings
from segment_web.web.request.request_analytics import RequestAnalytics


def utc_now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


class _Parts(NamedTuple):
    """What one process has: its tables, its locks and its connection are no other's."""

    process: int
    assets: Assets
    intake: Intake
    cdn: Cdn | None


class Proxy:
    """Answers for one client's settings. ``clock`` gives monotonic seconds, ``now`` an aware datetime, ``spawn`` runs a
    fetch beside the request. Nothing starts before the first request; any thread may ask."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = utc_now,
        spawn: Spawn = on_a_thread,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._now = now
        self._spawn = spawn
        self._origins = Origins(settings.first_party.origins)
        self._made: _Parts | None = None

    def answer(self, method: str, path: str, segment: RequestAnalytics) -> Answer:
        """The answer to ``method`` for ``path``, decoded and without the mount's last slash, in this request.

        Never raises: what goes wrong with us costs the browser its event or its file, and is logged.
        """
        found = route(path)
        answer = absent() if found is None else self._guarded(method, found, segment)
        return answer.for_method(method)

    def _guarded(self, method: str, found: ProxyRoute, segment: RequestAnalytics) -> Answer:
        request = segment.scope.request
        try:
            return self._answer(method, found, segment).with_headers(self._origins.headers(request))
        except Exception as error:  # noqa: BLE001 - the border of the host
            internal_error("the proxy", error)
            # An error would make analytics.js send the event again, and again.
            return accepted() if found.kind is RouteKind.EVENTS else refused(503, "this cannot be had now")

    def _answer(self, method: str, found: ProxyRoute, segment: RequestAnalytics) -> Answer:
        if method == "OPTIONS":
            return self._origins.preflight(segment.scope.request)
        reads = found.kind is not RouteKind.EVENTS
        if reads != (method in READING) or (not reads and method != "POST"):
            return refused(405, "not this way", {"Allow": "GET, HEAD, OPTIONS" if reads else "POST, OPTIONS"})
        if reads:
            return self._parts().assets.answer(found, segment.scope)
        if not self._origins.may_send(segment.scope.request):
            return refused(403, "a page of this origin may not send events here")
        return self._parts().intake.take(found.name, segment)

    def _parts(self) -> _Parts:
        """This process's; a forked child has its own, since it has none of the threads that hold its parent's locks."""
        if self._made is None or self._made.process != os.getpid():
            with fork_lock.loading:
                self._made = self._made_here(self._made)
        return self._made

    def _made_here(self, before: _Parts | None) -> _Parts:
        if before is not None and before.process == os.getpid():
            return before  # another thread was first
        if before is not None and before.cdn is not None:
            before.cdn.abandon()
        base = self._settings.first_party.cdn
        cdn = Cdn(base, self._settings) if base is not None else None
        cache = Cache(cdn.fetch, clock=self._clock, spawn=self._spawn) if cdn is not None else None
        intake = Intake(self._settings, clock=self._clock, now=self._now)
        return _Parts(os.getpid(), Assets(self._settings, cache), intake, cdn)


_proxies: WeakKeyDictionary[Analytics, Proxy] = WeakKeyDictionary()


def proxy_of(client: Analytics) -> Proxy:
    """The proxy of a client, made when it is first asked for."""
    found = _proxies.get(client)
    return found if found is not None else _proxies.setdefault(client, Proxy(client.settings))
