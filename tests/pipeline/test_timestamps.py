"""A caller's own time leaves as UTC with milliseconds, whatever form it was given in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from segment_web import Analytics
from segment_web.messages.message import Message
from segment_web.settings import load
from tests.core.kept import Kept
from tests.core.plain_request import PlainRequest, scope_of

BERLIN = ZoneInfo("Europe/Berlin")  # the project's zone: +01:00 in January, +02:00 in July

TIMES = {
    "2024-01-05T10:00:00": "2024-01-05T09:00:00.000Z",
    "2024-07-05T10:00:00": "2024-07-05T08:00:00.000Z",
    "2024-01-05 10:00:00": "2024-01-05T09:00:00.000Z",
    "2024-01-05t10:00:00z": "2024-01-05T10:00:00.000Z",
    "2024-01-05T10:00:00.1299Z": "2024-01-05T10:00:00.129Z",
    "2024-01-05T10:00:00+05:30": "2024-01-05T04:30:00.000Z",
    "20240105T100000Z": "2024-01-05T10:00:00.000Z",
    "2024-W01-5T10:00Z": "2024-01-05T10:00:00.000Z",
    "0900-01-05T10:00:00Z": "0900-01-05T10:00:00.000Z",
    datetime(2024, 1, 5, 10): "2024-01-05T09:00:00.000Z",
    datetime(2024, 1, 5, 10, 0, 0, 129_999, UTC): "2024-01-05T10:00:00.129Z",
    datetime(2024, 1, 5, 10, tzinfo=timezone(timedelta(hours=-5))): "2024-01-05T15:00:00.000Z",
}
NO_TIMES: tuple[Any, ...] = (
    *("2024-01-05", "2024-W01-1", "20240105", "2024-01-05-05:00", "2024-01-05T", "10:00", "yesterday", "", "x" * 1_000),
    *(date(2024, 1, 5), 1_704_448_800, "0001-01-01T00:00:00+05:00", datetime(1, 1, 1)),
)


def client(kept: Kept) -> Analytics:
    return Analytics.from_settings(load({"write_key": "k"}, environ={}), zone=lambda: BERLIN, transport=kept)


@pytest.mark.once
def test_every_form_leaves_as_utc() -> None:
    kept = Kept()
    with client(kept) as analytics:
        for given in TIMES:
            analytics.track("Thing Done", user_id=1, timestamp=given)
    assert [message["timestamp"] for message in kept.messages] == list(TIMES.values())


@pytest.mark.once
@pytest.mark.parametrize("given", NO_TIMES, ids=lambda given: repr(given)[:40])
def test_what_names_no_moment_is_refused(given: Any) -> None:
    with client(Kept()) as analytics:
        receipt = analytics.track("Thing Done", user_id=1, timestamp=given)
    assert (receipt.reason, "with a time of day" in receipt.detail) == ("timestamp_invalid", True)


@pytest.mark.once
def test_a_message_that_waits_for_its_user_keeps_the_zone_of_its_call() -> None:
    kept, zones = Kept(), [BERLIN]
    settings = load({"write_key": "k", "bots": "keep"}, environ={})
    with Analytics.from_settings(settings, zone=lambda: zones[0], transport=kept) as analytics:
        scope = scope_of(PlainRequest(user_ready=False))
        assert analytics.record(Message("track", event="Thing Done", timestamp="2024-01-05T10:00:00"), scope)
        zones[0] = ZoneInfo("Asia/Tokyo")
        scope.release()
    assert [message["timestamp"] for message in kept.messages] == ["2024-01-05T09:00:00.000Z"]
