"""Segment's pixel: an image whose loading is an event, for e-mail and other places without scripts.

Source of the rules: Segment's documentation of its pixel tracking API.
"""

from __future__ import annotations

import logging
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from html import escape
from typing import Any

from segment_web.browser.tag_place import TagPlace
from segment_web.logs import log
from segment_web.messages.ids import as_text
from segment_web.pipeline.sanitise import encode
from segment_web.settings import Settings
from segment_web.settings.connection import DEFAULT_SOURCE


def pixel(
    place: TagPlace,
    event: str,
    /,
    *,
    user_id: object = None,
    anonymous_id: object = None,
    properties: Mapping[str, Any] | None = None,
    source: str | None = None,
    **more: Any,
) -> str:
    """An invisible ``<img>`` that tracks ``event`` when it is loaded; ``""`` without an id or a write key (logged).

    The ids are the reader's and never taken from the request, which may be that of whoever sends the mail. ``source``
    is the alias of a source; the default is the snippet's. ``more`` are properties.
    """
    if place.is_silent:
        return ""
    said = {**(properties or {}), **more}
    ids = {"user_id": user_id, "anonymous_id": anonymous_id}
    url = pixel_url(place.client.settings, event, **ids, properties=said, source=source)
    return f'<img src="{escape(url)}" alt="" width="1" height="1">' if url else ""


def pixel_url(
    settings: Settings,
    event: str,
    *,
    user_id: object = None,
    anonymous_id: object = None,
    properties: Mapping[str, Any] | None = None,
    source: str | None = None,
) -> str:
    """The address of the pixel: the message as URL-safe base64 without padding. ``""`` if it cannot be made."""
    alias = source or settings.snippet.source or DEFAULT_SOURCE
    key, base_url = settings.source(alias) if alias in settings.aliases else (None, "")
    ids = {"userId": as_text(user_id), "anonymousId": as_text(anonymous_id)}
    known = {name: value for name, value in ids.items() if isinstance(value, str) and value}
    if key is None or not known:
        what = "user_id or anonymous_id" if key is not None else f"write key (source {alias!r})"
        log(logging.WARNING, f"pixel:{what}", f"a pixel was left out: it has no {what}")
        return ""
    message = {"writeKey": key.reveal(), **known, "event": str(event), "properties": properties or {}}
    return f"{base_url}/v1/pixel/track?data={urlsafe_b64encode(encode(message)).decode().rstrip('=')}"
