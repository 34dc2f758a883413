"""The collector as a function from a request to an answer, and as a WSGI application."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from segment_web.collector.answers import Answers
from segment_web.collector.endpoint import API, Endpoint
from segment_web.collector.hosts import Hosts
from segment_web.collector.pages import Pages
from segment_web.collector.store import Store
from segment_web.exchange.answer import Answer
from segment_web.exchange.http import HttpRequest
from segment_web.exchange.wsgi import application

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

SLASHES = re.compile("/{2,}")


@dataclass(frozen=True, slots=True)
class Collector:
    """The Tracking API at ``/v1``, the live page at ``/``, its JSON at ``/api``."""

    hosts: Hosts
    endpoint: Endpoint
    pages: Pages

    def answer(self, request: HttpRequest) -> Answer:
        """Answer one request, unless its Host header names another site.

        ``//v1/batch``, which a host setting with a final slash leads to, is ``/v1/batch``.
        """
        if (refusal := self.hosts.refusal(request.header("Host"))) is not None:
            return refusal
        path = SLASHES.sub("/", unquote(urlsplit(request.url).path))
        if path.startswith(API):
            return self.endpoint.answer(request, path)
        return self.pages.answer(request, path.removeprefix("/"))


def create_app(
    store: Store | None = None,
    *,
    answers: Answers | None = None,
    write_keys: Collection[str] | None = None,
    tokens: Callable[[str], bool] | None = None,
    hosts: Collection[str] = (),
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    new_id: Callable[[], str] = lambda: str(uuid.uuid4()),
) -> WSGIApplication:
    """Build the collector as a WSGI application.

    ``store`` is where messages go (default: a new one in memory), ``answers`` a script for tests, ``write_keys`` the
    keys that are let in (None: any non-empty one). ``tokens`` returns whether an OAuth access token is valid (None: no
    token is needed). ``hosts`` are the host names and addresses that are served beside loopback names. ``now`` gives the
    time as an aware datetime, ``new_id`` a messageId for messages that come without one.
    """
    store = store or Store()
    endpoint = Endpoint(store, answers or Answers(), write_keys, now, new_id, tokens)
    return application(Collector(Hosts(hosts), endpoint, Pages(store, write_keys is None)).answer)
