"""The protocol through which this room reads a request: ``WebScope`` fulfils it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from segment_web.exchange.http import WebRequest
from segment_web.web.rules import Rules


class VisitorFacts(Protocol):
    """The facts about one request and its visitor that the user, the group and the visit are found by."""

    @property
    def request(self) -> WebRequest:
        """The request itself."""

    @property
    def rules(self) -> Rules:
        """The settings of the request's client, compiled."""

    @property
    def issued_id(self) -> str | None:
        """The anonymous id that this request has made, None if it has made none."""

    @property
    def cookie_id(self) -> str:
        """The anonymous id that the browser has sent, ``""`` if it sent none or none that can be used."""

    @property
    def is_renewed(self) -> bool:
        """Whether the browser belongs to another person from this request on."""

    @property
    def can_keep(self) -> bool:
        """Whether the response can still carry a cookie."""

    @property
    def is_impersonated(self) -> bool:
        """Whether another person acts as the logged-in user."""

    @property
    def user(self) -> object | None:
        """The logged-in user's object, None for an anonymous visitor."""

    @property
    def user_id(self) -> object:
        """The logged-in user's id, None for an anonymous visitor."""

    def anonymous_id(self, *, issue: bool) -> object:
        """Return the visitor's anonymous id; with ``issue``, make one if the response can carry it."""

    def context(self) -> Mapping[str, Any]:
        """Return the request's part of Segment's ``context``."""
