"""Where a page loads analytics.js from, and where its events go: our own proxy, Segment, or nowhere.

Source of the rules: Segment's documentation of analytics.js, its custom proxy, and 1.84 as it behaves.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from segment_web.browser.tag_place import TagPlace
from segment_web.settings import Settings
from segment_web.settings.connection import DEFAULT_SOURCE, HOSTS

NO_KEY = "the source of the snippet has no write key, which analytics.js is loaded by: set write_key"
SEGMENT = "Segment.io"  # Segment's own integration, which sends to the Tracking API
DAY = 86_400  # seconds
CDN = "https://cdn.segment.com"  # of both regions; the settings it serves name the region's Tracking API


class Destination(NamedTuple):
    """``mount`` is the proxy's path on this very host; without it ``cdn`` is where analytics.js comes from, and ``api``
    where events go (None: where the CDN's settings say)."""

    key: str
    mount: str | None
    cdn: str
    api: str | None


def destination(place: TagPlace) -> Destination | str:
    """The destination of a page's browser events, or a sentence that says why it has none."""
    settings = place.client.settings
    if not settings.snippet.enabled:
        return "the setting snippet has enabled off"
    if place.is_silent:
        return "nothing is recorded of this request"
    key, base_url = settings.source(settings.snippet.source or DEFAULT_SOURCE)
    if key is None:
        return NO_KEY
    mount = place.mount() if settings.snippet.first_party else None
    own = base_url not in HOSTS.values()
    if own and mount is None and settings.snippet.cdn is None:
        # What an application sends to its own collector must not go to Segment by way of the browser.
        return "host is not Segment's: mount the proxy, or say in snippet['cdn'] where analytics.js comes from"
    cdn = (settings.snippet.cdn or CDN).rstrip("/")
    return Destination(key.reveal(), mount, cdn, base_url if own and mount is None else None)


def load_options(settings: Settings, found: Destination) -> dict[str, Any]:
    """The options of ``analytics.load``: ours, and over them those of ``snippet["load"]``, key by key.

    A link cannot make analytics.js identify anybody or send events (``useQueryString``), and its cookies are those of
    the setting ``cookie``: two of one name, for the host and for the domain, would be read differently.
    """
    ours: dict[str, Any] = {} if settings.snippet.query_string else {"useQueryString": False}
    if settings.cookie.mode != "off":
        ours["cookie"] = _cookie(settings)
    if found.api is not None:
        protocol, _, host = found.api.partition("://")
        ours["integrations"] = {SEGMENT: {"apiHost": f"{host}/v1", "protocol": protocol}}
    return _laid_over(ours, settings.snippet.load)


def _cookie(settings: Settings) -> dict[str, Any]:
    rule = settings.cookie
    days = rule.age / DAY  # analytics.js counts in days
    days = int(days) if days.is_integer() else days  # a shorter page
    # An empty domain is the host alone; without the key it would be the registrable domain.
    cookie = {"domain": rule.domain or "", "maxage": days, "sameSite": rule.samesite}
    return cookie if rule.secure is None else {**cookie, "secure": rule.secure}


def _laid_over(base: dict[str, Any], over: Any) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        merged[key] = _laid_over(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged
