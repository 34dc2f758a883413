"""The live page and the JSON it is made of."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

import orjson
from flask import Blueprint, Response, abort, jsonify, render_template, request

from segment_web.collector import parameters
from segment_web.collector.numbers import whole_number
from segment_web.collector.preview import preview
from segment_web.collector.queries import Filter, RequestFilter
from segment_web.collector.records import StoredBatch, StoredMessage
from segment_web.collector.store import Store
from segment_web.collector.validation import MEANINGS

SHOWN_OF_A_KEY = 4
"""The end of a write key that is shown: enough to tell keys apart."""

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
"""What is shown comes from strangers: nothing but our own files may run, and nobody may frame or read it."""


@dataclass(frozen=True, slots=True)
class Pages:
    """The part of the collector that shows what the store holds."""

    store: Store
    any_key: bool

    def blueprint(self) -> Blueprint:
        """The routes ``/``, ``/static`` and ``/api``."""
        blueprint = Blueprint(
            "pages", __name__, template_folder="templates", static_folder="static", static_url_path="/static"
        )
        blueprint.before_request(refuse_other_sites)
        blueprint.after_request(protect)
        blueprint.add_url_rule("/", "index", self.index)
        blueprint.add_url_rule("/api/messages", "messages", self.messages)
        blueprint.add_url_rule("/api/messages/<id>", "message", self.message)
        blueprint.add_url_rule("/api/batches", "batches", self.batches)
        blueprint.add_url_rule("/api/stats", "stats", self.stats)
        blueprint.add_url_rule("/api/clear", "clear", self.clear, methods=["POST"])
        return blueprint

    def index(self) -> str:
        """The page itself; it fills itself from the JSON below."""
        shown = {"url": request.host_url.rstrip("/"), "any_key": self.any_key, "most_search": parameters.MOST_SEARCH}
        return render_template("collector.html", **shown)

    def messages(self) -> Response:
        """Return messages, newest first.

        Parameters: type, status, search, after, before, batch, limit, and summary=1, which leaves the message out.
        """
        where = Filter(
            type=request.args.get("type"),
            status=request.args.get("status"),
            search=parameters.search(),
            after=parameters.number("after") or 0,
            before=parameters.number("before"),
            batch=parameters.number("batch"),
        )
        found = self.store.messages(where, limit=parameters.rows())
        return jsonify(messages=[shown_message(message, whole="summary" not in request.args) for message in found])

    def message(self, id: str) -> Response:
        """Return one message as indented JSON text, every number to its last digit."""
        found = self.store.message(whole_number(id) or 0)
        if found is None:
            abort(404)
        return Response(orjson.dumps(found.message, option=orjson.OPT_INDENT_2), mimetype="application/json")

    def batches(self) -> Response:
        """Return requests, newest first. Parameters: failed (1 or 0), search, after, before, limit."""
        failed = parameters.number("failed")
        where = RequestFilter(
            failed=None if failed is None else failed > 0,
            search=parameters.search(),
            after=parameters.number("after") or 0,
            before=parameters.number("before"),
        )
        found = self.store.batches(where, limit=parameters.rows())
        return jsonify(batches=[shown_batch(batch) for batch in found])

    def stats(self) -> Response:
        """The totals; ``epoch`` changes when everything was cleared."""
        stats = self.store.stats()
        return jsonify(epoch=self.store.epoch, received=stats.received, **asdict(stats))

    def clear(self) -> Response:
        """Forget everything."""
        self.store.clear()
        return jsonify(success=True)


def shown_message(message: StoredMessage, *, whole: bool) -> dict[str, Any]:
    """Convert a message to JSON's types; ``time`` is when it happened, ``preview`` a line about its contents."""
    body = message.message
    shown = asdict(message) | {"meaning": MEANINGS.get(message.code or ""), "preview": preview(body)}
    shown["time"] = body.get("timestamp", message.received_at)
    return shown if whole else {name: value for name, value in shown.items() if name != "message"}


def shown_batch(batch: StoredBatch) -> dict[str, Any]:
    key = batch.write_key and "***" + batch.write_key[-SHOWN_OF_A_KEY:]
    return asdict(batch) | {"write_key": key, "messages": batch.messages, "retry_count": batch.retry_count}


def refuse_other_sites() -> None:
    """Let no other web site read or clear a recording through the visitor's browser.

    Sec-Fetch-Site tells for every request of a current browser (W3C Fetch Metadata), Origin for the POSTs of older
    ones. A link from elsewhere to the page itself is fine.
    """
    if not request.path.startswith("/api/"):
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site not in (None, "same-origin", "none") or (origin and urlsplit(origin).netloc != request.host):
        abort(403)


def protect(response: Response) -> Response:
    response.headers.update(SECURITY_HEADERS)
    return response
