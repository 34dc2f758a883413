"""The six calls, said once: the client, a request and the module functions all speak them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, Never, Unpack

from segment_web.messages.message import CallOptions, Message, SharedOptions
from segment_web.messages.misuse import OPTIONS, swapped_ids, unknown_option
from segment_web.messages.receipt import Receipt


class Calls(ABC):
    """identify, track, page, screen, group and alias.

    The keyword options are the same on all six: ``user_id``, ``anonymous_id`` (str, int or UUID), ``context`` and
    ``integrations`` (dicts, merged over the automatic ones key by key), ``timestamp`` (datetime or ISO-8601 text; now by
    default), ``message_id`` (at most 100 characters; random by default), ``dedupe_key`` (the same key gives the same
    message id) and ``source``. What is left out comes from the current scope. Each returns a Receipt at once and raises
    nothing, except InvalidMessage for the caller's own mistakes when ``strict`` is on, and TypeError for arguments that
    the call does not have.

    Source of the fields: Segment's specification of its Tracking API.
    """

    __slots__ = ()

    @abstractmethod
    def _has_room(self) -> bool:
        """Whether a message can be taken now, asked before one is built."""

    @abstractmethod
    def _turn_away(self) -> Receipt:
        """Answers and counts a call for which there is no room."""

    @abstractmethod
    def _say(self, message: Message) -> Receipt:
        """Records a message on behalf of its caller."""

    def track(self, event: str, properties: Mapping[str, Any] | None = None, **options: Unpack[CallOptions]) -> Receipt:
        """Something happened: ``event`` is a noun and a past-tense verb, such as "Order Completed"."""
        if not self._has_room():
            return self._turn_away()
        if options and not OPTIONS["track"].issuperset(options):
            raise unknown_option("track", options)
        return self._say(Message("track", event, properties, **options))

    def identify(
        self, user_id: object = None, traits: Mapping[str, Any] | None = None, **options: Unpack[SharedOptions]
    ) -> Receipt:
        """Who a user is: ``traits`` are set on their profile; a trait of None clears it."""
        if not self._has_room():
            return self._turn_away()
        if options and not OPTIONS["identify"].issuperset(options):
            raise unknown_option("identify", options)
        return self._say(Message("identify", user_id=user_id, traits=traits, **options))

    def page(
        self,
        name: str | None = None,
        properties: Mapping[str, Any] | None = None,
        *,
        category: str | None = None,
        **options: Unpack[CallOptions],
    ) -> Receipt:
        """A page was seen; inside a request its URL, path, search, referrer and host are filled in."""
        if not self._has_room():
            return self._turn_away()
        if options and not OPTIONS["page"].issuperset(options):
            raise unknown_option("page", options)
        return self._say(Message("page", name=name, category=category, properties=properties, **options))

    def screen(
        self,
        name: str | None = None,
        properties: Mapping[str, Any] | None = None,
        *,
        category: str | None = None,
        **options: Unpack[CallOptions],
    ) -> Receipt:
        """A screen of a mobile application was seen."""
        if not self._has_room():
            return self._turn_away()
        if options and not OPTIONS["screen"].issuperset(options):
            raise unknown_option("screen", options)
        return self._say(Message("screen", name=name, category=category, properties=properties, **options))

    def group(
        self, group_id: object, traits: Mapping[str, Any] | None = None, **options: Unpack[CallOptions]
    ) -> Receipt:
        """The user belongs to an account or organisation; ``traits`` describe it."""
        if not self._has_room():
            return self._turn_away()
        if options and not OPTIONS["group"].issuperset(options):
            raise unknown_option("group", options)
        return self._say(Message("group", group_id=group_id, traits=traits, **options))

    def alias(
        self, user_id: object, *others: Never, previous_id: object = None, **options: Unpack[SharedOptions]
    ) -> Receipt:
        """``previous_id`` and ``user_id`` are one user; few destinations need it, and identify does it for the rest.

        ``user_id`` is the new id. ``previous_id`` is by default the scope's user id, else its anonymous id. Two
        positional ids raise TypeError, because other libraries take the old id first.
        """
        if others:
            raise swapped_ids()
        if not self._has_room():
            return self._turn_away()
        if options and not OPTIONS["alias"].issuperset(options):
            raise unknown_option("alias", options)
        return self._say(Message("alias", user_id=user_id, previous_id=previous_id, **options))
