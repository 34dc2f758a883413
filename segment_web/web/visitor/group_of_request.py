"""The group of a request's user: on every message, and said once a session, as analytics.js says it.

The cookie of analytics.js remembers which group was said last, so that the browser and the server do not both say it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from segment_web.messages.ids import as_text
from segment_web.messages.message import Message
from segment_web.web.cookies import ajs
from segment_web.web.visitor.facts import VisitorFacts
from segment_web.web.visitor.group import Group, group_of

SILENT = frozenset({"identify", "alias", "group"})  # who somebody is comes before where they belong


class GroupOfRequest:
    """One request's. The user is asked for by an event alone, and the group of a known user alone."""

    __slots__ = ("_group", "_said", "_scope", "_stored", "_user")

    def __init__(self, scope: VisitorFacts, stored: Callable[[str], str]) -> None:
        self._scope = scope
        self._stored = stored  # reads a cookie of analytics.js, "" if there is none
        self._user: Any = None  # the id of the user whose group it is
        self._group: Group | None = None
        self._said: str | None = None  # the group that this request has said

    def of(self, message: Message, *, keep: bool) -> str | None:
        """The group's id for the context of ``message``; with ``keep`` the group is said first if it was not yet.

        None for a group call, and where a message names another user than the visitor.
        """
        user, reader = message.user_id, self._scope.rules.group
        if reader is None or user is None or user != as_text(self._scope.user_id):
            return None
        if message.type == "group":
            self._note(user, as_text(message.group_id))
            return None
        if user != self._user:
            self._user, self._group = user, group_of(self._scope.user, self._scope.request.native, reader)
        if self._group is None:
            return None
        if keep and message.type not in SILENT:
            self._announce(self._group, message)
        return self._group.id

    @property
    def said(self) -> str | None:
        """The group that the browser has to remember."""
        return self._said if self._said != self._stored(ajs.GROUP_ID) else None

    def forget(self) -> None:
        """Somebody logs in or out: what was said is said anew."""
        self._user = self._group = self._said = None

    def _note(self, user: object, group_id: object) -> None:
        """A group call was made: the user is in that group from here on."""
        if isinstance(group_id, str) and group_id:
            self._user, self._group = user, Group(group_id)
            self._said = group_id if self._can_remember(group_id) else self._said

    def _announce(self, group: Group, message: Message) -> None:
        """Let the group call accompany ``message``, once a session."""
        if self._said == group.id or self._stored(ajs.GROUP_ID) == group.id:
            return
        if self._can_remember(group.id):  # else it would be said with each request
            self._said = group.id
            ids = {"user_id": message.user_id, "anonymous_id": message.anonymous_id}
            message.accompany(Message("group", group_id=group.id, traits=group.traits, **ids))

    def _can_remember(self, group_id: str) -> bool:
        return self._scope.can_keep and not self._scope.is_impersonated and ajs.is_id(group_id)
