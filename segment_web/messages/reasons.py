"""Why a message does not leave: Segment's own discard code where it has one, ours otherwise."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class DropReason(StrEnum):
    """Every reason there is; the README says what each means and what to do about it."""

    # Segment's own codes: it would answer 200 and discard the message in silence.
    NO_USER_ANON_ID = "no_user_anon_id"
    ID_NOT_STRING = "id_not_string"
    EVENT_NOT_DEFINED = "event_not_defined"
    EVENT_NOT_STRING = "event_not_string"
    PROPERTIES_NOT_OBJECT = "properties_not_object"
    TRAITS_NOT_OBJECT = "traits_not_object"
    NAME_NOT_STRING = "name_not_string"
    CATEGORY_NOT_STRING = "category_not_string"
    CONSENT_PREFERENCES_MISSING = "consent_categorypreferences_should_exist"
    CONSENT_PREFERENCES_NOT_OBJECT = "consent_categorypreferences_fields_should_be_object"
    CONSENT_PREFERENCE_NOT_BOOL = "consent_categorypreferences_fields_should_be_bool"
    CONSENT_VERSION_NOT_NUMBER = "consent_version_should_be_number"
    ADVERTISING_ID_NOT_STRING = "device_advertisingid_should_be_string"
    # Ours, for the caller's message.
    GROUP_ID_REQUIRED = "group_id_required"
    PREVIOUS_ID_REQUIRED = "previous_id_required"
    CONTEXT_NOT_OBJECT = "context_not_object"
    INTEGRATIONS_NOT_OBJECT = "integrations_not_object"
    TIMESTAMP_INVALID = "timestamp_invalid"
    MESSAGE_ID_TOO_LONG = "message_id_too_long"
    MESSAGE_TOO_LARGE = "message_too_large"
    UNKNOWN_SOURCE = "unknown_source"
    # Ours, by configuration or circumstance.
    NOT_CONFIGURED = "not_configured"
    DISABLED = "disabled"
    BOT = "bot"
    PREFETCH = "prefetch"
    REQUEST_FILTERED = "request_filtered"
    NO_CONSENT = "no_consent"
    GPC = "gpc"
    DNT = "dnt"
    BEFORE_SEND = "before_send"
    # Ours, for what a browser sent to the first-party proxy.
    TYPE_UNKNOWN = "type_unknown"
    DUPLICATE = "duplicate"
    SERVER_ONLY_EVENT = "server_only_event"
    FOREIGN_USER = "foreign_user"
    INTERNAL_ERROR = "internal_error"
    # Ours, in delivery.
    QUEUE_FULL = "queue_full"
    CLOSED = "closed"
    BAD_REQUEST = "bad_request"
    REFUSED = "refused"
    RETRIES_EXHAUSTED = "retries_exhausted"
    EXIT_TIMEOUT = "exit_timeout"


class Drop(NamedTuple):
    """A decision not to send: the reason, and a sentence for the log that holds names and sizes, never values."""

    reason: DropReason
    detail: str = ""


QUEUE_FULL = Drop(
    DropReason.QUEUE_FULL, "the queue is full: the server is down or slower than the events; raise queue_size"
)
NO_KEY = Drop(
    DropReason.NOT_CONFIGURED,
    "write_key is not set: give Analytics a key, set SEGMENT_WRITE_KEY, or delivery='console'",
)
BOT = Drop(
    DropReason.BOT,
    "no user is named, and the user agent is a bot's, a script's or empty; pass user_id, or bots='keep' records it",
)
PREFETCH = Drop(
    DropReason.PREFETCH,
    "the browser asked ahead of its visitor, who may never open this page; prefetches='keep' records it",
)
FILTERED = Drop(DropReason.REQUEST_FILTERED, "the setting request_filter said no to this request")
OFF = Drop(DropReason.DISABLED, "the setting enabled is off")
BAD_KEY = Drop(DropReason.ID_NOT_STRING, "dedupe_key must be a string or an int")
NO_SECRET = Drop(
    DropReason.NOT_CONFIGURED, "dedupe_key needs the setting dedupe_secret (or a write_key to key it with)"
)

CALLERS_MISTAKES = frozenset(
    {
        DropReason.NO_USER_ANON_ID,
        DropReason.ID_NOT_STRING,
        DropReason.EVENT_NOT_DEFINED,
        DropReason.EVENT_NOT_STRING,
        DropReason.PROPERTIES_NOT_OBJECT,
        DropReason.TRAITS_NOT_OBJECT,
        DropReason.NAME_NOT_STRING,
        DropReason.CATEGORY_NOT_STRING,
        DropReason.CONSENT_PREFERENCES_MISSING,
        DropReason.CONSENT_PREFERENCES_NOT_OBJECT,
        DropReason.CONSENT_PREFERENCE_NOT_BOOL,
        DropReason.CONSENT_VERSION_NOT_NUMBER,
        DropReason.ADVERTISING_ID_NOT_STRING,
        DropReason.GROUP_ID_REQUIRED,
        DropReason.PREVIOUS_ID_REQUIRED,
        DropReason.CONTEXT_NOT_OBJECT,
        DropReason.INTEGRATIONS_NOT_OBJECT,
        DropReason.TIMESTAMP_INVALID,
        DropReason.MESSAGE_ID_TOO_LONG,
        DropReason.MESSAGE_TOO_LARGE,
        DropReason.UNKNOWN_SOURCE,
    }
)  # what strict mode raises for: mistakes a developer can see and mend in the call itself

QUIET = frozenset(
    {
        DropReason.BOT,
        DropReason.DISABLED,
        DropReason.DUPLICATE,
        DropReason.PREFETCH,
        DropReason.REQUEST_FILTERED,
        DropReason.NO_CONSENT,
        DropReason.GPC,
        DropReason.DNT,
        DropReason.BEFORE_SEND,
    }
)  # what was wanted so, and is logged at DEBUG only
