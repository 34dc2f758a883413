"""Sign-up, login and logout as Segment's lifecycle events, each once a request, whoever announces it.

Source of the rules: Segment's B2B lifecycle events and the identity rules of analytics.js.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from segment_web.messages.message import Message
from segment_web.messages.reasons import DropReason
from segment_web.web.accounts.leaving import leave
from segment_web.web.accounts.pending import FAILED, LEFT
from segment_web.web.cookies import ajs
from segment_web.web.request.request_analytics import RequestAnalytics
from segment_web.web.visitor import users
from segment_web.web.visitor.browser_memory import has_rivals
from segment_web.web.visitor.group import group_of
from segment_web.web.visitor.impersonation import is_going_on

if TYPE_CHECKING:
    from segment_web.client import Defer

# Properties that Segment's events have, by the trait of the same meaning: sent only if ``user_traits`` names the trait.
SIGNED_UP = {
    "firstName": "first_name",
    "lastName": "last_name",
    "email": "email",
    "phone": "phone",
    "username": "username",
    "title": "title",
}
SIGNED_IN = {"username": "username"}


def signed_up(segment: RequestAnalytics, user: object, *, defer: Defer | None = None) -> None:
    """``user`` was created by a visitor who is nobody yet: identify, then ``Signed Up``, both with both ids.

    Nothing when somebody is logged in: an administrator who creates accounts does not sign up. The visitor is not
    logged in by this; the login that usually follows at once is not a second event. Of several accounts the first is the
    visitor's, as far as one can tell, and the others are not linked.
    """
    event = segment.scope.rules.auth_events.signed_up
    segment.scope.said.add(("created", _key(segment, user)))
    if event is None or segment.scope.user_id is not None or not _first(segment, "signed_up", user):
        return
    segment.scope.said.add(("signed_in", _key(segment, user)))
    if segment.scope.arrived is None:
        _arrive(segment, user, over_another=False)
    _identify(segment, user, defer)
    _track(segment, event, user, SIGNED_UP, defer)


def signed_in(
    segment: RequestAnalytics,
    user: object,
    *,
    before: object | None = None,
    over_another: bool = False,
    impersonated: bool = False,
) -> None:
    """``user`` logged in: identify, then ``Signed In``, both with both ids; what follows in the request is theirs.

    The anonymous id that the browser came with is linked to ``user`` by this, unless it may be another person's; then
    the browser gets a new one first, as analytics.js does it. The framework may know who was logged in until now
    (``before``), or only that it was somebody else (``over_another``). Nothing of all this where somebody begins or ends
    to act as another user (``impersonated``): the browser stays that of who does.
    """
    segment.scope.settle(before)
    for name in (FAILED, LEFT):
        segment.scope.pending.pop(name, None)
    if impersonated or is_going_on(segment.scope):
        segment.scope.become(user, impersonated=True)
        return
    _arrive(segment, user, over_another=over_another)
    segment.scope.become(user)
    event = segment.scope.rules.auth_events.signed_in
    if event is not None and _first(segment, "signed_in", user):
        _identify(segment, user, None)
        _track(segment, event, user, SIGNED_IN, None)


def signed_out(segment: RequestAnalytics, user: object | None, *, exchanged: bool = False) -> None:
    """``user`` logged out: ``Signed Out`` with the old ids, then a new anonymous id, so that two people who share a
    browser are never merged. Nothing for an anonymous session.

    Who acts as another user and logs out has left the browser, but that user has not signed out. Who only ends that
    (``exchanged``) is logged in again at once, and has left where they are not.
    """
    if user is None:
        return
    segment.scope.settle(user)
    if exchanged and segment.scope.is_impersonated:
        segment.scope.pending[LEFT] = None
        segment.scope.become(None, impersonated=True)
        return
    event = segment.scope.rules.auth_events.signed_out
    if _first(segment, "signed_out", user):
        if event is not None and not segment.scope.is_impersonated:
            _track(segment, event, user, SIGNED_IN, None)
        leave(segment)
        segment.scope.arrived = None
    segment.scope.become(None)


def password_changed(segment: RequestAnalytics, user: object, *, defer: Defer | None = None) -> None:
    """``user`` has another password: ``Password Changed``, if that is switched on.

    Nothing at a sign-up, nor where an administrator sets another user's password. Who resets a forgotten one is not
    logged in and need not be the owner, so that their anonymous id is not linked.
    """
    scope, event = segment.scope, segment.scope.rules.auth_events.password_changed
    is_visitor = scope.user_id is not None
    if event is None or scope.is_impersonated or (is_visitor and _key(segment, scope.user) != _key(segment, user)):
        return
    if ("created", _key(segment, user)) not in scope.said and _first(segment, "password_changed", user):
        message = Message("track", event=event, properties={}, user_id=users.user_id(user, scope.rules.user_id))
        segment.record(message, defer=defer, linked=is_visitor)


def _arrive(segment: RequestAnalytics, user: object, *, over_another: bool) -> None:
    """The browser is ``user``'s from here on: what may be another person's is left behind, once however often it is
    said."""
    before, segment.scope.arrived = segment.scope.arrived, _key(segment, user)
    if before == segment.scope.arrived:
        return
    if before is not None or _may_be_anothers(segment, user, over_another):
        leave(segment)
    elif segment.scope.rules.group is not None:
        segment.scope.recall().forget(ajs.GROUP_ID)  # a login begins a session, in which the group is said anew


def _may_be_anothers(segment: RequestAnalytics, user: object, over_another: bool) -> bool:
    """Whether the anonymous id is not surely that of ``user``.

    It is not where another user was logged in or is the one whom analytics.js remembers, nor where the browser sent
    several, one of which may have been planted. More a server cannot know, unless it never links any (``at_login``).
    """
    scope, memory = segment.scope, segment.scope.recall()
    if scope.user is not None:
        return _key(segment, scope.user) != _key(segment, user)
    return (
        over_another
        or not memory.stored_ids(ajs.USER_ID) <= {_key(segment, user)}
        or has_rivals(scope)
        or scope.rules.cookie.at_login == "renew"
    )


def _first(segment: RequestAnalytics, event: str, user: object) -> bool:
    key = (event, _key(segment, user))
    if key in segment.scope.said:
        return False
    segment.scope.said.add(key)
    return True


def _key(segment: RequestAnalytics, user: object) -> str:
    return str(users.user_id(user, segment.scope.rules.user_id))


def _identify(segment: RequestAnalytics, user: object, defer: Defer | None) -> None:
    traits = users.traits(user, segment.scope.rules.user_traits)
    segment.scope.said.add(("identified", _key(segment, user)))
    _record(segment, Message("identify", traits=traits), user, defer)


def _track(segment: RequestAnalytics, event: str, user: object, names: dict[str, str], defer: Defer | None) -> None:
    known = users.traits(user, segment.scope.rules.user_traits)
    properties: dict[str, Any] = {name: known[trait] for trait, name in names.items() if trait in known}
    _record(segment, Message("track", event=event, properties=properties), user, defer)


def _record(segment: RequestAnalytics, message: Message, user: object, defer: Defer | None) -> None:
    """With both ids, whoever is logged in at this moment; a visitor without an anonymous id is given one to keep, unless
    nothing is recorded of them."""
    message.user_id = users.user_id(user, segment.scope.rules.user_id)
    is_recorded = segment.skip_reason in (None, DropReason.BOT)  # who is named here is not a bot
    is_linked = segment.scope.arrived in (None, _key(segment, user))
    if is_linked:
        message.anonymous_id = segment.scope.anonymous_id(issue=is_recorded)
    reader = segment.scope.rules.group
    if is_recorded and segment.scope.user is None and isinstance(reader, str):  # who signs up is not logged in yet
        group = group_of(user, None, reader)
        message.context = None if group is None else {"groupId": group.id}
    segment.record(message, defer=defer, linked=is_linked)
