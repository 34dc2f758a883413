"""Whose events they are: only sources of this application are served, each by its own write key."""

from __future__ import annotations

import hmac

from segment_web.incoming.parcel import basic_user
from segment_web.settings import Settings


def alias_of(settings: Settings, key: str) -> str | None:
    """The alias of the source with this write key; None when it is none of ours."""
    given = key.encode("utf-8", "replace")
    for alias in settings.aliases:
        own, _ = settings.source(alias)
        if own is not None and hmac.compare_digest(own.reveal().encode(), given):
            return alias
    return None


def sender(settings: Settings, in_body: str | None, authorization: str) -> str | None:
    """The alias of the source that a request names; None when it names none of ours.

    The body's key is what counts, since the header may hold the password of a site that is not public yet; a body
    without one is taken by its header (Segment's Tracking API takes either).
    """
    key = in_body or basic_user(authorization)
    return alias_of(settings, key) if key else None
