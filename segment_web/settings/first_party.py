"""The settings of the first-party proxy: whom it listens to, what it believes, and where analytics.js comes from."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from segment_web.settings import kinds
from segment_web.settings.kinds import option

CDN = "https://cdn.segment.com"
MESSAGES_A_MINUTE = 600  # of one client address: ten a second, from a house that shares one, is a busy house

_ORIGIN = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::[0-9]{1,5})?")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+(?:/[A-Za-z0-9._~/-]*)?")


def origins(value: Any) -> tuple[str, ...]:
    """Origins as a browser writes them in its Origin header (RFC 6454): scheme, host and port, no path."""
    found = tuple(origin.lower().rstrip("/") for origin in kinds.strings(value))
    if wrong := [origin for origin in found if not _ORIGIN.fullmatch(origin)]:
        raise ValueError(f"be origins such as 'https://www.example.com', not {wrong[0]!r}")
    return found


def address(value: Any) -> str:
    """An http or https address without query, and without the slash at its end."""
    found = kinds.text(value).rstrip("/")
    if not _ADDRESS.fullmatch(found):
        raise ValueError(f"be an address such as {CDN!r}, not {value!r}")
    return found


def existing(value: Any) -> str:
    """A file or a folder that is there."""
    if not isinstance(value, str | os.PathLike) or not Path(value).exists():
        raise ValueError(f"be an existing file or folder, not {value!r}")
    return os.fspath(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstParty:
    """How the browser reaches analytics.js and Segment by way of the application's own host."""

    origins: tuple[str, ...] = option(origins, ())
    server_events: tuple[str, ...] = option(kinds.strings, ())
    rate_limit: int | None = option(kinds.optional(kinds.integer(least=1, most=10**6)), MESSAGES_A_MINUTE)
    library: str | None = option(kinds.optional(existing), None)
    cdn: str | None = option(kinds.optional(address), CDN)
