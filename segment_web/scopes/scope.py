"""The scope: identity, context and terms for one request or task, asked only when an event needs them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from segment_web.messages.context import merge
from segment_web.messages.message import Context, Message, Visitor
from segment_web.messages.reasons import Drop

NOTHING: Mapping[str, Any] = {}
DEVICE = ("ip", "userAgent", "userAgentData")


class Scope:
    """Explicit values over those of ``parent``; what neither gives is unknown.

    ``client`` is who sends what is said in this scope (an Analytics; None asks the parent). A web request's scope is a
    subclass that reads the request on demand.
    """

    bare = False  # whether messages are given nothing of the settings' and the request's own, but what the scope says
    is_told = True  # whether all that changes who is here is told to ``changed``; else ``is_doubtful`` knows the rest
    is_own = True  # whether the application speaks; what others say of the context is overruled by what it says itself

    __slots__ = (
        "_anonymous_id",
        "_client",
        "_context",
        "_drop",
        "_traits",
        "_user_id",
        "changes",
        "finished",
        "parent",
        "visitor",
    )

    def __init__(
        self,
        *,
        parent: Scope | None = None,
        client: Any = None,
        user_id: object = None,
        anonymous_id: object = None,
        traits: Mapping[str, Any] | None = None,
        context: Mapping[str, Any] | None = None,
        drop: Drop | None = None,
    ) -> None:
        self.parent = parent
        self._client = client
        self._user_id = user_id
        self._anonymous_id = anonymous_id
        self._traits = traits
        self._context = context
        self._drop = drop
        self.changes = 0  # how often :meth:`changed` was called
        # The context as one pipeline finished it, with what was kept of the visitor then, and at which ``age``.
        self.finished: tuple[object, Mapping[str, Any], Context, int] | None = None
        self.visitor: Visitor | None = None  # whose all is that is said here, until something changes

    @property
    def is_settled(self) -> bool:
        """Whether it is known who is here, and no change passes unseen, as one of a request around it would."""
        return self.parent is None or (self.parent.is_told and self.parent.is_settled)

    def is_doubtful(self) -> bool:
        """Whether who is here may be another one than when this was settled, and nobody has told."""
        return False

    def changed(self) -> None:
        """Something is not as it was when messages were finished here, or as it was found for one that is under way."""
        self.changes += 1
        self.finished = self.visitor = None

    @property
    def age(self) -> int:
        """What is found of this scope holds as long as this is the same: how often something has changed, here or above."""
        return self.changes if self.parent is None else self.changes + self.parent.age

    @property
    def around(self) -> Scope | None:
        """The scope in which this one began."""
        return self.parent

    @property
    def client(self) -> Any:
        """The Analytics of this scope, None when no scope on the way up has one."""
        return self._client if self._client is not None or self.parent is None else self.parent.client

    @property
    def user_id(self) -> object:
        """Who is logged in, None when nobody is."""
        return self._user_id if self._user_id is not None or self.parent is None else self.parent.user_id

    def anonymous_id(self, *, issue: bool) -> object:
        """The visitor's anonymous id; with ``issue`` a scope that can keep one makes one."""
        if self._anonymous_id is not None or self.parent is None:
            return self._anonymous_id
        return self.parent.anonymous_id(issue=issue)

    @property
    def traits(self) -> Mapping[str, Any]:
        """Traits of the user that travel in every message's ``context.traits``."""
        above = self.parent.traits if self.parent is not None else NOTHING
        return {**above, **self._traits} if self._traits else above

    def context(self) -> Mapping[str, Any]:
        """Everything known of where this happens, in the wire's names."""
        above = self.parent.context() if self.parent is not None else NOTHING
        return merge(above, self._context) if self._context else above

    @property
    def device(self) -> Mapping[str, Any]:
        """The part of the context that describes the device which made the request."""
        return self.parent.device if self.parent is not None else NOTHING

    def kept(self, message: Message, *, keep: bool = True) -> Mapping[str, Any]:
        """What is kept of the visitor from request to request (their visit, their group), in the wire's names.

        It is asked on behalf of ``message``, whose identity is settled: with ``keep`` that may begin a visit.
        """
        return self.parent.kept(message, keep=keep) if self.parent is not None else NOTHING

    def page_properties(self) -> Mapping[str, Any]:
        """What a page call says of the page unless its caller does."""
        return self.parent.page_properties() if self.parent is not None else NOTHING

    @property
    def drop(self) -> Drop | None:
        """Why nothing is recorded here, None when it is."""
        return self._drop if self._drop is not None or self.parent is None else self.parent.drop

    @property
    def is_bot(self) -> bool:
        """Whether the request was made by a crawler, a health check or a script, whoever its user is."""
        return self.parent is not None and self.parent.is_bot

    @property
    def waiting(self) -> bool:
        """Whether the user can be known only later (async code): messages are held until then."""
        return self.parent is not None and self._user_id is None and self.parent.waiting

    def hold(self, release: Callable[[], object]) -> None:
        """Keeps a message until the user is known."""
        assert self.parent is not None, "only a waiting scope holds messages"
        self.parent.hold(release)


def device_of(context: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the part of a request's context that describes the device which made the request."""
    return {name: context[name] for name in DEVICE if name in context}


NOBODY = Scope()
"""Outside of any request or task: nothing is known."""
