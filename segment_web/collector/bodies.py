"""From the bytes of a request to its JSON object, within Segment's limits."""

from __future__ import annotations

import zlib
from typing import Any

import orjson

from segment_web.errors import SegmentError

MAX_REQUEST_BYTES = 512_000
"""500 KB of JSON per batch request (Segment's HTTP API reference), counted after decompression."""

MAX_MESSAGE_BYTES = 32_768
"""32 KB of JSON per message (Segment's HTTP API reference)."""

GZIP_WINDOW = 31
"""zlib's number for: largest window, and a gzip header is required (RFC 1952)."""


class RefusedError(SegmentError):
    """The whole request is refused; ``status`` is what it is answered with, the text says why."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


def decode(body: bytes, encoding: str) -> bytes:
    """Undo the Content-Encoding (gzip or none); :class:`RefusedError` as soon as the body is over the limit."""
    encoding = encoding.strip().lower()
    if encoding == "gzip":
        body = inflate(body)
    elif encoding not in ("", "identity"):
        raise RefusedError(400, f"Content-Encoding {encoding} is not supported")
    if len(body) > MAX_REQUEST_BYTES:
        raise RefusedError(400, f"the request is too large: more than {MAX_REQUEST_BYTES} bytes")
    return body


def inflate(body: bytes) -> bytes:
    """Unzip at most one byte more than the limit, so that a bomb costs nothing."""
    inflator = zlib.decompressobj(GZIP_WINDOW)
    try:
        plain = inflator.decompress(body, MAX_REQUEST_BYTES + 1)
    except zlib.error:
        raise RefusedError(400, "the body is not valid gzip") from None
    if not inflator.eof and len(plain) <= MAX_REQUEST_BYTES:
        raise RefusedError(400, "the gzip body is cut off")
    return plain


def read_object(body: bytes) -> dict[str, Any]:
    """Parse strict JSON (no NaN, valid UTF-8) whatever the content type says; it must be an object."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise RefusedError(400, "the body is not valid JSON") from None
    if not isinstance(value, dict):
        raise RefusedError(400, "the body is not a JSON object")
    return value


def encoded_size(item: object) -> int:
    """The bytes of one message as compact UTF-8 JSON; :class:`RefusedError` if it is too large or nested too deeply."""
    try:
        size = len(orjson.dumps(item))
    except (TypeError, RecursionError):
        raise RefusedError(400, "a message is nested too deeply") from None
    if size > MAX_MESSAGE_BYTES:
        raise RefusedError(400, f"a message is too large: {size} bytes, at most {MAX_MESSAGE_BYTES}")
    return size
