"""What becomes of a request, in the words of each family of views: an answer, a refusal, an exception, a stream."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ninja
from django.http import Http404, HttpResponse, StreamingHttpResponse
from ninja.errors import HttpError
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

OUTCOMES = {"ok": 200, "refused": 409, "missing": 404, "broken": 500, "stream": 200}  # and the status of each
TOLD = {"ok", "stream"}  # those that make an event
BODIES = {"ok": b'{"a":1}', "stream": b"one two"}

# The class is newer than the lowest release; the pair that came before it is deprecated now.
Status: Any = getattr(ninja, "Status", lambda status, body: (status, body))


def django(request: Any, outcome: str) -> Any:
    return _answer(request, outcome, HttpResponse, HttpResponse(BODIES["ok"]), Http404())


def rest(request: Any, outcome: str) -> Any:
    return _answer(request, outcome, Response, Response({"a": 1}), NotFound())


def operation(request: Any, outcome: str) -> Any:
    return _answer(request, outcome, lambda status: Status(status, {}), {"a": 1}, HttpError(404, "missing"))


def said(request: Any, response: Any, **view: Any) -> dict[str, Any]:
    """What is computed of the three things that a callable of properties is given."""
    return {"method": request.method, "answer": type(response).__name__, **view}


def _answer(request: Any, outcome: str, refuse: Any, answer: Any, missing: Exception) -> Any:
    request.segment.add({"coupon": "SPRING"})
    if outcome == "stream":
        return StreamingHttpResponse(_chunks())
    if outcome == "missing":
        raise missing
    if outcome == "broken":
        raise RuntimeError("a mistake of the application")
    return answer if outcome == "ok" else refuse(status=409)


def _chunks() -> Iterator[bytes]:
    yield from (b"one ", b"two")
