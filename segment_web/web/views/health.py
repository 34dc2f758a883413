"""The answer to a monitor that asks over HTTP whether delivery is well."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Unpack

import orjson

from segment_web.client import Analytics
from segment_web.delivery.health import HealthLimits, HealthStatus
from segment_web.exchange.answer import Answer

OK: Final = 200
UNAVAILABLE: Final = 503
HEADERS: Final[Mapping[str, str]] = {
    "Content-Type": "application/json",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


def answer(client: Analytics, **limits: Unpack[HealthLimits]) -> Answer:
    """503 when delivery fails, else 200; the body is :meth:`Health.as_json`. Events that merely wait are no reason for a
    503, and nothing is recorded of the request."""
    health = client.health(**limits)
    status = UNAVAILABLE if health.status is HealthStatus.FAILING else OK
    return Answer(status, HEADERS, orjson.dumps(health.as_json()))
