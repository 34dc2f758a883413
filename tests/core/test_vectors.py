"""Segment's documented calls, word for word: what is said is what stands on the wire."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from segment_web import Analytics, InvalidMessage
from segment_web.delivery.transports.http import basic_auth
from segment_web.incoming.times import parse, stored_times
from segment_web.messages.message import Message
from segment_web.settings import load
from segment_web.testing import capture_events
from segment_web.web.cookies import ajs
from tests.core.vectors import DATA, cases, has, is_subset, say

CALLS = cases("core_calls", "identify", "track", "page", "screen", "group", "alias", "web", "integrations")


def ids(found: list[Any]) -> list[str]:
    return [case["id"] for case in found]


def sent(case: dict[str, Any]) -> dict[str, Any]:
    with capture_events() as events:
        client = Analytics("vector-key")
        said = dict(case["input"])
        if default := said.pop("default_integrations", None):
            client = Analytics("vector-key", integrations=default)
        if "user_id" not in said and "request" not in said:
            said.setdefault("anonymous_id", "vector-anonymous")
        say(client, said)
    assert len(events) == 1, events.dropped
    return events[0]


SPOKEN = [case for case in CALLS if "method" in case["input"]]


@pytest.mark.parametrize("case", SPOKEN, ids=ids(SPOKEN))
def test_a_call_gives_the_message(case: dict[str, Any]) -> None:
    message = sent(case)
    assert is_subset(case["expected"], message), message
    assert not [path for path in case.get("absent", []) if has(message, path)]


EXAMPLES = cases("semantic_examples")


@pytest.mark.parametrize("case", EXAMPLES, ids=ids(EXAMPLES))
def test_segments_semantic_events_pass_unchanged(case: dict[str, Any]) -> None:
    assert is_subset(case["expected"], sent(case))


INVALID = cases("core_calls", "invalid")


@pytest.mark.parametrize("case", INVALID, ids=ids(INVALID))
def test_what_segment_discards_is_skipped_with_its_code(case: dict[str, Any]) -> None:
    receipt = say(Analytics("vector-key", delivery="null"), case["input"])
    assert (receipt.accepted, receipt.reason) == (False, case["expected"]["code"])
    with pytest.raises(InvalidMessage) as raised:
        say(Analytics("vector-key", delivery="null", strict=True), case["input"])
    assert raised.value.reason == case["expected"]["code"]


COOKIES = [case for case in CALLS if "cookie" in case["input"]]


@pytest.mark.parametrize("case", COOKIES, ids=ids(COOKIES))
def test_the_cookie_of_analytics_js_is_read(case: dict[str, Any]) -> None:
    assert ajs.read(case["input"]["cookie"], "ajs_anonymous_id") == case["expected"]["anonymousId"]


FIELDS = json.loads((DATA / "context_fields.json").read_text())["fields"]


@pytest.mark.parametrize("field", [field["field"] for field in FIELDS if "." not in field["field"]])
def test_every_context_field_may_be_given_by_the_caller(field: str) -> None:
    value: Any = {"name": "x"} if field not in ("ip", "locale", "timezone") else "x"
    with capture_events() as events:
        Analytics("vector-key").track("X Done", user_id=1, context={field: value})
    expected = {"name": "x"} if isinstance(value, dict) else value
    assert is_subset(expected, events[0]["context"][field])


def test_the_key_is_the_user_name_of_basic_authentication() -> None:
    assert basic_auth("abc123") == "Basic YWJjMTIzOg=="


def test_a_host_may_end_in_v1() -> None:
    assert load({"host": "https://events.eu1.segmentapis.com/v1/"}).base_url == "https://events.eu1.segmentapis.com"


TIMES = cases("core_calls", "time")


@pytest.mark.parametrize("case", TIMES, ids=ids(TIMES))
def test_queue_delay_cancels_out(case: dict[str, Any]) -> None:
    said = case["input"]
    received = datetime.fromisoformat(said["receivedAt"])
    stored = stored_times(received, said["sentAt"], said["originalTimestamp"])
    assert parse(stored[1]) == parse(case["expected"]["timestamp"])


def test_the_timestamp_is_the_calls_own() -> None:
    before = datetime.now(UTC)
    with capture_events() as events:
        Analytics("vector-key").track("X Done", user_id=1)
    said = datetime.fromisoformat(events[0]["timestamp"])
    assert before - timedelta(milliseconds=1) < said <= datetime.now(UTC)  # the wire's times are cut to milliseconds
    assert Message("track").timestamp is None
