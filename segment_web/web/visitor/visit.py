"""Visits, as Ahoy has them and without a table: when one began, where, and whence its visitor came.

A visit ends when nothing was said for a while; the next one knows its own beginning and that of the very first.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple, Self

import orjson

from segment_web.messages.wire import iso

URL_BYTES = 400  # of a landing page or a referrer; what is longer is cut
CAMPAIGN_BYTES = 400  # of all names and values together; both kinds of limits keep the cookie below browsers' 4,096
LATEST = 2**35  # seconds since 1970, in the year 3058: no datetime has the moments of any number

Campaign = Mapping[str, str]


class Touch(NamedTuple):
    """How a visit began: ``at`` is in seconds since 1970; ``referrer`` is ``""`` and ``campaign`` empty if it had none."""

    at: int
    landing_page: str
    referrer: str
    campaign: Campaign

    @classmethod
    def of(cls, at: float, landing_page: str, referrer: str, campaign: Campaign) -> Self:
        """Long URLs are cut; so is a campaign, which loses what does not fit."""
        return cls(int(at), _cut(landing_page, URL_BYTES), _cut(referrer, URL_BYTES), _fitting(campaign))

    @classmethod
    def loaded(cls, at: object, landing_page: object, referrer: object, campaign: object) -> Self:
        """A stored one; ValueError for what this version does not store."""
        are_urls = isinstance(landing_page, str) and isinstance(referrer, str)
        if isinstance(at, int) and 0 <= at < LATEST and are_urls and isinstance(campaign, dict):
            return cls(at, str(landing_page), str(referrer), campaign)
        raise ValueError("what was stored is no touch")

    def as_context(self) -> dict[str, Any]:
        """In the wire's names, without what is empty."""
        told: dict[str, Any] = {
            "startedAt": iso(datetime.fromtimestamp(self.at, UTC)),
            "landingPage": self.landing_page,
        }
        if self.referrer:
            told["referrer"] = self.referrer
        if self.campaign:
            told["campaign"] = dict(self.campaign)
        return told


class Visit(NamedTuple):
    """One visit: its random ``id``, when something was last noted of it, how it began and how the first one did."""

    id: str
    seen: int
    touch: Touch
    first: Touch

    @classmethod
    def begun(cls, touch: Touch, *, first: Touch | None = None) -> Self:
        """A new visit; without ``first`` it is the visitor's first one."""
        return cls(os.urandom(16).hex(), touch.at, touch, first or touch)

    def is_over(self, now: float, idle: float) -> bool:
        """Whether the visitor was away for ``idle`` seconds. A clock that ran ahead on another machine ends nothing."""
        return now - self.seen >= idle

    def as_context(self) -> dict[str, Any]:
        """``context.visit``: ``id``, ``startedAt``, ``landingPage``, ``referrer``, ``campaign``, and in ``first`` the
        last four of the first visit."""
        return {"id": self.id, **self.touch.as_context(), "first": self.first.as_context()}

    def dumped(self) -> bytes:
        """As :func:`loaded` reads it."""
        first = None if self.first == self.touch else tuple(self.first)
        return orjson.dumps([self.id, self.seen, tuple(self.touch), first])


def loaded(content: bytes) -> Visit | None:
    """The visit that :meth:`Visit.dumped` wrote, None if it was written by another version, or by whoever knows the
    write key where the application has no secret of its own."""
    try:
        identifier, seen, touch, first = orjson.loads(content)
        own = Touch.loaded(*touch)
        last = own if first is None else Touch.loaded(*first)
    except (TypeError, ValueError):
        return None
    return Visit(identifier, seen, own, last) if isinstance(identifier, str) and isinstance(seen, int) else None


def _cut(text: str, limit: int) -> str:
    """The beginning of ``text`` that takes at most ``limit`` bytes of JSON; half characters become ``?``."""
    text = text[:limit].encode("utf-8", "replace").decode()
    while (size := _size(text)) > limit:
        text = text[: len(text) * limit // size]
    return text


def _fitting(campaign: Campaign) -> dict[str, str]:
    """The parts of a campaign that fit, in their order; one value takes half of the room at most."""
    left, kept = CAMPAIGN_BYTES, {}
    for name, value in campaign.items():
        name, value = _cut(name, CAMPAIGN_BYTES // 4), _cut(value, CAMPAIGN_BYTES // 2)
        if (size := _size(name) + _size(value)) <= left:
            kept[name] = value
            left -= size
    return kept


def _size(text: str) -> int:
    return len(orjson.dumps(text))
