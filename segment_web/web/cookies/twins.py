"""Deletions of cookies of the same name in other scopes: a browser keeps one for each domain and path (RFC 6265)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from urllib.parse import urlsplit

from segment_web.exchange.http import Cookie
from segment_web.web.cookies import ajs
from segment_web.web.cookies.domains import is_address

MOST = 24  # deletions of one name in one response: servers limit the size of all headers
MOST_LABELS = 4  # of the domains above a host that are tried


def twins(own: Cookie, sent: str, url: str) -> list[Cookie]:
    """Deletions of the cookies with the name of ``own`` that the Cookie header ``sent`` may contain beside ``own``.

    The header does not show the scope of a cookie. If it has the name once, only the host's own cookie is deleted, which
    is left over when ``cookie["domain"]`` was set later. If it has the name several times, every scope that ``url``
    belongs to is deleted: another host of the domain may have set one.
    """
    count = ajs.count(sent, own.name)
    if not count or (count == 1 and own.domain is None):
        return []
    deleted = replace(own, value="", max_age=0)
    scopes = _scopes(url) if count > 1 else iter([("/", None)])
    kept = (own.path, own.domain and own.domain.removeprefix(".").lower())
    others = [
        replace(deleted, path=path, domain=domain)
        for path, domain in islice((scope for scope in scopes if scope != kept), MOST)
    ]
    # A partitioned cookie is another one beside that of the same scope, and needs https.
    is_certain = count == 1 or not own.secure or own.partitioned
    return others if is_certain else [*others, *(replace(twin, partitioned=True) for twin in others)][:MOST]


def _scopes(url: str) -> Iterator[tuple[str, str | None]]:
    parts = urlsplit(url)
    domains = (None, *_domains(parts.hostname or ""))
    return ((path, domain) for path in _paths(parts.path) for domain in domains)


def _domains(host: str) -> tuple[str, ...]:
    """``host`` and each domain above it, without the top-level domain."""
    if is_address(host):
        return ()
    labels = host.split(".")[-MOST_LABELS:]
    return tuple(".".join(labels[first:]) for first in range(len(labels) - 1))


def _paths(path: str) -> Iterator[str]:
    """``/`` and each path above ``path``, with and without the slash at its end."""
    yield "/"
    at = path.find("/", 1)
    while at > 0:
        yield path[:at]
        yield path[: at + 1]
        at = path.find("/", at + 1)
    if len(path) > 1 and not path.endswith("/"):
        yield path
