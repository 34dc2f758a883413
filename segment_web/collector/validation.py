"""Which messages Segment discards although it answers 200, by Segment's own discard codes.

Written from Segment's published table and from nothing of the client's, so that tests may trust it as a second opinion.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

MAX_MESSAGE_ID = 100
"""Characters of a messageId (Segment's spec)."""

MAX_BATCH_MESSAGES = 2_500
"""Messages of one batch request; a longer one is answered 200 and dropped whole (Segment's HTTP API reference)."""

CONSENT_EVENT = "Segment Consent Preference Updated"

TOO_MANY_MESSAGES = "too_many_messages"
DUPLICATE = "duplicate_message_id"
EMPTY_BATCH = "empty_batch"

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
    "message_id_too_long": f"The messageId has more than {MAX_MESSAGE_ID} characters.",
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

Message = Mapping[str, Any]
Rule = Callable[[Message], str | None]


def discard_code(message: Message) -> str | None:
    """Return the discard code of a message, None if Segment would keep it.

    JSON null in an id, a name or a category counts as absent: analytics.js sends ``"userId": null`` for anonymous
    visitors and is accepted.
    """
    return next((code for rule in (*COMMON_RULES, *own_rules(message)) if (code := rule(message))), None)


def own_rules(message: Message) -> tuple[Rule, ...]:
    """The rules of the message's type, none for an unknown one (a common rule has refused it by then)."""
    kind = message.get("type")
    return RULES_BY_TYPE.get(kind, ()) if isinstance(kind, str) else ()


def type_is_known(message: Message) -> str | None:
    kind = message.get("type")
    return None if isinstance(kind, str) and kind in RULES_BY_TYPE else "type_unknown"


def ids_are_strings(message: Message) -> str | None:
    given = (message.get(key) for key in ("userId", "anonymousId", "messageId"))
    return "id_not_string" if any(value is not None and not filled(value) for value in given) else None


def somebody_is_named(message: Message) -> str | None:
    return None if filled(message.get("userId")) or filled(message.get("anonymousId")) else "no_user_anon_id"


def message_id_fits(message: Message) -> str | None:
    return "message_id_too_long" if len(message.get("messageId") or "") > MAX_MESSAGE_ID else None


def envelope_is_made_of_objects(message: Message) -> str | None:
    given = (message.get(key) for key in ("context", "integrations"))
    return "bad_request" if any(value is not None and not isinstance(value, dict) for value in given) else None


def event_is_named(message: Message) -> str | None:
    event = message.get("event")
    if event is None or event == "":
        return "event_not_defined"
    return None if isinstance(event, str) else "event_not_string"


def properties_are_an_object(message: Message) -> str | None:
    return None if isinstance(message.get("properties", {}), dict) else "properties_not_object"


def traits_are_an_object(message: Message) -> str | None:
    return None if isinstance(message.get("traits", {}), dict) else "traits_not_object"


def name_is_text(message: Message) -> str | None:
    return "name_not_string" if message.get("name") is not None and not filled(message["name"]) else None


def category_is_text(message: Message) -> str | None:
    return "category_not_string" if message.get("category") is not None and not filled(message["category"]) else None


def group_is_named(message: Message) -> str | None:
    return required_id(message, "groupId", "group_id_required")


def previous_id_is_named(message: Message) -> str | None:
    return required_id(message, "previousId", "previous_id_required")


def consent_is_well_formed(message: Message) -> str | None:
    """The extra rules of the one event that Segment delivers whatever the visitor consented to."""
    if message.get("event") != CONSENT_EVENT:
        return None
    consent = child(message.get("context"), "consent")
    version = child(consent, "version")
    if version is not None and (isinstance(version, bool) or not isinstance(version, int | float)):
        return "consent_version_should_be_number"
    advertising_id = child(child(message.get("context"), "device"), "advertisingId")
    if advertising_id is not None and not isinstance(advertising_id, str):
        return "device_advertisingid_should_be_string"
    return wrong_preferences(child(consent, "categoryPreferences"))


def wrong_preferences(preferences: object) -> str | None:
    if preferences is None:
        return "consent_categorypreferences_should_exist"
    if not isinstance(preferences, dict):
        return "consent_categorypreferences_fields_should_be_object"
    if not all(isinstance(value, bool) for value in preferences.values()):
        return "consent_categorypreferences_fields_should_be_bool"
    return None


def required_id(message: Message, key: str, missing: str) -> str | None:
    value = message.get(key)
    if value is None or value == "":
        return missing
    return None if isinstance(value, str) else "id_not_string"


def filled(value: object) -> bool:
    return isinstance(value, str) and value != ""


def child(value: object, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None


COMMON_RULES: tuple[Rule, ...] = (
    type_is_known,
    envelope_is_made_of_objects,
    ids_are_strings,
    somebody_is_named,
    message_id_fits,
)

RULES_BY_TYPE: dict[str, tuple[Rule, ...]] = {
    "identify": (traits_are_an_object,),
    "track": (event_is_named, properties_are_an_object, consent_is_well_formed),
    "page": (name_is_text, category_is_text, properties_are_an_object),
    "screen": (name_is_text, category_is_text, properties_are_an_object),
    "group": (group_is_named, traits_are_an_object),
    "alias": (previous_id_is_named,),
}
