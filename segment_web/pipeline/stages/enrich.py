"""Identity and context: what the call left out comes from the scope, the settings and the library."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from segment_web.messages.context import merge
from segment_web.messages.ids import as_text
from segment_web.messages.message import Context, Message, Visitor
from segment_web.messages.reasons import Drop
from segment_web.scopes.scope import NOTHING, Scope

NOBODYS = (None, None)
TRIES = 3  # to find out whose a message is; what changes each time is a loop gone wrong


@dataclass(frozen=True, slots=True)
class Enrich:
    """``defaults`` < what is kept of the visitor, if the settings ask for it (``keeps``) < captured request and scope
    < ``extra(scope)`` < the call's own context; explicit values win, unless somebody else than the application says
    them: over theirs goes ``extra(scope)``."""

    defaults: Mapping[str, Any]
    gates: tuple[Callable[[Message, Scope], Drop | None], ...]
    extra: Callable[[Scope], Mapping[str, Any] | None] | None = None
    integrations: Mapping[str, Any] | None = None
    keeps: bool = False

    def __call__(self, message: Message, scope: Scope) -> Drop | None:
        visitor = scope.visitor
        if (
            visitor is not None  # as nearly always
            and visitor.owner is self
            and message.user_id is None
            and message.anonymous_id is None
            and message.context is None
            and (visitor.is_told or not scope.is_doubtful())
        ):
            message.visitor = visitor
            message.context = visitor.context
            message.user_id = visitor.user_id
            message.anonymous_id = visitor.anonymous_id
        elif (drop := self._introduce(message, scope)) is not None:
            return drop
        if message.type != "track" and message.type in MORE:
            MORE[message.type](message, scope)
        if self.integrations and isinstance(message.integrations, Mapping | None):
            message.integrations = {**self.integrations, **(message.integrations or {})}
        return None

    def _introduce(self, message: Message, scope: Scope) -> Drop | None:
        """Find the ids and the context of the message; keep them for the scope's next ones if the call names none.

        The look-ups may run application code, which may log the user out or refuse consent. If the scope has changed since
        the ``gates`` (the stages before this one) were asked, they are asked again.
        """
        said, message.visitor = (message.user_id, message.anonymous_id), None
        for _ in range(TRIES):
            age = scope.age
            if (drop := self._asked_again(message, scope, age, *said)) is not None:
                return drop
            self._identify(message, scope, *said)
            shared = self._finished(message, scope, age)
            if said[0] is not None and _is_of_another(message, scope):
                shared = _without_device(shared, scope)
            if scope.age == age:
                break
        else:
            if (drop := self._asked_again(message, scope, scope.age, *said)) is not None:
                return drop
        if message.context is None and self.extra is None:
            message.context = shared
        else:
            self._context(message, scope, shared)
        if said == NOBODYS and message.context is shared and not self.keeps and scope.is_settled:
            scope.visitor = message.visitor = Visitor(
                self, message.user_id, message.anonymous_id, shared, is_told=scope.is_told
            )
            if scope.age != age:  # or was not, after all those tries
                scope.visitor = None
        return None

    def _asked_again(self, message: Message, scope: Scope, age: int, user_id: Any, anonymous_id: Any) -> Drop | None:
        if message.asked_at == age:
            return None
        found = message.user_id, message.anonymous_id
        message.user_id, message.anonymous_id = user_id, anonymous_id  # as the call named them
        scope.visitor = None  # it was prepared for another client, or before the change
        for gate in self.gates:
            if (drop := gate(message, scope)) is not None:
                return drop
        message.user_id, message.anonymous_id = found
        return None

    def _identify(self, message: Message, scope: Scope, user_id: Any, anonymous_id: Any) -> None:
        found = scope.user_id if user_id is None else user_id
        message.user_id = found if type(found) is str else as_text(found)
        if anonymous_id is None and not (user_id is not None and _is_anothers_browser(message, scope)):
            # A user named by the caller need not be this visitor: an id the browser has is added, none is made.
            anonymous_id = scope.anonymous_id(issue=user_id is None)
        message.anonymous_id = anonymous_id if type(anonymous_id) is str else as_text(anonymous_id)

    def _finished(self, message: Message, scope: Scope, age: int) -> Context:
        """The context that messages of this scope share; made at the first one, and when what is kept has changed."""
        kept = scope.kept(message) if self.keeps and not scope.bare else NOTHING
        finished = scope.finished
        if finished is not None and finished[0] is self and finished[1] is kept and finished[3] == age:
            return finished[2]
        found = merge({**self.defaults, **kept}, scope.context())
        if scope.traits:
            found["traits"] = {**scope.traits, **found.get("traits", {})}
        context = Context(found)
        scope.finished = (self, kept, context, age)
        return context

    def _context(self, message: Message, scope: Scope, shared: Context) -> None:
        extra = NOTHING
        if self.extra is not None and not scope.bare:
            extra = self.extra(scope) or NOTHING
            shared = Context(merge(shared, extra))
        if message.context is None:
            message.context = shared
        elif isinstance(message.context, Mapping):
            said = merge(shared, message.context)
            message.context = said if scope.is_own else merge(said, extra)


def _is_anothers_browser(message: Message, scope: Scope) -> bool:
    """Whether the call names another user than the one who is logged in, whose browser it is: its anonymous id beside
    the named user would make the two one person. An ``alias`` says that they are one."""
    known = scope.user_id
    return known is not None and message.type != "alias" and message.user_id != as_text(known)


def _is_of_another(message: Message, scope: Scope) -> bool:
    """Whether the user whom a call names is not who made the request: the request has another user, or none, and the
    caller is a program or a browser without an anonymous id."""
    known = scope.user_id
    if known is not None:
        return bool(message.user_id != (known if type(known) is str else as_text(known)))
    return message.anonymous_id is None or scope.is_bot


def _without_device(context: Context, scope: Scope) -> Context:
    """``context`` less the address and user agent of the caller, which is not the user's device."""
    device = scope.device
    if not device:
        return context
    kept = {name: value for name, value in context.items() if name not in device or value != device[name]}
    return context if len(kept) == len(context) else Context(kept)


def _page(message: Message, scope: Scope) -> None:
    """A page call describes its page in its properties too (Segment's server-side page recipe)."""
    if not isinstance(message.properties, Mapping | None):
        return
    captured = scope.page_properties() if message.type == "page" else NOTHING
    category = {} if message.category is None else {"category": message.category}
    message.properties = {**captured, **category, **(message.properties or {})}


def _identify(message: Message, scope: Scope) -> None:
    if scope.traits and isinstance(message.traits, Mapping | None):
        message.traits = {**scope.traits, **(message.traits or {})}


def _alias(message: Message, scope: Scope) -> None:
    """By default, the previous id is the scope's user id, else the anonymous id. An id is not the previous one of itself."""
    if message.previous_id is None:
        known = as_text(scope.user_id)
        message.previous_id = message.anonymous_id if known in (None, message.user_id) else known


MORE: Mapping[str, Callable[[Message, Scope], None]] = {
    "page": _page,
    "screen": _page,
    "identify": _identify,
    "alias": _alias,
}
