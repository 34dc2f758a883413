"""``context.campaign`` and ``context.referrer`` from the query of the current URL; no earlier page counts."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote_plus

MAX_KEYS = 20  # five are common; the rest keeps a forged URL from filling the message
MAX_KEY = 100  # characters; longer ones are nobody's campaign parameter
MAX_VALUE = 1_000  # characters; longer values are cut
MAX_ENCODED = 12 * MAX_VALUE  # one character takes at most four bytes, each %XX

PREFIX = "utm_"
NAMES = {"campaign": "name"}  # Segment's field reference; the other utm_ names are the fields' own
CLICK_IDS = frozenset("gclid fbclid msclkid ttclid twclid li_fat_id dclid wbraid gbraid".split())
AD_NETWORKS = {"btid": "dataxu", "urid": "millennial-media"}  # as in analytics.js


def campaign(query: str, *, click_ids: bool = False) -> dict[str, str]:
    """The campaign of a raw query string, with or without its ``?``; ``{}`` when it has none.

    ``utm_campaign`` is ``name``, any other ``utm_x`` is ``x``; the last value wins; undecodable bytes are replaced.
    With ``click_ids`` the ids of ad clicks (``gclid`` ...) are added under their own names.
    """
    found: dict[str, str] = {}
    if PREFIX not in query and not (click_ids and _mentions_click(query)):
        return found
    for raw_key, raw_value in _pairs(query):
        if raw_key.startswith(PREFIX):
            key = _decoded(raw_key[len(PREFIX) :])
            key = NAMES.get(key, key)
        elif click_ids and raw_key in CLICK_IDS:
            key = raw_key
        else:
            continue
        if 0 < len(key) <= MAX_KEY and (key in found or len(found) < MAX_KEYS):
            found[key] = _decoded(raw_value)
    return found


def ad_network(query: str) -> dict[str, str]:
    """``context.referrer`` of a visit paid by an ad network, ``{"id": ..., "type": ...}``; ``{}`` if there is none.

    The first of the networks' parameters in the query counts, as in analytics.js.
    """
    if not any(key in query for key in AD_NETWORKS):
        return {}
    for key, value in _pairs(query):
        if key in AD_NETWORKS and value:
            return {"id": _decoded(value), "type": AD_NETWORKS[key]}
    return {}


def _mentions_click(query: str) -> bool:
    return any(key in query for key in CLICK_IDS)


def _pairs(query: str) -> Iterator[tuple[str, str]]:
    """Split at ``&`` and at ``?``: a link builder that adds parameters to a URL with a query may write a second ``?``."""
    for part in query.replace("?", "&").split("&"):
        key, _, value = part.partition("=")
        yield key, value


def _decoded(text: str) -> str:
    text = text[:MAX_ENCODED]
    if not text.isascii():  # half characters would keep the message from being encoded
        text = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    if "%" in text or "+" in text:
        text = unquote_plus(text)
    return text[:MAX_VALUE]
