"""What is known of a request by now: a look that asks nothing of the application, no user, no session, no callable."""

from __future__ import annotations

from segment_web.messages.reasons import BOT, FILTERED, PREFETCH, Drop
from segment_web.web.consent.terms import Consent
from segment_web.web.context.prefetch import is_prefetch
from segment_web.web.request.request_analytics import RequestAnalytics
from segment_web.web.request.request_context import described
from segment_web.web.request.web_scope import UNREAD, WebScope


def is_user_known(scope: WebScope) -> bool:
    """Whether it was asked who is logged in."""
    return scope._user is not UNREAD


def consent(scope: WebScope) -> Consent | None:
    """What the visitor has agreed to; None while the application's own callable has not been asked."""
    if scope._consent is not UNREAD:
        return scope._consent
    terms = scope.rules.terms
    return (
        terms.consent(scope.request) if terms.ask is None or terms.cookie is not None else terms.signal(scope.request)
    )


def drop(segment: RequestAnalytics) -> Drop | None:
    """Why nothing of this request is recorded, as far as that is known."""
    scope, agreed = segment.scope, consent(segment.scope)
    if segment.client.silence is not None:
        return segment.client.silence
    if scope._unwanted is FILTERED:
        return FILTERED
    if agreed is not None and agreed.drop is not None:
        return agreed.drop
    if scope.rules.drops_prefetches and is_prefetch(scope.request):
        return PREFETCH
    has_user = is_user_known(scope) and scope._user is not None
    return BOT if segment.client.drops_bots and scope.is_bot and not has_user else None


def context(scope: WebScope) -> dict[str, object]:
    """The context that messages of this request have of the request itself."""
    return (
        dict(described(scope.request, scope.place, scope.rules)) if scope._captured is None else dict(scope._captured)
    )
