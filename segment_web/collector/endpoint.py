"""The Tracking API over HTTP: takes requests, has them judged, records them, and answers as Segment does."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from segment_web.collector import pixel
from segment_web.collector.answers import Answers, Scripted
from segment_web.collector.auth import check_token, write_key
from segment_web.collector.ingest import judge
from segment_web.collector.records import Judged, ReceivedBatch
from segment_web.collector.store import Store
from segment_web.collector.validation import EMPTY_BATCH
from segment_web.incoming.bodies import RefusedError, decode, read_object
from segment_web.incoming.parcel import BATCH_PATHS, METRICS_PATH, SHORT_TYPES, SINGLE_PATHS, text, unpack
from segment_web.messages.wire import iso

RECORDED_HEADERS = ("content-type", "content-encoding", "user-agent", "x-retry-count", "origin")
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


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The part of the Tracking API that receives; clock and ids are handed in."""

    store: Store
    answers: Answers
    write_keys: Collection[str] | None
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    tokens: Callable[[str], bool] | None = None

    def blueprint(self) -> Blueprint:
        """The routes below ``/v1``."""
        blueprint = Blueprint("tracking", __name__, url_prefix="/v1")
        route = blueprint.route("/<path>", methods=["POST"], strict_slashes=False, provide_automatic_options=False)
        route(self.receive)
        blueprint.add_url_rule("/pixel/<kind>", "pixel", self.show_pixel)
        blueprint.add_url_rule("/<path>", "preflight", self.preflight, methods=["OPTIONS"])
        blueprint.after_request(allow_any_origin)
        return blueprint

    def preflight(self, path: str) -> Response:
        """Allow a browser of any origin to post."""
        return Response(status=204, headers=PREFLIGHT)

    def receive(self, path: str) -> Response:
        """Take one request: a script's answer if there is one, else Segment's."""
        if path == METRICS_PATH:
            return jsonify(success=True)
        if path not in BATCH_PATHS and path not in SINGLE_PATHS:
            abort(404)
        scripted = self.answers.take()
        batch, judged = self.examine(path, request.get_data(cache=False), read_object)
        if scripted is None:
            self.store.add(batch, judged)
            return reply(batch)
        return self.play(scripted, batch, judged)

    def show_pixel(self, kind: str) -> Response:
        """Take the message in a pixel's query and answer with the image, whatever the message is worth."""
        if kind not in SHORT_TYPES.values():
            abort(404)
        if request.method == "GET":
            batch, judged = self.examine(kind, request.query_string, lambda _: pixel.message_of(request.args))
            self.store.add(replace(batch, status=200), judged)
        return Response(pixel.GIF, headers=pixel.HEADERS)

    def examine(
        self, path: str, raw: bytes, read: Callable[[bytes], dict[str, Any]]
    ) -> tuple[ReceivedBatch, list[Judged]]:
        """Read a request as far as it can be read, and return it with its answer and its judged messages."""
        received_at = self.now()
        headers = {
            name: request.headers[name][:MOST_OF_A_HEADER] for name in RECORDED_HEADERS if name in request.headers
        }
        batch = ReceivedBatch(request.path, iso(received_at), 200, headers, len(raw), len(raw))
        try:
            body = decode(raw, request.headers.get("Content-Encoding", ""))
            batch = replace(batch, body_bytes=len(body))
            parcel = unpack(path, read(body))
            batch = replace(batch, sent_at=text(parcel.sent_at), message_ids=parcel.message_ids)
            authorization = request.headers.get("Authorization", "")
            check_token(authorization, self.tokens)
            key = write_key(authorization, parcel.write_key, self.write_keys)
            batch = replace(batch, write_key=key, error=None if parcel.items else EMPTY_BATCH)
            return batch, judge(parcel, received_at, self.new_id)
        except RefusedError as refusal:
            return replace(batch, status=refusal.status, error=refusal.detail), []

    def play(self, scripted: Scripted, batch: ReceivedBatch, judged: list[Judged]) -> Response:
        """Answer by the script. Its 2xx accepts what Segment would accept, anything else nothing."""
        answer = scripted.answer
        batch = replace(batch, status=answer.status, scripted=True)
        self.store.add(batch, judged if answer.accepts else [])
        scripted.wait()
        return Response(answer.body, status=answer.status, headers=dict(answer.headers))


def reply(batch: ReceivedBatch) -> Response:
    """Segment's answer to a request: 200 says nothing about the messages in it."""
    if batch.status == 200:
        return jsonify(success=True)
    response = jsonify(success=False, message=batch.error)
    response.status_code = batch.status
    return response


def allow_any_origin(response: Response) -> Response:
    """Put the CORS headers on every answer, refusals included, so that a page may see why."""
    for name, value in CORS.items():
        response.headers.setdefault(name, value)
    return response
