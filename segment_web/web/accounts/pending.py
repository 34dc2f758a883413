"""What is said of accounts when their request is answered: only then is it known how it ended, and that it was once."""

from __future__ import annotations

from segment_web.exchange.http import WebResponse
from segment_web.logs import internal_error
from segment_web.messages.message import Message
from segment_web.web.accounts.leaving import leave
from segment_web.web.request.request_analytics import RequestAnalytics
from segment_web.web.request.unlinked import Unlinked
from segment_web.web.visitor import users

FAILED, CHANGED, LEFT = "login_failed", "traits_changed", "left"


def login_failed(segment: RequestAnalytics) -> None:
    """Somebody could not prove who they are; nothing if a login follows, as where several ways are tried.

    Nothing that was typed in is taken: neither a name nor a password.
    """
    if segment.scope.rules.auth_events.login_failed is not None:
        segment.scope.pending[FAILED] = None


def traits_changed(segment: RequestAnalytics, user: object) -> None:
    """What ``user_traits`` names may be another than before, as when an e-mail address was confirmed: an identify,
    unless a login or sign-up says one. Who opens a link in an e-mail need not be its reader, so that only the user who is
    logged in is linked."""
    if segment.scope.rules.user_traits and segment.scope.rules.auth_events.signed_up is not None:
        segment.scope.pending[CHANGED] = user


def tell(segment: RequestAnalytics, response: WebResponse) -> None:
    """Says what the request has left to say; nothing of one that failed. Never raises."""
    if not segment.scope.pending:
        return
    try:
        pending, segment.scope.pending = segment.scope.pending, {}
        if LEFT in pending:
            leave(segment)
        if FAILED in pending and response.status < 500:
            segment.record(Message("track", event=segment.scope.rules.auth_events.login_failed, properties={}))
        if CHANGED in pending and response.status < 400:
            _identify(segment, pending[CHANGED])
    except Exception as error:  # noqa: BLE001 - the border of the host
        internal_error("the end of a login", error)


def _identify(segment: RequestAnalytics, user: object) -> None:
    scope, user_id = segment.scope, users.user_id(user, segment.scope.rules.user_id)
    if user_id is None or ("identified", str(user_id)) in scope.said:
        return
    is_visitor = scope.user_id is not None and str(scope.user_id) == str(user_id)
    message = Message("identify", user_id=user_id, traits=users.traits(user, scope.rules.user_traits))
    segment.client.record(message, scope if is_visitor else Unlinked(parent=scope))
