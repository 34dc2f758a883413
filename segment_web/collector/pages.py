"""The live page and the JSON it is made of."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import orjson
from jinja2 import Environment, PackageLoader

from segment_web.collector import parameters, static_files
from segment_web.collector.numbers import whole_number
from segment_web.collector.parameters import Query, query_of
from segment_web.collector.preview import preview
from segment_web.collector.queries import Filter, RequestFilter
from segment_web.collector.records import StoredBatch, StoredMessage
from segment_web.collector.store import Store
from segment_web.collector.validation import MEANINGS
from segment_web.exchange.answer import JSON, Answer, json_answer, refused
from segment_web.exchange.http import HttpRequest
from segment_web.incoming.bodies import RefusedError

API = "api/"
CLEAR = f"{API}clear"
READING = ("GET", "HEAD")
TEMPLATES = Environment(loader=PackageLoader("segment_web.collector"), autoescape=True)

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

    def answer(self, request: HttpRequest, path: str) -> Answer:
        """Answer a request to ``path``, which is relative to the place where the pages are mounted."""
        try:
            found = self._routed(request, path)
        except RefusedError as refusal:
            found = refused(refusal.status, refusal.detail)
        return replace(found, headers={**found.headers, **SECURITY_HEADERS})

    def _routed(self, request: HttpRequest, path: str) -> Answer:
        if path.startswith(API) and is_foreign(request):
            raise RefusedError(403, "another web site may not read or clear this recording")
        methods = ("POST",) if path == CLEAR else READING
        if request.method not in methods:
            return refused(405, f"ask by {methods[0]}", {"Allow": ", ".join(methods)})
        if path == CLEAR:
            return self.clear()
        if path == "":
            return self.index(request)
        if path.startswith(static_files.FOLDER):
            return static_files.answer(path.removeprefix(static_files.FOLDER), request.header("If-None-Match"))
        return self._listed(path, query_of(request.url))

    def _listed(self, path: str, query: Query) -> Answer:
        if path == f"{API}messages":
            return self.messages(query)
        if path == f"{API}batches":
            return self.batches(query)
        if path == f"{API}stats":
            return self.stats()
        if path.startswith(f"{API}messages/"):
            return self.message(path.removeprefix(f"{API}messages/"))
        raise RefusedError(404, "the collector has no such page")

    def index(self, request: HttpRequest) -> Answer:
        """Return the page itself; it fills itself from the JSON below."""
        seen = urlsplit(request.url)
        shown = {
            "url": f"{seen.scheme}://{seen.netloc}",
            "any_key": self.any_key,
            "most_search": parameters.MOST_SEARCH,
        }
        page: str = TEMPLATES.get_template("collector.html").render(shown)
        return Answer(200, {"Content-Type": "text/html; charset=utf-8"}, page.encode())

    def messages(self, query: Query) -> Answer:
        """Return messages, newest first.

        Parameters: type, status, search, after, before, batch, limit, and summary=1, which leaves the message out.
        """
        where = Filter(
            type=query.get("type"),
            status=query.get("status"),
            search=parameters.search(query),
            after=parameters.number(query, "after") or 0,
            before=parameters.number(query, "before"),
            batch=parameters.number(query, "batch"),
        )
        found = self.store.messages(where, limit=parameters.rows(query))
        return deep_json({"messages": [shown_message(message, whole="summary" not in query) for message in found]})

    def message(self, id: str) -> Answer:
        """Return one message as indented JSON text, every number to its last digit."""
        found = self.store.message(whole_number(id) or 0)
        if found is None:
            raise RefusedError(404, "there is no such message, or newer ones have taken its place")
        return Answer(200, {"Content-Type": JSON}, orjson.dumps(found.message, option=orjson.OPT_INDENT_2))

    def batches(self, query: Query) -> Answer:
        """Return requests, newest first. Parameters: failed (1 or 0), search, after, before, limit."""
        failed = parameters.number(query, "failed")
        where = RequestFilter(
            failed=None if failed is None else failed > 0,
            search=parameters.search(query),
            after=parameters.number(query, "after") or 0,
            before=parameters.number(query, "before"),
        )
        found = self.store.batches(where, limit=parameters.rows(query))
        return json_answer({"batches": [shown_batch(batch) for batch in found]})

    def stats(self) -> Answer:
        """Return the totals; ``epoch`` changes when everything was cleared."""
        stats = self.store.stats()
        return json_answer({"epoch": self.store.epoch, "received": stats.received, **asdict(stats)})

    def clear(self) -> Answer:
        """Forget everything."""
        self.store.clear()
        return json_answer({"success": True})


def shown_message(message: StoredMessage, *, whole: bool) -> dict[str, Any]:
    """Convert a message to JSON's types; ``time`` is when it happened, ``preview`` a line about its contents."""
    body = message.message
    shown = asdict(message) | {"meaning": MEANINGS.get(message.code or ""), "preview": preview(body)}
    shown["time"] = body.get("timestamp", message.received_at)
    return shown if whole else {name: value for name, value in shown.items() if name != "message"}


def shown_batch(batch: StoredBatch) -> dict[str, Any]:
    key = batch.write_key and "***" + batch.write_key[-SHOWN_OF_A_KEY:]
    return asdict(batch) | {"write_key": key, "messages": batch.messages, "retry_count": batch.retry_count}


def deep_json(value: object) -> Answer:
    """Return stored messages as JSON: nested in a list, the deepest that were taken are too deep for orjson."""
    return Answer(200, {"Content-Type": JSON}, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def is_foreign(request: HttpRequest) -> bool:
    """Return whether another web site asks through the visitor's browser.

    Sec-Fetch-Site tells for every request of a current browser (W3C Fetch Metadata), Origin for the POSTs of older
    ones. A link from elsewhere to the page itself is fine.
    """
    site, origin = request.header("Sec-Fetch-Site"), request.header("Origin")
    return site not in ("", "same-origin", "none") or bool(origin and urlsplit(origin).netloc != request.header("Host"))
