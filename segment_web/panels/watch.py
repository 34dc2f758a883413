"""Which requests are watched: a panel asks for a record of its own, and calls in all other requests are nobody's."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from segment_web.errors import InvalidMessage
from segment_web.logs import internal_error
from segment_web.messages.message import Message
from segment_web.messages.reasons import DropReason
from segment_web.messages.receipt import Receipt
from segment_web.panels.record import Record
from segment_web.scopes import witness
from segment_web.scopes.current import current
from segment_web.scopes.scope import Scope
from segment_web.web.request.web_scope import WebScope

RECORD = "_segment_record"  # the attribute of the framework's own request; both end together

_running = threading.local()  # whose call is being made on a thread, which may be none of the request's own


def watch(request: object) -> Record:
    """From now on each call in ``request``, the framework's own, is in the record that is returned; again the same."""
    witness.appoint(_witness, _given)
    record = vars(request).setdefault(RECORD, Record())
    assert isinstance(record, Record)
    return record


def told_accepted(sender: object = None, *, message_id: str, body: bytes, **_: object) -> None:
    """A receiver of the frameworks' signal of this name: the message that was accepted just now, and its bytes."""
    if (record := _running_record()) is not None:
        record.accepted(message_id, body)


def told_dropped(
    sender: object = None, *, message: Message | None, reason: DropReason, detail: str, **_: object
) -> None:
    """A receiver of the frameworks' signal of this name."""
    if (record := _running_record()) is not None:
        record.dropped(message, reason, detail)


def _witness(message: Message | None, scope: Scope) -> witness.Over | None:
    try:
        record = _record_of(scope)
        over = None if record is None else record.begin(message)
    except Exception as error:  # noqa: BLE001 - who looks on changes nothing
        internal_error("the panel", error)
        return None
    return None if record is None or over is None else _guarded(record, over)


def _given(call: Sequence[Any], scope: Scope, remark: str) -> None:
    try:
        if (record := _record_of(scope)) is not None:
            record.give(call, remark)
    except Exception as error:  # noqa: BLE001 - a panel changes nothing for the page
        internal_error("the panel", error)


def _guarded(record: Record, over: witness.Over) -> witness.Over:
    """While the call lasts, what is told on its thread is told of ``record``."""
    before, _running.record = getattr(_running, "record", None), record

    def guarded(end: Receipt | InvalidMessage) -> None:
        _running.record = before
        try:
            over(end)
        except Exception as error:  # noqa: BLE001 - who looks on changes nothing
            internal_error("the panel", error)

    return guarded


def _running_record() -> Record | None:
    """That of the running call, else of the request in which something is told that has waited."""
    running: Record | None = getattr(_running, "record", None)
    return _record_of(current()) if running is None else running


def _record_of(scope: Scope | None) -> Record | None:
    """That of the request in which ``scope`` began, be it another visitor's by now (a job that runs at once)."""
    while scope is not None and not isinstance(scope, WebScope):
        scope = scope.around
    return None if scope is None else getattr(scope.request.native, RECORD, None)
