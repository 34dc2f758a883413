"""A local Segment: a Tracking API endpoint with a recorder, scripted answers and a live page (extra ``collector``).

It accepts what Segment accepts, discards what Segment would silently discard, and shows both, so that an application, a
demo or a test can run against real HTTP without leaving the machine::

    with CollectorServer() as server:
        post_something_to(server.url)
        assert server.wait_for(1)[0]["event"] == "Order Completed"
"""

from __future__ import annotations

from segment_web.errors import MissingExtra

try:
    import jinja2  # noqa: F401 -- the modules below need both: name the extra before one of them fails
    import werkzeug  # noqa: F401
except ImportError as error:
    raise MissingExtra("the collector", "collector") from error

from segment_web.collector.answers import Answers
from segment_web.collector.app import create_app
from segment_web.collector.foreground import serve
from segment_web.collector.records import CollectorTotals, MessageStatus, StoredBatch, StoredMessage
from segment_web.collector.server import CollectorServer
from segment_web.collector.store import Store

__all__ = [
    "Answers",
    "CollectorServer",
    "CollectorTotals",
    "MessageStatus",
    "Store",
    "StoredBatch",
    "StoredMessage",
    "create_app",
    "serve",
]
