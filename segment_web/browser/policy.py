"""Content Security Policy (CSP Level 3): what the snippet needs of one, and what one keeps from it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from segment_web.browser.destination import Destination
from segment_web.settings import Settings
from segment_web.settings.connection import HOSTS

NONCE: Final = "'nonce-...'"
SELF: Final = "'self'"
FALLBACKS: Final = {
    "script-src": ("script-src-elem", "script-src", "default-src"),
    "connect-src": ("connect-src", "default-src"),
}

_HOST = re.compile(r"(?:(?P<scheme>[a-z][a-z0-9+.-]*)://)?(?P<host>\*|(?:\*\.)?[^/:*]+)(?P<port>:[^/]*)?(?:/.*)?", re.I)


def needs(settings: Settings, found: Destination) -> Mapping[str, tuple[str, ...]]:
    """The directives without which a browser does not run the snippet, or does not let analytics.js speak."""
    if found.mount is not None:
        return {"script-src": (NONCE,), "connect-src": (SELF,)}
    source = settings.sources.get(settings.snippet.source or "")
    region = (source and source.region) or settings.region
    origins = map(origin, (found.cdn, found.api or HOSTS[region]))
    return {"script-src": (NONCE,), "connect-src": tuple(dict.fromkeys(origins))}


def written(directives: Mapping[str, Collection[str]]) -> str:
    """As the header has it."""
    return "; ".join(f"{name} {' '.join(values)}" for name, values in directives.items())


def refused(
    header: str, needed: Mapping[str, tuple[str, ...]], *, own: Collection[str] = ()
) -> Iterator[tuple[str, str]]:
    """What of ``needed`` a header does not allow, each with its directive; ``own`` are this site's hosts, which stand for
    ``'self'``. Several policies in one header hold all together."""
    for policy in header.split(","):
        directives = _read(policy)
        for name, values in needed.items():
            listed = next((directives[one] for one in FALLBACKS[name] if one in directives), None)
            for value in values:
                if listed is not None and not _allows(listed, value, own):
                    yield name, value


def origin(address: str) -> str:
    """Scheme, host and port of an address."""
    return "/".join(address.split("/", 3)[:3])


def _read(policy: str) -> dict[str, list[str]]:
    directives: dict[str, list[str]] = {}
    for part in policy.split(";"):
        name, *values = part.split() or [""]
        directives.setdefault(name.lower(), values)  # the first of a name counts
    return directives


def _allows(listed: list[str], value: str, own: Collection[str]) -> bool:
    if value == NONCE:
        return _runs_inline(listed)
    if value == SELF:
        return (
            SELF in listed or "*" in listed or any(_matches(one, f"https://{host}") for one in listed for host in own)
        )
    return any(_matches(one, value) for one in listed)


def _runs_inline(listed: list[str]) -> bool:
    """A nonce, or inline scripts at large, which a nonce or a hash switches off."""
    if any(value.startswith("'nonce-") for value in listed):
        return True
    is_strict = any(value.startswith("'sha") or value == "'strict-dynamic'" for value in listed)
    return "'unsafe-inline'" in listed and not is_strict


def _matches(listed: str, wanted: str) -> bool:
    scheme, _, host = wanted.lower().partition("://")
    if listed in ("*", f"{scheme}:"):
        return True
    found = _HOST.fullmatch(listed.lower())
    if found is None or found["scheme"] not in (None, scheme):
        return False
    name, _, port = host.partition(":")
    if found["port"] not in (None, ":*", f":{port}"):
        return False
    return found["host"] in ("*", name) or (found["host"].startswith("*.") and name.endswith(found["host"][1:]))
