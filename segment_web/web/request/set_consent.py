"""``set_consent``: the visitor answers, and it holds from that moment on.

Source of the rules: Segment's consent object and its event ``Segment Consent Preference Updated``, which reports a
change, is delivered whatever was consented to, and carries the ids, the preferences and nothing else of the person.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

from segment_web.client import Analytics
from segment_web.logs import internal_error, log
from segment_web.messages.discards import CONSENT_EVENT
from segment_web.messages.ids import as_text
from segment_web.messages.message import Message
from segment_web.messages.reasons import Drop, DropReason
from segment_web.messages.receipt import Receipt
from segment_web.scopes.scope import NOTHING, Scope
from segment_web.web.consent.terms import INVALID, Consent
from segment_web.web.request.recorded import why_not_visitor
from segment_web.web.request.web_scope import WebScope

UPDATED = CONSENT_EVENT
UNCONFIGURED = Drop(DropReason.NOT_CONFIGURED, "set_consent needs the setting consent, or nobody reads the answer")
LATE = "segment_web cannot keep the answer given to set_consent: the response has gone, its cookies with it"


class Answering(NamedTuple):
    """The request in which a visitor answers: its scope, the innermost scope of the call, and the client."""

    scope: WebScope
    inner: Scope
    client: Analytics

    @property
    def is_recorded(self) -> bool:
        """Whether the client records messages of this visitor now."""
        return why_not_visitor(self.client, self.inner) is None


def change_consent(answering: Answering, answer: object) -> Receipt | None:
    """Take the visitor's ``answer`` (True, False or a dict of booleans by category id); see ``set_consent``."""
    try:
        return _change(answering, answer)
    except Exception as error:  # noqa: BLE001 - the border of the host; an answer that got lost was no yes
        answering.scope.agree(Consent(INVALID, answered=False))
        internal_error("set_consent", error)
        return Receipt(False, None, DropReason.INTERNAL_ERROR, type(error).__name__)


class Preferences(Scope):
    """Says a visitor's preferences in a request: the two ids, the preferences, and nothing else of them."""

    __slots__ = ("_categories",)
    bare = True

    def __init__(self, scope: WebScope, anonymous_id: object, categories: Mapping[str, bool]) -> None:
        super().__init__(parent=scope, anonymous_id=anonymous_id)
        self._categories = categories

    def anonymous_id(self, *, issue: bool) -> object:
        return self._anonymous_id

    @property
    def traits(self) -> Mapping[str, Any]:
        return NOTHING

    def context(self) -> Mapping[str, Any]:
        return {"consent": {"categoryPreferences": dict(self._categories)}}

    @property
    def drop(self) -> Drop | None:
        return None

    @property
    def is_bot(self) -> bool:
        return False


def _change(answering: Answering, answer: object) -> Receipt | None:
    scope, terms = answering.scope, answering.scope.rules.terms
    before, was_heard, known_id = scope.consent, answering.is_recorded, scope.anonymous_id(issue=False)
    if answer is False and before.categories:
        answer = dict.fromkeys(before.categories, False)  # so that Segment hears of each
    given = terms.judged(answer)
    after = given if given.drop is INVALID else terms.signal(scope.request) or given
    scope.agree(after)
    if given.drop is INVALID or terms.ask is None:
        return _not_taken(INVALID if given.drop is INVALID else UNCONFIGURED)
    _keep(scope, given)
    if before.allowed and not after.allowed:
        _forget(answering, known_id)
    was_changed = after.categories is not None and after.categories != before.categories
    is_heard = was_heard or answering.is_recorded
    return _tell(answering, after, known_id) if was_changed and is_heard else None


def _not_taken(drop: Drop) -> Receipt:
    log(logging.ERROR, f"set_consent:{drop.detail}", f"segment_web has kept no answer: {drop.detail}")
    return Receipt(False, None, drop.reason, drop.detail)


def _keep(scope: WebScope, given: Consent) -> None:
    if scope.rules.terms.cookie is None:
        return  # the application keeps it
    if scope.is_closed:
        log(logging.ERROR, "set_consent:late", LATE)
    scope.answer = given.allowed if given.categories is None else given.categories


def _forget(answering: Answering, known_id: object) -> None:
    """What is queued of the visitor goes, who may just have logged out; in async code what is queued of the user, as
    soon as it is known who that is."""
    if found := {str(identifier) for identifier in (known_id, answering.scope.left_id) if identifier}:
        answering.client.forget(found)
    if answering.scope.waiting:
        answering.scope.hold(partial(_forget_user, answering))
    else:
        _forget_user(answering)


def _forget_user(answering: Answering) -> None:
    try:
        if (user_id := answering.scope.user_id) is not None:
            answering.client.forget([str(as_text(user_id))])
    except Exception as error:  # noqa: BLE001 - the border of the host, reached a second time
        internal_error("set_consent", error)


def _tell(answering: Answering, consent: Consent, known_id: object) -> Receipt | None:
    """Nobody is told of somebody who has no id; none is made for who refuses."""
    scope = answering.scope
    anonymous_id = scope.anonymous_id(issue=True) if consent.allowed else known_id
    if anonymous_id is None and not scope.waiting and scope.user_id is None:
        return None
    preferences = Preferences(scope, anonymous_id, consent.categories or {})
    return answering.client.record(Message("track", event=UPDATED), preferences)
