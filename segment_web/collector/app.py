"""The collector as a Flask application."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import Flask

from segment_web.collector.answers import Answers
from segment_web.collector.endpoint import Endpoint
from segment_web.collector.hosts import Hosts
from segment_web.collector.pages import Pages
from segment_web.collector.store import Store

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SLASHES = re.compile("/{2,}")

MAX_WIRE_BYTES = 8 * 1024 * 1024
"""More than this is not read at all; what lies between Segment's limit and it is read and refused with 400."""


def create_app(
    store: Store | None = None,
    *,
    answers: Answers | None = None,
    write_keys: Collection[str] | None = None,
    tokens: Callable[[str], bool] | None = None,
    hosts: Collection[str] = (),
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    new_id: Callable[[], str] = lambda: str(uuid.uuid4()),
) -> Flask:
    """Build the application: the Tracking API at ``/v1``, the live page at ``/``, its JSON at ``/api``.

    ``store`` is where messages go (default: a new one in memory), ``answers`` a script for tests, ``write_keys`` the
    keys that are let in (None: any non-empty one). ``tokens`` returns whether an OAuth access token is valid (None: no
    token is needed). ``hosts`` are the host names and addresses that are served beside loopback names. ``now`` gives the
    time as an aware datetime, ``new_id`` a messageId for messages that come without one.
    """
    store = store or Store()
    app = Flask(__name__, static_folder=None)  # the page's files are served by its own blueprint, with its own headers
    app.config["MAX_CONTENT_LENGTH"] = MAX_WIRE_BYTES
    app.json.sort_keys = False  # type: ignore[attr-defined]  # a message is shown in the order it was sent
    app.before_request(Hosts(hosts).check)
    app.register_blueprint(Endpoint(store, answers or Answers(), write_keys, now, new_id, tokens).blueprint())
    app.register_blueprint(Pages(store, write_keys is None).blueprint())
    app.wsgi_app = single_slashes(app.wsgi_app)  # type: ignore[assignment, method-assign]
    return app


def single_slashes(app: WSGIApplication) -> WSGIApplication:
    """Treat ``//v1/batch``, which a host setting with a final slash leads to, as ``/v1/batch``; Flask would redirect,
    and senders do not follow a redirect."""

    def merged(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["PATH_INFO"] = SLASHES.sub("/", environ.get("PATH_INFO", ""))
        return app(environ, start_response)

    return merged
