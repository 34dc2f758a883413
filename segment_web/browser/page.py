"""A page call of the browser's, besides or instead of the one the snippet makes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from segment_web.browser.destination import destination
from segment_web.browser.tag_place import TagPlace
from segment_web.scopes import witness


def page(
    place: TagPlace,
    /,
    *,
    name: str | None = None,
    category: str | None = None,
    properties: Mapping[str, Any] | None = None,
    **more: Any,
) -> str:
    """A script that calls ``analytics.page``, for a place below a snippet with ``page=False``; ``""`` where the snippet
    is, too. ``more`` are properties."""
    if isinstance(destination(place), str):
        return ""
    call = page_call(name, category, {**(properties or {}), **more})
    if place.segment is not None:
        witness.give([call], place.segment.scope)
    return place.script(f"window.segmentWeb&&segmentWeb.call(...{place.json(call)});")


def page_call(name: str | None, category: str | None, properties: Mapping[str, Any]) -> list[Any]:
    """Method and arguments, by the rule of analytics.js: one string is the name, two are category and name."""
    if category and not name:
        properties = {**properties, "category": category}
    return ["page", *([category] if category and name else []), *([name] if name else []), properties]
