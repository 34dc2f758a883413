"""Read a 2xx answer that refuses messages in its body, as Jitsu's ``{"ok": false, "okEvents": 3, "errors": [...]}``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import orjson

from segment_web.messages.envelope import Batch
from segment_web.messages.outcome import Outcome, Verdict

_WORD: Final = re.compile(r"[\w.-]+")


def without_refused(outcome: Outcome, body: bytes, batch: Batch) -> Outcome:
    """Return ``outcome`` of a 2xx answer, less the messages that ``body`` refuses.

    If the body refuses the request and gives no number, the answer means the same as HTTP 400: one of the messages is
    at fault. A body that is no JSON object says nothing.
    """
    answer = _object(body)
    if answer.get("ok") is not False and answer.get("success") is not False:
        return outcome
    total = len(batch.envelopes)
    number = _number(answer, total)
    if not 0 < number <= total:
        return outcome._replace(verdict=Verdict.SPLIT, detail=f"{outcome.detail} with a refusal in its body")
    detail = f"{outcome.detail}, {number} of {total} messages refused"
    if number == total:
        return outcome._replace(verdict=Verdict.REFUSE, detail=detail)
    return outcome._replace(detail=detail, refused=_refused(batch, number, answer.get("errors")))


def _number(answer: Mapping[str, Any], total: int) -> int:
    """Return how many messages are refused, 0 if the answer does not give the number."""
    accepted, errors = answer.get("okEvents"), answer.get("errors")
    if type(accepted) is int:
        return total - accepted - _count(answer.get("deduplicatedEvents"))
    return len(errors) if isinstance(errors, list) else 0


def _count(value: object) -> int:
    return value if type(value) is int else 0


def _refused(batch: Batch, number: int, errors: object) -> frozenset[str]:
    """Return the ids of ``number`` messages: those that the errors name, else the last ones."""
    words = _words(errors)
    ids = [envelope.message_id for envelope in reversed(batch.envelopes)]
    return frozenset(sorted(ids, key=lambda message_id: message_id not in words)[:number])


def _words(errors: object) -> set[str]:
    try:
        return {*_WORD.findall(orjson.dumps(errors).decode())}
    except orjson.JSONEncodeError:  # it reads deeper nesting than it writes
        return set()


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
