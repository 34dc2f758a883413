"""``request.segment``: the six calls on behalf of this request's visitor, and what is known of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from segment_web.calls import Calls
from segment_web.messages.message import Message
from segment_web.messages.reasons import DropReason
from segment_web.messages.receipt import Receipt
from segment_web.pipeline.sanitise import Encoder
from segment_web.scopes.current import block
from segment_web.scopes.scope import Scope
from segment_web.snapshots import Snapshot, take
from segment_web.web.consent.terms import Consent
from segment_web.web.request.browser_calls import BrowserCalls
from segment_web.web.request.recorded import why_not, why_not_visitor
from segment_web.web.request.set_consent import Answering, change_consent
from segment_web.web.request.unlinked import Unlinked
from segment_web.web.request.web_scope import WebScope, web_scope

if TYPE_CHECKING:
    from segment_web.client import Analytics, Defer


class RequestAnalytics(Calls):
    """Lazy: reading an attribute reads the request, nothing else does."""

    __slots__ = ("_added", "client", "scope")

    def __init__(self, scope: WebScope, client: Analytics) -> None:
        self.scope = scope
        self.client = client
        self._added: dict[str, Any] = {}

    @property
    def user_id(self) -> object:
        """The id of the logged-in user, None when nobody is; what is made of it is nobody else's."""
        self.scope.request.vary_by_user()
        return self.scope.user_id

    @property
    def anonymous_id(self) -> object:
        """The visitor's anonymous id, None while they have none: an event makes one, reading does not."""
        return self.scope.anonymous_id(issue=False)

    @property
    def ip(self) -> str | None:
        """The client's address as it is sent (masked when the setting says so)."""
        return self.scope.context().get("ip")

    @property
    def campaign(self) -> Mapping[str, str]:
        """The utm_ parameters of this URL under Segment's names."""
        found: Mapping[str, str] = self.scope.context().get("campaign", {})
        return found

    @property
    def visit(self) -> Mapping[str, Any] | None:
        """The visit (setting ``visit``) as it goes with messages in ``context.visit``; None while no event has begun one."""
        found = self.scope.recall().visit.of(None, keep=False)
        return None if found is None else found.as_context()

    @property
    def skip_reason(self) -> DropReason | None:
        """Why nothing of this request's visitor is recorded, None when it is. The user is looked up only if a program has
        sent the request: a user of a program is not a bot."""
        drop = why_not_visitor(self.client, self._inner)
        return None if drop is None else drop.reason

    @property
    def consent(self) -> Consent:
        """What the visitor has agreed to: ``allowed``, ``categories``, ``answered`` (False while a banner is due)."""
        return self.scope.consent

    def set_consent(self, answer: bool | Mapping[str, bool]) -> Receipt | None:
        """The visitor has answered: True, False, or preferences by category id, by the rules of the setting ``consent``.

        It holds at once. The ready-made cookie keeps it; an application with a callable of its own stores it after this
        call. A refusal deletes the visitor's cookies of analytics.js and drops what this process has queued of them.
        Returns the receipt of Segment's event about the change; None if no preferences have changed, or if Segment has
        never heard of the visitor and is not going to. An invalid answer is a refusal for this request, and is not kept.
        Never raises.
        """
        return change_consent(Answering(self.scope, self._inner, self.client), answer)

    @property
    def is_silent(self) -> bool:
        """Return whether the page must hold no tag either. A visitor who has not agreed may still agree, and a visitor
        whose browser asked ahead may still open the page."""
        drop = why_not(self.client, self._inner)
        return drop is not None and drop.reason not in (DropReason.NO_CONSENT, DropReason.PREFETCH)

    @property
    def browser(self) -> BrowserCalls:
        """Calls that analytics.js makes in the visitor's browser, by way of the snippet in this response."""
        return BrowserCalls(self.scope, Encoder(self.client.zone))

    def snapshot(self) -> Snapshot | None:
        """This request's visitor as a dict of plain JSON, for a job: ``with segment_web.resume(snapshot)`` acts for them
        there. In async code await the user first (``await request.auser()``), or it has the anonymous id alone."""
        return take(self._inner, self.client)

    def add(self, properties: Mapping[str, Any]) -> None:
        """Adds properties to the ``@track_event`` around the running view."""
        self._added.update(properties)

    @property
    def added(self) -> Mapping[str, Any]:
        """What :meth:`add` was given in this request."""
        return self._added

    def record(self, message: Message, *, defer: Defer | None = None, linked: bool = True) -> Receipt:
        """Record an automatic event of this request; never raises, not even in strict mode. If ``linked``, a user whom the
        message names is the visitor; else they need not be, and the visitor's anonymous id is left out."""
        scope = self._inner
        if not linked:
            scope = Unlinked(parent=scope)
        elif message.user_id is not None:
            scope = Scope(parent=scope, user_id=message.user_id)
        return self.client.record(message, scope, defer=defer)

    def _has_room(self) -> bool:
        return self.client._has_room()

    def _turn_away(self) -> Receipt:
        return self.client._turn_away()

    def _say(self, message: Message) -> Receipt:
        return self.client.record(message, self._inner, strict=None)

    @property
    def _inner(self) -> Scope:
        """The innermost scope of this request: ``scope(...)`` and ``disabled()`` blocks around a call count."""
        inner = block()
        return self.scope if inner is None or web_scope(inner) is not self.scope else inner
