"""``context.userAgentData`` from the Sec-CH-UA headers, the same data that browsers show to scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from segment_web.exchange.http import WebRequest, WebResponse

MAX_HEADER = 1_000  # characters; browsers send about 150
CACHED = 256  # brand lists remembered; there is about one for each browser release

BOOLEANS = {"?0": False, "?1": True}  # RFC 8941, section 3.3.6

# Sent only if the site asked for them (Accept-CH). Segment's names are those of the browser's JavaScript interface.
OPTIONAL_TEXTS = {
    "Sec-CH-UA-Arch": "architecture",
    "Sec-CH-UA-Bitness": "bitness",
    "Sec-CH-UA-Model": "model",
    "Sec-CH-UA-Platform-Version": "platformVersion",
    "Sec-CH-UA-Full-Version": "uaFullVersion",
}

ASKED_FOR = ", ".join((*OPTIONAL_TEXTS, "Sec-CH-UA-Full-Version-List", "Sec-CH-UA-WoW64"))

_STRING = r'"((?:[^"\\]|\\.)*+)"'  # RFC 8941, section 3.3.3
_BRAND = re.compile(rf'\s*{_STRING}\s*;\s*v\s*=\s*{_STRING}\s*(?:;[^,"]*)?(?:,|$)')
_ESCAPED = re.compile(r"\\(.)")


def user_agent_data(header: Callable[[str], str]) -> dict[str, object] | None:
    """Segment's ``userAgentData``, None unless brands, mobile and platform are all known (browsers other than
    Chromium's send none of them).

    ``header`` reads a request header by its name, ``""`` when absent. Optional hints are kept if they are there; what
    is malformed counts as absent.
    """
    if not (sent := header("Sec-CH-UA")):
        return None
    brands = _brands(sent)
    mobile = BOOLEANS.get(header("Sec-CH-UA-Mobile").strip()) if brands else None
    platform = _text(header("Sec-CH-UA-Platform")) if mobile is not None else ""
    if not platform:
        return None
    return {"brands": brands, "mobile": mobile, "platform": platform, **_optional(header)}


def ask_for_more(request: WebRequest, response: WebResponse) -> None:
    """Has the browser send the optional hints from its next request on (``Accept-CH``, RFC 8942).

    Browsers heed it on pages that came over HTTPS. Nothing varies by the hints, so any cache may keep such a page.
    """
    asked = response.header("Accept-CH")
    if request.secure and response.header("Content-Type").lower().startswith("text/html") and ASKED_FOR not in asked:
        response.set_header("Accept-CH", f"{asked}, {ASKED_FOR}" if asked else ASKED_FOR)


def _optional(header: Callable[[str], str]) -> dict[str, object]:
    found: dict[str, object] = {field: _text(header(name)) for name, field in OPTIONAL_TEXTS.items()}
    found["fullVersionList"] = _brands(header("Sec-CH-UA-Full-Version-List"))
    found = {field: value for field, value in found.items() if value}
    wow64 = BOOLEANS.get(header("Sec-CH-UA-WoW64").strip())
    return found if wow64 is None else {**found, "wow64": wow64}


def _brands(value: str) -> list[dict[str, str]]:
    pairs = _pairs(value) if 0 < len(value) <= MAX_HEADER else ()
    return [{"brand": brand, "version": version} for brand, version in pairs]


@lru_cache(maxsize=CACHED)
def _pairs(value: str) -> tuple[tuple[str, str], ...]:
    """A list of strings with the parameter ``v`` (RFC 8941, section 3.1); all or nothing, as the RFC wants."""
    pairs, at = [], 0
    while at < len(value):
        item = _BRAND.match(value, at)
        if item is None:
            return ()
        pairs.append((_unescaped(item[1]), _unescaped(item[2])))
        at = item.end()
    return tuple(pairs)


def _text(value: str) -> str:
    value = value.strip()
    if len(value) > MAX_HEADER:
        return ""
    return _unescaped(value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(r"\1", text) if "\\" in text else text
