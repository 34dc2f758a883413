"""Deletions of cookies of the same name in other scopes: a browser keeps one for each domain and path (RFC 6265)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice, zip_longest
from urllib.parse import urlsplit

from segment_web.exchange.http import Cookie
from segment_web.web.cookies import ajs
from segment_web.web.cookies.domains import is_address

MOST = 24  # deletions of one name in one response
ROOM = 2_000  # bytes of all deletions in one response: nginx answers 502 if an application's headers take over 4,096
SHELL = len("Set-Cookie: =; Domain=; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=; SameSite=Lax; Secure\r\n")
MOST_LABELS = 4  # of the domains above a host that are tried


def twins(own: Cookie, sent: str, url: str) -> list[Cookie]:
    """Deletions of the cookies with the name of ``own`` that the Cookie header ``sent`` may contain beside ``own``.

    The header does not show the scope of a cookie. If it has the name once, what a setting has left over is deleted: the
    host's own cookie where ``cookie["domain"]`` was set later, and the one that is not partitioned where
    ``cookie["partitioned"]`` was. If it has the name several times, every scope that ``url`` belongs to is deleted:
    another host of the domain may have set one.
    """
    count = ajs.count(sent, own.name)
    if not count:
        return []
    deleted = replace(own, value="", max_age=0, partitioned=False)
    own_scope = (own.path, own.domain and own.domain.removeprefix(".").lower())
    scopes = _scopes(url) if count > 1 else iter([("/", None)] if own.domain else [])
    others = [
        replace(deleted, path=path, domain=domain)
        for path, domain in islice((scope for scope in scopes if scope != own_scope), MOST)
    ]
    # A partitioned cookie is another one beside that of the same scope, and needs https.
    apart = [replace(twin, partitioned=True) for twin in others]
    if own.partitioned:
        return [deleted, *others, *apart][:MOST]
    if count == 1 or not own.secure:
        return others
    return [*others, replace(deleted, partitioned=True), *apart][:MOST]


def fitting(groups: Iterable[list[Cookie]]) -> Iterator[Cookie]:
    """The deletions for which a response has room, of each name in turn; the next response has those that are left."""
    room = ROOM
    for turn in zip_longest(*groups):
        for twin in turn:
            if twin is not None:
                room -= SHELL + len(twin.name) + len(twin.path) + len(twin.domain or "")
                if room < 0:
                    return
                yield twin


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
