"""A file for the browser: its bytes, how they are packed, and the tag that says whether they have changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

MAX_FILE = 4 * 1024 * 1024  # bytes; analytics.js has a tenth of it, the largest settings of Segment's a quarter


@dataclass(frozen=True, slots=True)
class File:
    """``encoding`` is ``"gzip"`` or ``""``; ``tag`` a strong entity tag (RFC 9110, 8.8.3)."""

    body: bytes
    encoding: str = ""
    tag: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tag", f'"{hashlib.sha256(self.body).hexdigest()[:32]}"')


class MissingError(Exception):
    """There is no such file, and there will not be one soon."""


class UnavailableError(Exception):
    """The file cannot be had now."""
