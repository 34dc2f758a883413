"""What is known of a visitor as plain JSON, so that a job which runs later and elsewhere acts for them.

No trait is ever in it. Of somebody who must not be recorded it has the reason alone, which then holds in the job too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import orjson

from segment_web.logs import internal_error
from segment_web.messages.context import merge
from segment_web.messages.ids import as_text
from segment_web.messages.message import Message
from segment_web.messages.reasons import Drop, DropReason
from segment_web.pipeline.sanitise import Encoder
from segment_web.scopes.scope import NOTHING, Scope, device_of

if TYPE_CHECKING:
    from segment_web.client import Analytics

Snapshot = dict[str, Any]

MAX_BYTES = 16_384  # of JSON; brokers carry it with each job, and an ordinary one has about 1,000
TERMS = "consent"  # never left out for want of room
# The rest of the context by its worth: what comes late is left out first. An application's own keys are not known to be
# fit for a broker; its setting ``context`` adds them in the worker, too.
CARRIED = (
    *("impersonated", "groupId", "page", "campaign", "visit", "ip", "referrer"),
    *("locale", "timezone", "userAgent", "userAgentData"),
)
INHERITED = "so it was where this job was made"
UNREADABLE = Drop(DropReason.NO_CONSENT, "what came along with this job of its visitor cannot be read")


def take(scope: Scope, client: Analytics) -> Snapshot | None:
    """``scope``'s visitor as a dict of plain JSON; None where ``client`` records nothing at all.

    It is an event that is said later: a visitor without an id gets one here, if a response is there to keep it. Never
    raises; what fails makes a snapshot that records nothing, because nobody knows what the visitor has agreed to.
    """
    try:
        return None if client.silence is not None else _taken(scope, client)
    except Exception as error:  # noqa: BLE001 - the border of the host
        internal_error("snapshot()", error)
        return {"drop": str(DropReason.INTERNAL_ERROR)}


class Restored(Scope):
    """The visitor of a snapshot: nothing comes from the scope ``around`` it, which is somebody else's."""

    __slots__ = ("_around", "_is_bot")

    def __init__(self, *, around: Scope | None, is_bot: bool = False, **known: Any) -> None:
        super().__init__(**known)
        self._around = around
        self._is_bot = is_bot

    @property
    def around(self) -> Scope | None:
        return self._around

    @property
    def is_bot(self) -> bool:
        return self._is_bot

    @property
    def device(self) -> Mapping[str, Any]:
        return device_of(self._context or NOTHING)


def restored(snapshot: object, *, around: Scope | None = None) -> Scope:
    """The scope of a snapshot's visitor; of None nobody's. What is no snapshot records nothing."""
    if snapshot is None:
        return Restored(around=around)
    if not isinstance(snapshot, Mapping) or not _is_sound(snapshot):
        return Restored(around=around, drop=UNREADABLE)
    if (reason := snapshot.get("drop")) is not None:
        return Restored(around=around, drop=_inherited(reason))
    known = {name: snapshot.get(name) for name in ("user_id", "anonymous_id", "context")}
    return Restored(around=around, is_bot=snapshot.get("bot") is True, **known)


def _taken(scope: Scope, client: Analytics) -> Snapshot:
    if (drop := scope.drop) is not None:
        return {"drop": str(drop.reason)}
    user_id = as_text(scope.user_id)
    if scope.is_bot and user_id is None and client.drops_bots:
        return {"bot": True}
    anonymous_id = as_text(scope.anonymous_id(issue=user_id is None))
    ids = {"user_id": user_id, "anonymous_id": anonymous_id}
    found: Snapshot = {name: value for name, value in ids.items() if isinstance(value, str)}
    if scope.is_bot:
        found["bot"] = True
    someone = Message("track", user_id=user_id, anonymous_id=anonymous_id)
    return _fitting(found, merge(scope.kept(someone, keep=False), scope.context()), Encoder(client.zone))


def _fitting(found: Snapshot, context: Mapping[str, Any], encoder: Encoder) -> Snapshot:
    """``found`` and as much of ``context`` as there is room for, in plain JSON."""
    if TERMS in context:
        found["context"] = {TERMS: context[TERMS]}
    body = encoder.encode(found).body
    if (room := MAX_BYTES - len(body)) < 0:
        return {"drop": str(DropReason.MESSAGE_TOO_LARGE)}  # ids without the terms would be worse
    plain: Snapshot = orjson.loads(body)
    for name in CARRIED:
        if name in context and (part := encoder.encode({name: context[name]}).body) and len(part) <= room:
            plain.setdefault("context", {}).update(orjson.loads(part))
            room -= len(part)
    return plain


def _is_sound(snapshot: Mapping[str, Any]) -> bool:
    texts = all(isinstance(snapshot.get(name), str | None) for name in ("user_id", "anonymous_id", "drop"))
    return texts and isinstance(snapshot.get("context"), Mapping | None)


def _inherited(reason: str) -> Drop:
    """A reason of another version of this package is a no all the same."""
    return Drop(DropReason(reason), INHERITED) if reason in list(DropReason) else UNREADABLE
