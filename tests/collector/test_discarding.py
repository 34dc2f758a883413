"""What is answered 200 and discarded all the same, by Segment's codes."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from segment_web.collector import CollectorServer
from segment_web.collector.validation import MEANINGS, RULES_BY_TYPE, discard_code
from tests.collector.messages import batch, track

CONSENT = "Segment Consent Preference Updated"


def consent(**context: Any) -> dict[str, Any]:
    return track("m", event=CONSENT, context=context)


GOOD: list[dict[str, Any]] = [
    {"type": "identify", "anonymousId": "a", "userId": None, "traits": {"plan": None}},
    {"type": "track", "userId": "u", "event": "Done"},
    {"type": "page", "userId": "u"},
    {"type": "page", "userId": "u", "name": None, "category": None, "properties": {}},
    {"type": "screen", "userId": "u", "name": "Home", "category": "Main"},
    {"type": "group", "userId": "u", "groupId": "g", "traits": {}},
    {"type": "alias", "userId": "new", "previousId": "old"},
    {"type": "track", "userId": "u", "event": "Done", "messageId": "m" * 100},
    consent(consent={"categoryPreferences": {"ads": False}, "version": 2}, device={"advertisingId": "x"}),
    consent(consent={"categoryPreferences": {}}),
]

BAD = [
    ({"type": "track", "event": "Done"}, "no_user_anon_id"),
    ({"type": "track", "event": "Done", "userId": None, "anonymousId": None}, "no_user_anon_id"),
    ({"type": "track", "event": "Done", "userId": ""}, "id_not_string"),
    ({"type": "track", "event": "Done", "userId": 12}, "id_not_string"),
    ({"type": "identify", "userId": {"a": 1}}, "id_not_string"),
    ({"type": "identify", "userId": "u", "anonymousId": 7}, "id_not_string"),
    ({"type": "identify", "userId": "u", "messageId": 7}, "id_not_string"),
    ({"type": "track", "userId": "u"}, "event_not_defined"),
    ({"type": "track", "userId": "u", "event": ""}, "event_not_defined"),
    ({"type": "track", "userId": "u", "event": 3}, "event_not_string"),
    ({"type": "track", "userId": "u", "event": "Done", "properties": [1]}, "properties_not_object"),
    ({"type": "page", "userId": "u", "properties": None}, "properties_not_object"),
    ({"type": "screen", "userId": "u", "properties": "x"}, "properties_not_object"),
    ({"type": "identify", "userId": "u", "traits": "x"}, "traits_not_object"),
    ({"type": "group", "userId": "u", "groupId": "g", "traits": []}, "traits_not_object"),
    ({"type": "page", "userId": "u", "name": ""}, "name_not_string"),
    ({"type": "screen", "userId": "u", "name": 3}, "name_not_string"),
    ({"type": "page", "userId": "u", "name": "A", "category": 3}, "category_not_string"),
    ({"type": "group", "userId": "u"}, "group_id_required"),
    ({"type": "group", "userId": "u", "groupId": ""}, "group_id_required"),
    ({"type": "group", "userId": "u", "groupId": 4}, "id_not_string"),
    ({"type": "alias", "userId": "u"}, "previous_id_required"),
    ({"type": "alias", "userId": "u", "previousId": 4}, "id_not_string"),
    ({"type": "purchase", "userId": "u"}, "type_unknown"),
    ({"userId": "u"}, "type_unknown"),
    ({"type": ["track"], "userId": "u"}, "type_unknown"),
    ({"type": "page", "userId": "u", "messageId": "m" * 101}, "message_id_too_long"),
    ({"type": "page", "userId": "u", "context": "x"}, "bad_request"),
    ({"type": "page", "userId": "u", "integrations": []}, "bad_request"),
    (consent(), "consent_categorypreferences_should_exist"),
    (consent(consent={"categoryPreferences": "all"}), "consent_categorypreferences_fields_should_be_object"),
    (consent(consent={"categoryPreferences": {"ads": "yes"}}), "consent_categorypreferences_fields_should_be_bool"),
    (consent(consent={"categoryPreferences": {"ads": 1}}), "consent_categorypreferences_fields_should_be_bool"),
    (
        consent(consent={"categoryPreferences": {}}, device={"advertisingId": 3}),
        "device_advertisingid_should_be_string",
    ),
    (consent(consent={"categoryPreferences": {}, "version": "2"}), "consent_version_should_be_number"),
    (consent(consent={"categoryPreferences": {}, "version": True}), "consent_version_should_be_number"),
]


@pytest.mark.parametrize("message", GOOD)
def test_good_messages_have_no_code(message: dict[str, Any]) -> None:
    assert discard_code(message) is None


@pytest.mark.parametrize(("message", "code"), BAD)
def test_bad_messages_have_segments_code(message: dict[str, Any], code: str) -> None:
    assert discard_code(message) == code


def test_every_code_is_explained() -> None:
    assert {code for _, code in BAD} <= set(MEANINGS)
    assert {message["type"] for message in GOOD} == set(RULES_BY_TYPE)


def test_one_bad_message_fails_alone_and_is_answered_200(server: CollectorServer, client: httpx.Client) -> None:
    answer = client.post("/v1/batch", json=batch(track("m1"), track("m2", event=7), "no object", track("m4")))
    assert answer.json() == {"success": True}
    assert [message["messageId"] for message in server.messages] == ["m1", "m4"]
    assert [stored.code for stored in server.discarded] == ["event_not_string", "multi_user_error"]
    assert server.discarded[0].message["event"] == 7


def test_a_message_id_counts_once_within_and_across_requests(server: CollectorServer, client: httpx.Client) -> None:
    client.post("/v1/batch", json=batch(track("same", event="First"), track("same", event="Second")))
    client.post("/v1/t", json=track("same", event="Third"))
    assert [message["event"] for message in server.messages] == ["First"]
    assert [stored.code for stored in server.discarded] == ["duplicate_message_id"] * 2
    assert (server.stats.accepted, server.stats.duplicates, server.stats.discarded) == (1, 2, 0)


def test_a_whole_number_for_a_user_is_text_and_nothing_else_is(server: CollectorServer, client: httpx.Client) -> None:
    others = ({"userId": 7.5}, {"userId": True}, {"anonymousId": 7}, {"userId": "u", "messageId": 7})
    client.post("/v1/batch", json=batch(track("m1", userId=7), track("m2", userId=-(2**63)), *map(bare, others)))
    assert [message["userId"] for message in server.messages] == ["7", str(-(2**63))]
    assert [stored.code for stored in server.discarded] == ["id_not_string"] * len(others)


def bare(ids: dict[str, Any]) -> dict[str, Any]:
    return {"type": "track", "event": "Tested", **ids}


def test_a_discarded_message_does_not_use_up_its_id(server: CollectorServer, client: httpx.Client) -> None:
    client.post("/v1/t", json=track("m1", userId=True))
    client.post("/v1/t", json=track("m1"))
    assert len(server.messages) == 1


@pytest.mark.parametrize(("count", "accepted"), [(2_500, 2_500), (2_501, 0)])
def test_a_batch_of_more_than_2500_is_dropped_whole(
    count: int, accepted: int, server: CollectorServer, client: httpx.Client
) -> None:
    answer = client.post("/v1/batch", json=batch(*(track(f"m{number}") for number in range(count))))
    assert answer.json() == {"success": True}
    assert server.stats.accepted == accepted
    assert server.stats.by_code == ({} if accepted else {"too_many_messages": count})


def test_an_empty_batch_is_answered_200_and_noted(server: CollectorServer, client: httpx.Client) -> None:
    assert client.post("/v1/batch", json=batch()).status_code == 200
    (request,) = server.batches
    assert (request.messages, request.error) == (0, "empty_batch")
