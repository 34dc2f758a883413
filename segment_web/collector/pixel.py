"""Segment's pixel: a GET request for an image whose query holds one message."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from segment_web.incoming.bodies import RefusedError, read_object

GIF = bytes.fromhex(
    "474946383961 0100 0100 80 00 00 ffffff 000000 21f904 01 0000 00 00 2c 0000 0000 0100 0100 00 02 02 44 01 00 3b"
)
"""A transparent image of one pixel."""

HEADERS = {"Content-Type": "image/gif", "Cache-Control": "no-store"}
"""Each time the image is shown counts, so no cache may keep it."""


def message_of(query: Mapping[str, str]) -> dict[str, Any]:
    """Return the message in ``data`` (base64 of JSON, URL-safe or standard), else the one that dotted parameters spell
    (``properties.subject=...``); :class:`RefusedError` if it is unreadable."""
    data = query.get("data")
    return read_object(decoded(data)) if data is not None else nested(query)


def decoded(data: str) -> bytes:
    """Decode base64 with or without padding. A form's decoding has turned each plus sign into a blank."""
    plain = data.replace(" ", "+").replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise RefusedError(400, "data is not base64") from None


def nested(query: Mapping[str, str]) -> dict[str, Any]:
    """Turn ``{"properties.subject": "Hi"}`` into ``{"properties": {"subject": "Hi"}}``."""
    message: dict[str, Any] = {}
    for path, value in query.items():
        *parents, name = path.split(".")
        inside = message
        for parent in parents:
            below = inside.setdefault(parent, {})
            if not isinstance(below, dict):
                raise RefusedError(400, f"{parent} is both a value and an object")
            inside = below
        inside[name] = value
    return message
