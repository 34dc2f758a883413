"""Which messages Segment discards although it answers 200, by Segment's own discard codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from segment_web.messages.discards import CONSENT, CONSENT_EVENT, ENVELOPE, IDS, MESSAGE_ID, OF_TYPE, first_broken
from segment_web.messages.limits import BATCH_COUNT, MESSAGE_ID_LENGTH
from segment_web.messages.reasons import DropReason

MAX_BATCH_MESSAGES = BATCH_COUNT
"""Messages of one batch request; a longer one is answered 200 and dropped whole (Segment's HTTP API reference)."""

TOO_MANY_MESSAGES = "too_many_messages"
DUPLICATE = "duplicate_message_id"
EMPTY_BATCH = "empty_batch"

# Segment has one code for both.
SEGMENTS = {DropReason.CONTEXT_NOT_OBJECT: "bad_request", DropReason.INTEGRATIONS_NOT_OBJECT: "bad_request"}

MEANINGS = {
    "no_user_anon_id": "Neither userId nor anonymousId is present.",
    "id_not_string": "An id is not a non-empty string.",
    "event_not_defined": "A track call needs an event name.",
    "event_not_string": "The event name is not a string.",
    "properties_not_object": "properties is not a JSON object.",
    "traits_not_object": "traits is not a JSON object.",
    "name_not_string": "The name is not a non-empty string; leave it out instead.",
    "category_not_string": "The category is not a non-empty string; leave it out instead.",
    "group_id_required": "A group call needs a groupId.",
    "previous_id_required": "An alias call needs a previousId.",
    "type_unknown": "The type is none of identify, track, page, screen, group, alias.",
    "message_id_too_long": f"The messageId has more than {MESSAGE_ID_LENGTH} characters.",
    "bad_request": "context or integrations is not a JSON object.",
    "multi_user_error": "An item of the batch is not a JSON object.",
    "consent_categorypreferences_should_exist": "context.consent.categoryPreferences is missing.",
    "consent_categorypreferences_fields_should_be_object": "context.consent.categoryPreferences is not a JSON object.",
    "consent_categorypreferences_fields_should_be_bool": "A consent category is neither true nor false.",
    "device_advertisingid_should_be_string": "context.device.advertisingId is not a string.",
    "consent_version_should_be_number": "context.consent.version is not a number.",
    EMPTY_BATCH: "The batch holds no message.",
    TOO_MANY_MESSAGES: f"The batch has more than {MAX_BATCH_MESSAGES:,} messages and is dropped whole.",
    DUPLICATE: "A message with this messageId has been accepted before.",
}
"""What each code means, in a sentence."""

RULES_BY_TYPE = OF_TYPE


def discard_code(message: Mapping[str, Any]) -> str | None:
    """Return the discard code of a message, None if Segment would keep it.

    JSON null in an id, a name or a category counts as absent: analytics.js sends ``"userId": null`` for anonymous
    visitors and is accepted.
    """
    kind = message.get("type")
    if not isinstance(kind, str) or kind not in OF_TYPE:
        return DropReason.TYPE_UNKNOWN.value
    broken = first_broken(message, (*ENVELOPE, *IDS, MESSAGE_ID[0]))
    if broken is None and message.get("userId") is None and message.get("anonymousId") is None:
        return DropReason.NO_USER_ANON_ID.value
    consent = CONSENT if kind == "track" and message.get("event") == CONSENT_EVENT else ()
    broken = broken or first_broken(message, (MESSAGE_ID[1], *OF_TYPE[kind], *consent))
    return None if broken is None else SEGMENTS.get(broken.code, broken.code.value)
