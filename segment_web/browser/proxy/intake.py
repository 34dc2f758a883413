"""Events from the browser: judged, and handed to the same pipeline that the application's own pass."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from datetime import datetime
from typing import Any

from segment_web.browser.proxy import keys
from segment_web.browser.proxy.browser_message import BrowserScope, message_of
from segment_web.browser.proxy.duplicates import SeenMessageIds
from segment_web.browser.proxy.identity import settle
from segment_web.browser.proxy.rate import RateLimit, client_of
from segment_web.exchange.answer import Answer, accepted, refused
from segment_web.incoming.bodies import RefusedError, TooLargeError, decode, encoded_size, read_object
from segment_web.incoming.parcel import METRICS_PATH, Parcel, unpack
from segment_web.logs import log
from segment_web.messages.limits import BATCH_COUNT, MESSAGE_ID_LENGTH, REQUEST_BYTES
from segment_web.messages.message import Message
from segment_web.messages.reasons import Drop, DropReason
from segment_web.settings import Settings
from segment_web.web.request.request_analytics import RequestAnalytics

TYPE_UNKNOWN = Drop(DropReason.TYPE_UNKNOWN, "the browser sent something that is none of the six calls")
DUPLICATE = Drop(DropReason.DUPLICATE, "the browser sent it before, under the same messageId")
SERVER_ONLY = Drop(DropReason.SERVER_ONLY_EVENT, "first_party.server_events says that only the server sends this event")
SILENT = "nothing of this browser's request is recorded"


class Intake:
    """Takes what analytics.js posts. ``clock`` gives monotonic seconds, ``now`` this moment as an aware datetime."""

    def __init__(self, settings: Settings, *, clock: Callable[[], float], now: Callable[[], datetime]) -> None:
        rules = settings.first_party
        self._settings = settings
        self._now = now
        self._limit = RateLimit(rules.rate_limit, clock=clock) if rules.rate_limit else None
        self._seen = SeenMessageIds(clock=clock)
        self._server_events = frozenset(map(_plain, rules.server_events))

    def take(self, endpoint: str, segment: RequestAnalytics) -> Answer:
        """Segment's answer at once: the messages are in the queue, or dropped and counted, when it is given.

        429 asks the browser to come again; 400, 403 and 413 tell it not to.
        """
        if endpoint == METRICS_PATH:
            return accepted()  # what analytics.js says of itself; nothing is kept, as at Segment
        received_at = self._now()
        if seconds := self._wait(segment, 1):  # before a byte is read: what cannot be read costs too
            return _limited(seconds)
        try:
            parcel = _read(endpoint, segment)
        except RefusedError as refusal:
            return refused(413 if isinstance(refusal, TooLargeError) else refusal.status, refusal.detail)
        source = keys.sender(self._settings, parcel.write_key, segment.scope.request.header("Authorization"))
        if source is None:
            return refused(403, "this write key is not one of this application's")
        if seconds := self._wait(segment, len(parcel.items), paid=1):
            return _limited(seconds)
        self._record(parcel, source, received_at, segment)
        return accepted()

    def _wait(self, segment: RequestAnalytics, count: int, *, paid: int = 0) -> float:
        if self._limit is None or count <= paid:
            return 0.0
        return self._limit.wait(client_of(segment.scope), count, paid=paid)

    def _record(self, parcel: Parcel, source: str, received_at: datetime, segment: RequestAnalytics) -> None:
        scope = BrowserScope(parent=segment.scope)
        silence = segment.skip_reason  # asked first: without consent, not even the user is looked up
        for item in parcel.items:
            found = self._message(parcel, item, received_at, segment)
            message = found if isinstance(found, Message) else Message("track")  # stands for what is none, in the books
            drop: Drop | None
            if silence is not None:
                drop = Drop(silence, SILENT)
            else:
                drop = found if isinstance(found, Drop) else self._drop(message, source, segment)
            message.source = source
            segment.client.record(message, scope if drop is None else BrowserScope(parent=scope, drop=drop))

    def _message(self, parcel: Parcel, item: Any, received_at: datetime, segment: RequestAnalytics) -> Message | Drop:
        if not isinstance(item, dict):
            return TYPE_UNKNOWN
        whole = parcel.whole(item)
        try:
            encoded_size(whole)  # before any work is done for it
        except RefusedError as refusal:
            return Drop(DropReason.MESSAGE_TOO_LARGE, refusal.detail)
        rules = segment.scope.rules
        return message_of(whole, sent_at=parcel.sent_at, received_at=received_at, rules=rules) or TYPE_UNKNOWN

    def _drop(self, message: Message, source: str, segment: RequestAnalytics) -> Drop | None:
        if message.type == "track" and isinstance(message.event, str) and _plain(message.event) in self._server_events:
            return SERVER_ONLY
        return settle(message, segment.scope) or self._repeated(message, source)

    def _repeated(self, message: Message, source: str) -> Drop | None:
        name = message.message_id
        if not isinstance(name, str) or not 0 < len(name) <= MESSAGE_ID_LENGTH:
            return None  # the pipeline's rules have a word for it, or it gets an id of ours
        return None if self._seen.is_new(source, name) else DUPLICATE


def _read(endpoint: str, segment: RequestAnalytics) -> Parcel:
    request = segment.scope.request
    raw = request.body(REQUEST_BYTES)
    if raw is None:
        raise TooLargeError(f"the request is too large: more than {REQUEST_BYTES} bytes")
    parcel = unpack(endpoint, read_object(decode(raw, request.header("Content-Encoding"))))
    if len(parcel.items) > BATCH_COUNT:
        raise TooLargeError(f"the batch is too large: more than {BATCH_COUNT} messages")
    if encoded_size(parcel.shared) * len(parcel.items) > REQUEST_BYTES:  # else a few bytes of it are work for minutes
        raise TooLargeError(f"what the messages share is too large: more than {REQUEST_BYTES} bytes in all of them")
    return parcel


def _limited(seconds: float) -> Answer:
    """Ask the browser to come again after so many seconds; refuse a batch that is larger than the whole allowance."""
    log(
        logging.WARNING,
        "proxy:rate",
        "segment_web refuses the messages of a browser that sends more than first_party.rate_limit; if many visitors "
        "share one address, name your proxies in trusted_proxies",
    )
    if math.isinf(seconds):
        return refused(413, "the batch is too large: more messages than one client may send in a minute")
    return refused(429, "too many messages of one client", {"Retry-After": str(math.ceil(seconds))})


def _plain(event: str) -> str:
    """An event's name as a person would compare it: a capital or a blank more does not make it another."""
    return " ".join(event.casefold().split())
