"""The snippet: loads analytics.js, makes the page call, and says what the server has decided the browser is to say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from segment_web.browser.destination import SEGMENT, Destination, destination, load_options
from segment_web.browser.loader import loader
from segment_web.browser.page import page_call
from segment_web.browser.tag_place import TagPlace
from segment_web.scopes import witness
from segment_web.settings import Settings
from segment_web.web.consent.terms import REFUSED
from segment_web.web.request.browser_calls import take_calls

REFUSAL = "segmentWeb.consent(false);"  # clears what analytics.js has kept of a visitor who has said no

HELD = "The browser makes it after segmentWeb.consent()."


def snippet(
    place: TagPlace,
    /,
    *,
    name: str | None = None,
    category: str | None = None,
    properties: Mapping[str, Any] | None = None,
    page: bool = True,
    hold: bool = False,
    **more: Any,
) -> str:
    """The script for the page's ``<head>``; ``""`` (while developing a comment that says why) without a destination.

    It makes one page call, of this ``name``, ``category``, these ``properties`` and those in ``more``, unless ``page`` is
    False; the server makes none for this response. With ``hold``, and of a visitor who has not consented where the
    setting ``consent`` asks them, nothing is loaded, kept or stored until ``segmentWeb.consent()`` is called in the
    browser. Rendering reads no session or user, and no cookie but that of consent: without that setting, or with
    ``hold``, the page stays the same for all, unless the server has calls of its own for this browser.
    """
    scope = place.segment.scope if place.segment is not None else None
    asks = scope is not None and (scope.rules.terms.heeds_signals or (scope.rules.terms.ask is not None and not hold))
    if scope is not None and (asks or scope.browser_calls):
        scope.is_personal = True  # what depends on a visitor's consent, or was decided for them, is nobody else's
    found = destination(place)
    if isinstance(found, str):
        return place.remark(found)
    calls = [page_call(name, category, {**(properties or {}), **more})] if page else []
    if scope is not None:
        scope.has_snippet = True
        calls += take_calls(scope)
    must_hold = scope is not None and not hold and not scope.consent.allowed
    refusal = place.script(REFUSAL) if must_hold and scope is not None and scope.consent.drop is REFUSED else ""
    if scope is not None:
        witness.give(calls, scope, HELD if hold or must_hold else "")
    config = place.json(_config(place, found, calls, hold or must_hold))
    return place.script(f"{_origin(place, found)}{loader()}({config});") + refusal


def _origin(place: TagPlace, found: Destination) -> str:
    """A statement for analytics.js under another name than ``analytics``: before it knows its name it looks there for its
    origin; over https it finds its tag."""
    if place.client.settings.snippet.global_name == "analytics":
        return ""
    cdn = place.json(found.cdn) if found.mount is None else f"location.origin+{place.json(found.mount.rstrip('/'))}"
    return f"if(location.protocol=='http:')(window.analytics=window.analytics||{{}})._cdn={cdn};"


def _config(place: TagPlace, found: Destination, calls: list[list[Any]], hold: bool) -> dict[str, Any]:
    settings = place.client.settings
    return {
        "key": found.key,
        "global": settings.snippet.global_name,
        "mount": found.mount,
        **({"cdn": found.cdn} if found.mount is None else {}),
        **_options(settings, found),
        "calls": calls,
        "hold": hold,
    }


def _options(settings: Settings, found: Destination) -> dict[str, Any]:
    """``load``; with the proxy, ``segment`` beside it has the options of Segment's own integration, if there are any: the
    loader adds the host of the page to them."""
    load = load_options(settings, found)
    if found.mount is None or not isinstance(others := load.get("integrations"), dict) or SEGMENT not in others:
        return {"load": load}
    own, rest = others[SEGMENT], {name: value for name, value in others.items() if name != SEGMENT}
    return {"load": {**load, "integrations": rest}, "segment": own}
