"""The six calls: receipts, scopes, options, and that none of them ever raises."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import pytest

import segment_web
from segment_web import Analytics, InvalidMessage, Message
from segment_web.messages.reasons import DropReason
from segment_web.testing import CapturedEvents, capture_events


@pytest.fixture
def events() -> Iterator[CapturedEvents]:
    with capture_events() as captured:
        yield captured


@pytest.fixture
def client() -> Analytics:
    return Analytics("calls-test-key", delivery="null")


def test_a_receipt_says_what_became_of_the_call(client: Analytics) -> None:
    accepted = client.track("Thing Done", user_id=1)
    refused = client.track("Thing Done")
    assert (bool(accepted), accepted.reason, len(accepted.message_id or "")) == (True, None, 32)
    assert (bool(refused), refused.reason) == (False, "no_user_anon_id")
    assert "segment_web.scope(user_id=...)" in refused.detail


class Word(str, Enum):  # noqa: UP042 - a StrEnum is the easier case
    """As projects name their events: of its members ``str()`` is not the value."""

    VIEWED = "Thing Viewed"


class SafeText(str):
    """As Django's ``SafeString``, which remains safe when it is made a string."""

    __slots__ = ()

    def __str__(self) -> str:
        return self


def test_text_of_a_kind_of_its_own_is_text(client: Analytics, events: CapturedEvents) -> None:
    client.track(Word.VIEWED, user_id=SafeText("42"))
    client.page(Word.VIEWED, category=SafeText("Things"), user_id=Word.VIEWED)
    client.group(SafeText("acme"), user_id=1)
    track, page, group = events
    assert (track["event"], track["userId"]) == ("Thing Viewed", "42")
    assert (page["name"], page["category"], page["userId"]) == ("Thing Viewed", "Things", "Thing Viewed")
    assert group["groupId"] == "acme"


class Moment(datetime, Enum):
    """An Enum as a time, whose ``value`` orjson would ask for, and crash."""

    NOON = 2026, 1, 5, 12

    @property
    def value(self) -> Any:
        raise ValueError


def test_a_time_of_a_kind_of_its_own_is_safe(client: Analytics, events: CapturedEvents) -> None:
    assert client.track("Thing Done", user_id=1, timestamp=Moment.NOON)
    assert events[0]["timestamp"] == "2026-01-05T12:00:00.000Z"


def test_a_mistake_that_the_applications_own_code_raises_is_no_callers(caplog: pytest.LogCaptureFixture) -> None:
    def broken(scope: object) -> dict[str, Any]:
        raise InvalidMessage(DropReason.EVENT_NOT_DEFINED, "raised by a setting")

    receipt = Analytics("calls-test-key", delivery="null", context=broken).track("Thing Done", user_id=1)
    assert (receipt.accepted, receipt.reason) == (False, "internal_error")


class Number(int, Enum):
    FIRST = 1


def test_ids_may_be_numbers_and_uuids(client: Analytics, events: CapturedEvents) -> None:
    client.track("Thing Done", user_id=42, anonymous_id=UUID(int=7))
    client.track("Thing Done", user_id=Number.FIRST)
    assert (events[0]["userId"], events[0]["anonymousId"]) == ("42", str(UUID(int=7)))
    assert events[1]["userId"] == "1"


@pytest.mark.parametrize("bad", [True, 1.5, b"x", [], {}, ""])
def test_other_ids_are_refused(client: Analytics, bad: Any) -> None:
    assert client.track("Thing Done", user_id=bad).reason == "id_not_string"


def test_scopes_nest_and_explicit_values_win(client: Analytics, events: CapturedEvents) -> None:
    with (
        segment_web.scope(user_id="u1", traits={"plan": "pro"}, context={"groupId": "g", "page": {"path": "/"}}),
        segment_web.scope(anonymous_id="a1", context={"page": {"title": "T"}}),
    ):
        client.track("Thing Done", context={"page": {"path": "/own"}})
        client.identify(traits={"plan": "basic"})
    first, second = events
    assert (first["userId"], first["anonymousId"]) == ("u1", "a1")
    assert first["context"]["page"] == {"path": "/own", "title": "T"}
    assert first["context"]["groupId"] == "g"
    assert first["context"]["traits"] == {"plan": "pro"}
    assert second["traits"] == {"plan": "basic"}


def test_nothing_is_recorded_while_disabled(client: Analytics) -> None:
    with segment_web.scope(user_id=1), segment_web.disabled():
        assert client.track("Thing Done").reason == "disabled"
        assert client.stats().accepted == 0


def test_a_dedupe_key_gives_one_id_and_hides_itself(client: Analytics) -> None:
    one, two = (client.track("Order Paid", user_id=1, dedupe_key="order-17-paid") for _ in range(2))
    other = Analytics("another-key", delivery="null").track("Order Paid", user_id=1, dedupe_key="order-17-paid")
    assert one.message_id == two.message_id != other.message_id
    assert len(one.message_id or "") == 43
    assert "order" not in (one.message_id or "")


def test_a_caller_may_import_history(client: Analytics, events: CapturedEvents) -> None:
    client.track("Thing Done", user_id=1, timestamp=datetime(2012, 12, 2, 0, 30, tzinfo=UTC))
    client.track("Thing Done", user_id=1, timestamp="2012-12-02T00:30:08.276Z")
    assert [event["timestamp"][:10] for event in events] == ["2012-12-02"] * 2
    with pytest.raises(InvalidMessage, match="ISO-8601"):
        client.track("Thing Done", user_id=1, timestamp="yesterday")


def test_what_is_too_large_is_named_by_key_and_not_by_value(client: Analytics) -> None:
    receipt = client.track("Thing Done", {"essay": "secret " * 6000, "n": 1}, user_id=1)
    assert receipt.reason == "message_too_large"
    assert "properties.essay (42,002 bytes)" in receipt.detail
    assert "secret" not in receipt.detail


def test_an_unknown_option_is_a_type_error_as_in_any_python_call(client: Analytics) -> None:
    with pytest.raises(TypeError, match="usr_id"):
        client.track("Thing Done", usr_id=1)  # type: ignore[call-arg]


def test_the_callers_objects_are_neither_changed_nor_kept(client: Analytics, events: CapturedEvents) -> None:
    properties: dict[str, Any] = {"items": [1]}
    client.track("Thing Done", properties, user_id=1)
    properties["items"].append(2)
    assert properties == {"items": [1, 2]}
    assert events[0]["properties"] == {"items": [1]}


class Hostile:
    def __repr__(self) -> str:
        raise AssertionError("repr() was called")

    __str__ = __repr__

    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError(name)


HOSTILE: dict[str, Any] = {
    "object": Hostile(),
    "dict": {"x": Hostile()},
    "nan": math.nan,
    "surrogate": "\ud800",
    "huge": 10**30,
    "decimal": Decimal("NaN"),
    "function": print,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_call_raises_whatever_it_is_given(client: Analytics, name: str) -> None:
    hostile = HOSTILE[name]
    for call in (
        lambda: client.track(hostile, hostile, user_id=hostile, context=hostile, integrations=hostile),
        lambda: client.track("Thing Done", {"x": hostile}, user_id=1, timestamp=hostile),
        lambda: client.identify(hostile, hostile),
        lambda: client.page(hostile, hostile, category=hostile, user_id=1),
        lambda: client.group(hostile, {"x": hostile}, message_id=hostile),
        lambda: client.alias(hostile, previous_id=hostile, dedupe_key=hostile, source=hostile),
    ):
        assert call().accepted in (True, False)
    if name != "object":  # an object that refuses even isinstance() is refused as a whole
        assert "internal_error" not in client.stats().dropped


def test_before_send_may_change_drop_and_break_without_harm() -> None:
    def change(message: Message, scope: Any) -> Message:
        message.properties["seen"] = True
        message.context["page"] = {"path": "/changed"}
        return message

    def drop(message: Message, scope: Any) -> Message | None:
        return None if message.event == "Secret Done" else message

    def break_(message: Message, scope: Any) -> Message:
        return message if message.event != "Broken Done" else message.missing  # type: ignore[attr-defined, no-any-return]

    client = Analytics("key", delivery="null", before_send=[change, drop, break_])
    properties = {"n": 1}
    with capture_events() as events, segment_web.scope(user_id=1, context={"page": {"path": "/"}}):
        client.track("Thing Done", properties)
        assert client.track("Secret Done", {}).reason == "before_send"
        assert client.track("Broken Done", {}).reason == "before_send"
        client.track("Thing Done", properties)
    assert [event["properties"] for event in events] == [{"n": 1, "seen": True}] * 2
    assert properties == {"n": 1}


def test_module_functions_find_the_configured_client() -> None:
    try:
        first = segment_web.configure("key", delivery="null")
        assert segment_web.track("Thing Done", user_id=1)
        segment_web.configure("key", delivery="null")
        assert first.track("Thing Done", user_id=1).reason == "closed"
        assert segment_web.stats().accepted == 0
    finally:
        segment_web.current._configured = None  # type: ignore[attr-defined]


def test_without_any_client_the_receipt_says_so() -> None:
    code = "import segment_web; print(segment_web.track('Thing Done', user_id=1).reason)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "not_configured\n"
    assert "SEGMENT_WRITE_KEY" in done.stderr


IN_A_SCRIPT = """
import segment_web
print(segment_web.track("Thing Done", user_id=1).reason, segment_web.flush(), segment_web.stats().accepted)
"""


@pytest.mark.parametrize(
    ("environ", "said", "logged"),
    [
        ({"SEGMENT_WRITE_KEY": "key", "SEGMENT_DELIVERY": "console"}, "None True 1\n", "[segment] track"),
        (
            {"SEGMENT_WRITE_KEY": "key", "SEGMENT_REGION": "mars"},
            "not_configured True 0\n",
            "variable SEGMENT_REGION",
        ),
        (
            {"SEGMENT_WRITE_KEY": "key", "SEGMENT_DELIVERY": "pigeon"},
            "not_configured True 0\n",
            "SEGMENT_DELIVERY must be one of",
        ),
    ],
)
@pytest.mark.once
def test_the_environment_configures_a_script(environ: dict[str, str], said: str, logged: str) -> None:
    command = [sys.executable, "-c", IN_A_SCRIPT]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, **environ})
    assert done.stdout == said
    assert logged in done.stderr


@pytest.mark.once
def test_a_setting_that_cannot_be_read_is_the_reason_of_every_receipt() -> None:
    code = (
        "import segment_web; print(segment_web.track('Done', user_id=1).detail, segment_web.health().reasons[0].detail)"
    )
    environ = {**os.environ, "SEGMENT_WRITE_KEY": "key", "SEGMENT_REGION": "mars"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environ)
    why = "environment variable SEGMENT_REGION must be one of 'us', 'eu', not 'mars'."
    assert done.stdout == f"{why} {why}\n"
    assert "write_key" not in done.stderr


def test_threads_lose_and_double_nothing(client: Analytics) -> None:
    with capture_events() as events:
        threads = [
            threading.Thread(target=lambda n=n: [client.track("T", user_id=n) for _ in range(500)]) for n in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len({event["messageId"] for event in events}) == len(events) == 4000
