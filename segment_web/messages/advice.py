"""What each reason means and what to do about it, in the words of the README (a test compares them)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from segment_web.messages.reasons import DropReason


class Advice(NamedTuple):
    """Two sentences with code in backticks; ``cure`` is ``""`` where nothing is wrong."""

    meaning: str
    cure: str


ADVICE: Mapping[DropReason, Advice] = {
    DropReason.NO_USER_ANON_ID: Advice(
        "no user and no anonymous id",
        (
            "pass `user_id`, call inside a request or `segment_web.scope(...)`; with the cookie mode `read`, and "
            "in frames of other sites without `partitioned`, an anonymous visitor has no id"
        ),
    ),
    DropReason.ID_NOT_STRING: Advice(
        "an id is empty or of a wrong type",
        "pass a non-empty string, an int or a UUID",
    ),
    DropReason.EVENT_NOT_DEFINED: Advice("`track` without a name", "name the event"),
    DropReason.EVENT_NOT_STRING: Advice("the name is no string", "name it by a string"),
    DropReason.PROPERTIES_NOT_OBJECT: Advice("properties are no dict", "pass a dict"),
    DropReason.TRAITS_NOT_OBJECT: Advice("traits are no dict", "pass a dict"),
    DropReason.NAME_NOT_STRING: Advice("a page's name is empty or no string", "leave it out or name it"),
    DropReason.CATEGORY_NOT_STRING: Advice("likewise its category", "leave it out or name it"),
    DropReason.CONSENT_PREFERENCES_MISSING: Advice(
        "Segment's event about consent without `context.consent.categoryPreferences`",
        "pass them, or call `set_consent`",
    ),
    DropReason.CONSENT_PREFERENCES_NOT_OBJECT: Advice(
        "in that event, the preferences are no dict",
        "pass a dict of booleans by category id",
    ),
    DropReason.CONSENT_PREFERENCE_NOT_BOOL: Advice(
        "in that event, a preference is neither True nor False",
        "pass a dict of booleans by category id",
    ),
    DropReason.CONSENT_VERSION_NOT_NUMBER: Advice(
        "in that event, `context.consent.version` is no number",
        "pass a number, or leave it out",
    ),
    DropReason.ADVERTISING_ID_NOT_STRING: Advice(
        "in that event, `context.device.advertisingId` is no string",
        "pass a string, or leave it out",
    ),
    DropReason.GROUP_ID_REQUIRED: Advice("`group` without an id", "pass one"),
    DropReason.PREVIOUS_ID_REQUIRED: Advice(
        "`alias` without the previous id, where the visitor has none", "pass `previous_id`"
    ),
    DropReason.CONTEXT_NOT_OBJECT: Advice("context is no dict", "pass a dict"),
    DropReason.INTEGRATIONS_NOT_OBJECT: Advice("integrations are no dict", "pass a dict"),
    DropReason.TIMESTAMP_INVALID: Advice(
        "neither a datetime nor ISO-8601 text, or a date without a time of day",
        "pass a moment: naive ones are read in the project's zone",
    ),
    DropReason.MESSAGE_ID_TOO_LONG: Advice("over 100 characters", "shorten it, or use `dedupe_key`"),
    DropReason.MESSAGE_TOO_LARGE: Advice("over 32,768 bytes of JSON; the log names the largest keys", "send less"),
    DropReason.UNKNOWN_SOURCE: Advice("no source of that alias", "name one of `sources`, or leave `source` out"),
    DropReason.NOT_CONFIGURED: Advice(
        "no write key, a setting that cannot be read, or code that runs in none of several applications",
        "set `SEGMENT_WRITE_KEY`, call `configure`, mend the setting that the log names, or enter `app.app_context()`",
    ),
    DropReason.DISABLED: Advice("inside `disabled()`, or `enabled` is off", ""),
    DropReason.BOT: Advice(
        "no user is named, and the user agent is a crawler's, a script's or empty",
        'pass `user_id` where a program acts for a user; `bots = "keep"` records all of them',
    ),
    DropReason.PREFETCH: Advice(
        "the browser or a script asked for the page ahead of its visitor: a prefetch, a prerender, a preview",
        '`prefetches = "keep"` records them',
    ),
    DropReason.REQUEST_FILTERED: Advice("your `request_filter` said no", ""),
    DropReason.NO_CONSENT: Advice(
        (
            "the visitor has refused, or not answered yet; or the `consent` callable raised or answered nonsense; or "
            "a job's visitor cannot be read from its header"
        ),
        "return True or categories from `consent`; see the log",
    ),
    DropReason.GPC: Advice("the browser sends `Sec-GPC: 1`, and `respect_gpc` is on", ""),
    DropReason.DNT: Advice("the browser sends `DNT: 1`, and `respect_dnt` is on", ""),
    DropReason.BEFORE_SEND: Advice("your `before_send` dropped it, or raised", "see the log"),
    DropReason.DUPLICATE: Advice(
        "the browser sent it before, with the same messageId",
        "nothing: analytics.js repeats what it is not sure of",
    ),
    DropReason.FOREIGN_USER: Advice(
        (
            "a browser's `identify`, `group` or `alias` names another user than the logged-in one, or a group that the "
            "setting `group` does not give them; or its message carries the anonymous id of an earlier visitor and does "
            "not name the logged-in user; or it came while one user acted as another"
        ),
        "log the user in on the server first",
    ),
    DropReason.SERVER_ONLY_EVENT: Advice(
        'a browser sent an event of `first_party["server_events"]`',
        "send it from the server",
    ),
    DropReason.TYPE_UNKNOWN: Advice("a message's type is none of the six calls", ""),
    DropReason.INTERNAL_ERROR: Advice("a mistake of ours or of an object you passed", "see the log, and report it"),
    DropReason.QUEUE_FULL: Advice(
        "the server is down or slower than your events",
        "raise `queue_size`; see `last_error`",
    ),
    DropReason.CLOSED: Advice("said after `close()`", ""),
    DropReason.BAD_REQUEST: Advice(
        "the server refused this one message (400 or 413); its neighbours in the batch were delivered",
        "look at it in the collector",
    ),
    DropReason.REFUSED: Advice(
        "another permanent answer, or a 2xx answer that refuses messages in its body, as Jitsu does", "see `last_error`"
    ),
    DropReason.RETRIES_EXHAUSTED: Advice("`max_retries` or `retry_budget` ran out", ""),
    DropReason.EXIT_TIMEOUT: Advice(
        "the process ended before the server took it",
        "raise `exit_timeout`; is the server slow?",
    ),
}
