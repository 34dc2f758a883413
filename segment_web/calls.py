"""The six calls, said once: the client, a request and the module functions all speak them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, Unpack

from segment_web.messages.message import CallOptions, Message, SharedOptions
from segment_web.messages.receipt import Receipt


class Calls(ABC):
    """identify, track, page, screen, group and alias.

    The keyword options are the same on all six: ``user_id``, ``anonymous_id`` (str, int or UUID), ``context`` and
    ``integrations`` (dicts, merged over the automatic ones key by key), ``timestamp`` (datetime or ISO-8601 text; now by
    default), ``message_id`` (at most 100 characters; random by default), ``dedupe_key`` (the same key gives the same
    message id) and ``source``. What is left out comes from the current scope. Each returns a Receipt at once and raises
    nothing, except InvalidMessage for the caller's own mistakes when ``strict`` is on.

    Source of the fields: Segment's specification of its Tracking API.
    """

    __slots__ = ()

    @abstractmethod
    def _look(self) -> Receipt | None:
        """Why no message can be taken now, asked before one is built; None when it can."""

    @abstractmethod
    def _say(self, message: Message, dedupe_key: str | None) -> Receipt:
        """Records a message on behalf of its caller."""

    def track(self, event: str, properties: Mapping[str, Any] | None = None, **options: Unpack[CallOptions]) -> Receipt:
        """Something happened: ``event`` is a noun and a past-tense verb, such as "Order Completed"."""
        return _said(self, "track", options, event=event, properties=properties)

    def identify(
        self, user_id: object = None, traits: Mapping[str, Any] | None = None, **options: Unpack[SharedOptions]
    ) -> Receipt:
        """Who a user is: ``traits`` are set on their profile; a trait of None clears it."""
        return _said(self, "identify", options, user_id=user_id, traits=traits)

    def page(
        self,
        name: str | None = None,
        properties: Mapping[str, Any] | None = None,
        *,
        category: str | None = None,
        **options: Unpack[CallOptions],
    ) -> Receipt:
        """A page was seen; inside a request its URL, path, search, referrer and host are filled in."""
        return _said(self, "page", options, name=name, properties=properties, category=category)

    def screen(
        self,
        name: str | None = None,
        properties: Mapping[str, Any] | None = None,
        *,
        category: str | None = None,
        **options: Unpack[CallOptions],
    ) -> Receipt:
        """A screen of a mobile application was seen."""
        return _said(self, "screen", options, name=name, properties=properties, category=category)

    def group(
        self, group_id: object, traits: Mapping[str, Any] | None = None, **options: Unpack[CallOptions]
    ) -> Receipt:
        """The user belongs to an account or organisation; ``traits`` describe it."""
        return _said(self, "group", options, group_id=group_id, traits=traits)

    def alias(self, user_id: object, previous_id: object = None, **options: Unpack[SharedOptions]) -> Receipt:
        """``previous_id`` and ``user_id`` are one user; few destinations need it, and identify does it for the rest."""
        return _said(self, "alias", options, user_id=user_id, previous_id=previous_id)


def _said(calls: Calls, kind: Any, options: SharedOptions, **fields: Any) -> Receipt:
    refused = calls._look()
    if refused is not None:
        return refused
    dedupe_key = options.pop("dedupe_key", None)
    return calls._say(Message(kind, **fields, **options), dedupe_key)  # type: ignore[misc] # unknown: TypeError
