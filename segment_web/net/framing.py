"""Decide whether the bytes that a connection received are one HTTP/1.1 answer with nothing behind it."""

from __future__ import annotations

import re
from typing import Final

_CHUNK: Final = re.compile(rb"([0-9A-Fa-f]+)[^\r\n]*\r\n")


def is_exact(received: bytes, body: bytes, *, chunked: bool) -> bool:
    """Return True if ``received`` is one head, the encoded ``body`` and nothing else.

    The HTTP library would take bytes behind the answer for the answer to the next request. If a head of another form
    came (an interim answer, a trailer), the result is False: the connection is then closed, which is always safe.
    """
    _, _, rest = received.partition(b"\r\n\r\n")
    return _end_of_chunks(rest) == len(rest) if chunked else rest == body


def _end_of_chunks(encoded: bytes) -> int:
    """Return the position behind the last chunk, or -1."""
    position = 0
    while header := _CHUNK.match(encoded, position):
        size = int(header[1], 16)
        position = header.end() + size + len(b"\r\n")
        if size == 0:
            return position
    return -1
