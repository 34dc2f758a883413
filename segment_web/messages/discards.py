"""Segment's discard rules in one table: Segment answers 200 to a message that breaks one, and drops the message.

The client refuses such a message at the call, and the collector marks it with the rule's code.
Source: the discard codes of Segment's ingestion, and the fields of its Tracking API.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from segment_web.messages.limits import MESSAGE_ID_LENGTH
from segment_web.messages.reasons import DropReason

CONSENT_EVENT = "Segment Consent Preference Updated"  # delivered whatever the visitor consented to, so checked more

NOTHING: Mapping[str, Any] = {}


class Rule(NamedTuple):
    """A condition on one field.

    ``field`` is its name on the wire (with dots for a field of an object), ``attribute`` the name in Python, ``demand``
    the condition in words, and ``absent`` the value that ``holds`` gets if the message does not have the field.
    """

    field: str
    attribute: str
    holds: Callable[[Any], bool]
    code: DropReason
    demand: str
    absent: Any = None


def is_object(value: Any) -> bool:
    return isinstance(value, dict) or isinstance(value, Mapping)  # noqa: SIM101 - the abstract Mapping costs much more


def is_object_or_absent(value: Any) -> bool:
    return value is None or is_object(value)


def is_text(value: Any) -> bool:
    return type(value) is str and value != ""


def is_text_or_absent(value: Any) -> bool:
    return value is None or (type(value) is str and value != "")


def is_given(value: Any) -> bool:
    return value is not None and not (type(value) is str and not value)


def is_short(value: Any) -> bool:
    return value is None or len(value) <= MESSAGE_ID_LENGTH


def is_string_or_absent(value: Any) -> bool:
    return value is None or isinstance(value, str)


def is_number_or_absent(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def has_booleans(value: Any) -> bool:
    return all(isinstance(member, bool) for member in value.values())


_AN_ID = "must be a non-empty string or an int"
_PROPERTIES = Rule(
    "properties", "properties", is_object, DropReason.PROPERTIES_NOT_OBJECT, "properties must be a dict", NOTHING
)
_TRAITS = Rule("traits", "traits", is_object, DropReason.TRAITS_NOT_OBJECT, "traits must be a dict", NOTHING)
_PAGE = (
    Rule(
        *("name", "name", is_text_or_absent, DropReason.NAME_NOT_STRING),
        "name must be a non-empty string or left out",
    ),
    Rule(
        *("category", "category", is_text_or_absent, DropReason.CATEGORY_NOT_STRING),
        "category must be a non-empty string or left out",
    ),
    _PROPERTIES,
)

# The rules of each type of message, in the order in which they are asked.
OF_TYPE: Mapping[str, tuple[Rule, ...]] = {
    "identify": (_TRAITS,),
    "track": (
        Rule("event", "event", is_given, DropReason.EVENT_NOT_DEFINED, "track() needs the event's name"),
        Rule("event", "event", is_text, DropReason.EVENT_NOT_STRING, "the event's name must be a string"),
        _PROPERTIES,
    ),
    "page": _PAGE,
    "screen": _PAGE,
    "group": (
        Rule("groupId", "group_id", is_given, DropReason.GROUP_ID_REQUIRED, "group() needs a group_id"),
        Rule("groupId", "group_id", is_text, DropReason.ID_NOT_STRING, f"group_id {_AN_ID}"),
        _TRAITS,
    ),
    "alias": (
        Rule(
            *("previousId", "previous_id", is_given, DropReason.PREVIOUS_ID_REQUIRED),
            "alias() needs a previous_id, or a visitor with an id",
        ),
        Rule("previousId", "previous_id", is_text, DropReason.ID_NOT_STRING, f"previous_id {_AN_ID}"),
    ),
}

ENVELOPE = (
    Rule("context", "context", is_object_or_absent, DropReason.CONTEXT_NOT_OBJECT, "context must be a dict"),
    Rule(
        *("integrations", "integrations", is_object_or_absent, DropReason.INTEGRATIONS_NOT_OBJECT),
        "integrations must be a dict",
    ),
)

# Besides these, a message needs one of the two ids of a visitor (``no_user_anon_id``).
IDS = (
    Rule("userId", "user_id", is_text_or_absent, DropReason.ID_NOT_STRING, f"user_id {_AN_ID}"),
    Rule("anonymousId", "anonymous_id", is_text_or_absent, DropReason.ID_NOT_STRING, f"anonymous_id {_AN_ID}"),
)

MESSAGE_ID = (
    Rule("messageId", "message_id", is_text_or_absent, DropReason.ID_NOT_STRING, "message_id must be a string"),
    Rule(
        *("messageId", "message_id", is_short, DropReason.MESSAGE_ID_TOO_LONG),
        f"message_id must have at most {MESSAGE_ID_LENGTH} characters",
    ),
)

# The rules of CONSENT_EVENT's context.
CONSENT = (
    Rule(
        *("context.consent.version", "context", is_number_or_absent, DropReason.CONSENT_VERSION_NOT_NUMBER),
        "context.consent.version must be a number",
    ),
    Rule(
        *("context.device.advertisingId", "context", is_string_or_absent, DropReason.ADVERTISING_ID_NOT_STRING),
        "context.device.advertisingId must be a string",
    ),
    Rule(
        *("context.consent.categoryPreferences", "context", is_given, DropReason.CONSENT_PREFERENCES_MISSING),
        f"{CONSENT_EVENT!r} needs context.consent.categoryPreferences",
    ),
    Rule(
        *("context.consent.categoryPreferences", "context", is_object, DropReason.CONSENT_PREFERENCES_NOT_OBJECT),
        "context.consent.categoryPreferences must be a dict",
    ),
    Rule(
        *("context.consent.categoryPreferences", "context", has_booleans, DropReason.CONSENT_PREFERENCE_NOT_BOOL),
        "each value of context.consent.categoryPreferences must be True or False",
    ),
)


def first_broken(fields: Mapping[str, Any], rules: tuple[Rule, ...]) -> Rule | None:
    """Return the first of ``rules`` that a message in its wire form breaks."""
    return next((rule for rule in rules if not rule.holds(_value(fields, rule))), None)


def _value(fields: Mapping[str, Any], rule: Rule) -> Any:
    value: Any = fields
    for name in rule.field.split("."):
        if not isinstance(value, Mapping) or name not in value:
            return rule.absent
        value = value[name]
    return value
