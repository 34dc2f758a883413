"""From the bytes of a request to its JSON object, within Segment's limits."""

from __future__ import annotations

import zlib
from codecs import BOM_UTF8
from typing import Any

import orjson

from segment_web.errors import SegmentError
from segment_web.messages.limits import MESSAGE_BYTES, REQUEST_BYTES

GZIP_WINDOW = 31
"""zlib's number for: largest window, and a gzip header is required (RFC 1952)."""


class RefusedError(SegmentError):
    """The whole request is refused; ``status`` is what it is answered with, the text says why."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


class TooLargeError(RefusedError):
    """What was sent is over a limit; Segment itself answers 400."""

    def __init__(self, detail: str) -> None:
        super().__init__(400, detail)


def decode(body: bytes, encoding: str, *, limit: int = REQUEST_BYTES) -> bytes:
    """Undo the Content-Encoding (gzip or none); :class:`RefusedError` as soon as the body is over ``limit`` bytes."""
    encoding = encoding.strip().lower()
    if encoding == "gzip":
        body = inflate(body, limit)
    elif encoding not in ("", "identity"):
        raise RefusedError(400, "this Content-Encoding is not supported")
    if len(body) > limit:
        raise TooLargeError(f"the request is too large: more than {limit} bytes")
    return body


def inflate(body: bytes, limit: int) -> bytes:
    """Unzip at most one byte more than the limit, so that a bomb costs nothing."""
    inflator = zlib.decompressobj(GZIP_WINDOW)
    try:
        plain = inflator.decompress(body, limit + 1)
    except zlib.error:
        raise RefusedError(400, "the body is not valid gzip") from None
    if not inflator.eof and len(plain) <= limit:
        raise RefusedError(400, "the gzip body is cut off")
    return plain


def read_object(body: bytes) -> dict[str, Any]:
    """Parse strict JSON (no NaN, valid UTF-8), with or without a byte order mark; it must be an object."""
    try:
        value = orjson.loads(body.removeprefix(BOM_UTF8))
    except orjson.JSONDecodeError:
        raise RefusedError(400, "the body is not valid JSON") from None
    if not isinstance(value, dict):
        raise RefusedError(400, "the body is not a JSON object")
    return value


def encoded(item: object) -> bytes:
    """Return compact UTF-8 JSON; :class:`RefusedError` if the value is nested too deeply to be written."""
    try:
        return orjson.dumps(item)
    except (TypeError, RecursionError):
        raise RefusedError(400, "a message is nested too deeply") from None


def encoded_size(item: object) -> int:
    """Return the bytes of one message as compact UTF-8 JSON; :class:`RefusedError` if it is too large or too deep."""
    size = len(encoded(item))
    if size > MESSAGE_BYTES:
        raise TooLargeError(f"a message is too large: {size} bytes, at most {MESSAGE_BYTES}")
    return size
