"""``context.locale``: the language the application speaks with the visitor, or the one the browser asks for."""

from __future__ import annotations

import re
from functools import lru_cache

MAX_HEADER = 512  # characters of Accept-Language that are read; browsers send at most a few dozen
MAX_TAG = 35  # characters; RFC 5646, section 4.4.1
CACHED = 1024  # headers remembered

_TAG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_WEIGHT = r"\s* ; \s* q \s* = \s* (0(?:\.\d{0,3})? | 1(?:\.0{0,3})?)"
_RANGE = re.compile(rf"({_TAG.pattern}) (?:{_WEIGHT})?", re.VERBOSE | re.ASCII | re.IGNORECASE)


def locale(language: str, accept_language: str) -> str:
    """The visitor's locale as ``en-US``, ``""`` if there is none.

    ``language`` is what the framework chose (``en-us``, ``pt_BR``; ``""``: nothing) and wins; else the entry of
    ``accept_language`` with the highest weight (RFC 9110, section 12.5.4), the first of equals. ``*``, weight 0 and
    malformed entries do not count.
    """
    return _cased(language[: MAX_TAG + 1]) or _preferred(accept_language[: MAX_HEADER + 1])


@lru_cache(maxsize=CACHED)
def _cased(tag: str) -> str:
    tag = tag.strip().replace("_", "-")
    if len(tag) > MAX_TAG or _TAG.fullmatch(tag) is None:
        return ""
    parts = tag.lower().split("-")
    # After a singleton ("x", "u") everything is an extension, which stays in lower case.
    plain = next((at for at, part in enumerate(parts) if at and len(part) == 1), len(parts))
    return "-".join([parts[0], *map(_cased_subtag, parts[1:plain]), *parts[plain:]])


def _cased_subtag(subtag: str) -> str:
    """Regions in capitals, scripts with one capital (RFC 5646, section 2.1.1)."""
    return {2: subtag.upper(), 4: subtag.title()}.get(len(subtag), subtag)


@lru_cache(maxsize=CACHED)
def _preferred(header: str) -> str:
    if len(header) > MAX_HEADER:
        header = header.rpartition(",")[0]  # the last entry may have been cut
    best, tag = 0.0, ""
    for entry in header.split(","):
        wanted = _RANGE.fullmatch(entry.strip())
        weight = float(wanted[2] or 1) if wanted else 0.0
        if wanted and weight > best and len(wanted[1]) <= MAX_TAG:
            best, tag = weight, wanted[1]
    return _cased(tag)
