"""The Tracking API over HTTP: takes requests, has them judged, records them, and answers as Segment does."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from segment_web.collector import pixel
from segment_web.collector.answers import Answers, Scripted
from segment_web.collector.auth import check_token, write_key
from segment_web.collector.ingest import judge
from segment_web.collector.parameters import query_of
from segment_web.collector.records import Judged, ReceivedBatch
from segment_web.collector.store import Store
from segment_web.collector.validation import EMPTY_BATCH
from segment_web.exchange.answer import Answer, accepted, refused
from segment_web.exchange.http import HttpRequest
from segment_web.incoming.bodies import RefusedError, decode, read_object
from segment_web.incoming.parcel import BATCH_PATHS, METRICS_PATH, SHORT_TYPES, SINGLE_PATHS, text, unpack
from segment_web.messages.wire import iso

API = "/v1/"
PIXEL = "pixel/"

MAX_WIRE_BYTES = 8 * 1024 * 1024
"""More than this is not read at all; what lies between Segment's limit and it is read and refused with 400."""

RECORDED_HEADERS = ("Content-Type", "Content-Encoding", "User-Agent", "X-Retry-Count", "Origin")
"""What tells senders apart. Authorization is not among them: its key is kept apart, and shown masked."""

MOST_OF_A_HEADER = 1_000
"""Characters of a header that are recorded."""

CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Retry-After, X-RateLimit-Reset",
}
"""Any page may send events, as with Segment; no cookie is involved, so the wildcard is safe."""

PREFLIGHT = CORS | {
    "Access-Control-Allow-Methods": "POST, OPTIONS",
    "Access-Control-Allow-Headers": "authorization, content-type, content-encoding, x-retry-count",
    "Access-Control-Max-Age": "600",
}


READING = ("GET", "HEAD")


class Sent(NamedTuple):
    """A request to the API: its ``path`` as it is recorded, and the ``name`` of the endpoint."""

    request: HttpRequest
    path: str
    name: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The part of the Tracking API that receives; clock and ids are handed in."""

    store: Store
    answers: Answers
    write_keys: Collection[str] | None
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    tokens: Callable[[str], bool] | None = None

    def answer(self, request: HttpRequest, path: str) -> Answer:
        """Answer a request to ``path``, which begins with ``/v1/``; any page may read the answer."""
        found = self._routed(request, path, path.removeprefix(API).removesuffix("/"))
        return replace(found, headers={**CORS, **found.headers})

    def _routed(self, request: HttpRequest, path: str, name: str) -> Answer:
        if name.startswith(PIXEL):
            return self.show_pixel(request, path, name.removeprefix(PIXEL))
        if request.method == "OPTIONS":
            return Answer(204, PREFLIGHT)
        if request.method != "POST":
            return refused(405, "send events by POST", {"Allow": "POST, OPTIONS"})
        return self.receive(request, path, name)

    def receive(self, request: HttpRequest, path: str, name: str) -> Answer:
        """Take one request: a script's answer if there is one, else Segment's."""
        if name == METRICS_PATH:
            return accepted()
        if name not in BATCH_PATHS and name not in SINGLE_PATHS:
            return refused(404, "the Tracking API has no such path")
        scripted = self.answers.take()
        raw = request.body(MAX_WIRE_BYTES)
        if raw is None:
            return refused(413, f"the body has more than {MAX_WIRE_BYTES:,} bytes")
        batch, judged = self.examine(Sent(request, path, name), raw, read_object)
        if scripted is None:
            self.store.add(batch, judged)
            return reply(batch)
        return self.play(scripted, batch, judged)

    def show_pixel(self, request: HttpRequest, path: str, kind: str) -> Answer:
        """Take the message in a pixel's query and answer with the image, whatever the message is worth."""
        if kind not in SHORT_TYPES.values():
            return refused(404, "there is no such pixel")
        if request.method not in READING:
            return refused(405, "a pixel is asked for by GET", {"Allow": "GET, HEAD"})
        if request.method == "GET":
            raw, sent = urlsplit(request.url).query.encode(), Sent(request, path, kind)
            batch, judged = self.examine(sent, raw, lambda _: pixel.message_of(query_of(request.url)))
            self.store.add(replace(batch, status=200), judged)
        return Answer(200, pixel.HEADERS, pixel.GIF)

    def examine(
        self, sent: Sent, raw: bytes, read: Callable[[bytes], dict[str, Any]]
    ) -> tuple[ReceivedBatch, list[Judged]]:
        """Read a request as far as it can be read, and return it with its answer and its judged messages."""
        received_at = self.now()
        request = sent.request
        headers = {name.lower(): request.header(name)[:MOST_OF_A_HEADER] for name in RECORDED_HEADERS}
        headers = {name: value for name, value in headers.items() if value}
        batch = ReceivedBatch(sent.path, iso(received_at), 200, headers, len(raw), len(raw))
        try:
            body = decode(raw, request.header("Content-Encoding"))
            batch = replace(batch, body_bytes=len(body))
            parcel = unpack(sent.name, read(body))
            batch = replace(batch, sent_at=text(parcel.sent_at), message_ids=parcel.message_ids)
            authorization = request.header("Authorization")
            check_token(authorization, self.tokens)
            key = write_key(authorization, parcel.write_key, self.write_keys)
            batch = replace(batch, write_key=key, error=None if parcel.items else EMPTY_BATCH)
            return batch, judge(parcel, received_at, self.new_id)
        except RefusedError as refusal:
            return replace(batch, status=refusal.status, error=refusal.detail), []

    def play(self, scripted: Scripted, batch: ReceivedBatch, judged: list[Judged]) -> Answer:
        """Answer by the script. Its 2xx accepts what Segment would accept, anything else nothing."""
        answer = scripted.answer
        batch = replace(batch, status=answer.status, scripted=True)
        self.store.add(batch, judged if answer.accepts else [])
        scripted.wait()
        return Answer(answer.status, answer.headers, answer.body)


def reply(batch: ReceivedBatch) -> Answer:
    """Return Segment's answer to a request: 200 says nothing about the messages in it."""
    return accepted() if batch.status == 200 else refused(batch.status, batch.error or "")
