"""What the collector discards the client does not send: both ask the same table."""

from __future__ import annotations

from typing import Any

import pytest

from segment_web import Analytics
from segment_web.collector.validation import SEGMENTS, discard_code
from segment_web.messages.message import Message
from segment_web.scopes.scope import Scope
from segment_web.settings import load
from tests.collector.test_discarding import BAD, GOOD
from tests.core.kept import Kept

NAMES = {"userId": "user_id", "anonymousId": "anonymous_id", "messageId": "message_id", "groupId": "group_id"}
NAMES |= {"previousId": "previous_id"}


def said(wire: dict[str, Any]) -> Message:
    """The message that an application's own stage may leave behind: any value in any field."""
    return Message(wire.get("type"), **{NAMES.get(k, k): v for k, v in wire.items() if k != "type"})  # type: ignore[arg-type]


@pytest.mark.once
@pytest.mark.parametrize(("wire", "code"), BAD)
def test_the_client_refuses_it_or_sends_what_the_collector_keeps(wire: dict[str, Any], code: str) -> None:
    kept = Kept()
    with Analytics.from_settings(load({"write_key": "k"}, environ={}), transport=kept) as client:
        receipt = client.record(said(wire), Scope())
    if receipt.accepted:  # a number became text, None became an object
        assert [discard_code(message) for message in kept.messages] == [None]
    elif code != "type_unknown":
        assert receipt.reason is not None
        assert SEGMENTS.get(receipt.reason, receipt.reason) == code


@pytest.mark.once
def test_what_the_collector_keeps_the_client_sends() -> None:
    kept = Kept()
    with Analytics.from_settings(load({"write_key": "k"}, environ={}), transport=kept) as client:
        assert [client.record(said(wire), Scope()).reason for wire in GOOD] == [None] * len(GOOD)
    assert [discard_code(message) for message in kept.messages] == [None] * len(GOOD)


@pytest.mark.once
@pytest.mark.parametrize(
    ("consent", "reason"),
    [
        (None, "consent_categorypreferences_should_exist"),
        ({"categoryPreferences": ["ads"]}, "consent_categorypreferences_fields_should_be_object"),
        ({"categoryPreferences": {"ads": "yes"}}, "consent_categorypreferences_fields_should_be_bool"),
        ({"categoryPreferences": {"ads": True}, "version": "2"}, "consent_version_should_be_number"),
        ({"categoryPreferences": {"ads": True}, "version": 2}, None),
    ],
)
def test_the_event_about_consent_is_checked_in_a_scope_that_knows_its_visitor(consent: Any, reason: str | None) -> None:
    scope = Scope(user_id="ann", context={"consent": consent})
    with Analytics("k", delivery="null") as client:
        assert client.record(Message("track", event="Seen"), scope)
        receipt = client.record(Message("track", event="Segment Consent Preference Updated"), scope)
    assert receipt.reason == reason
