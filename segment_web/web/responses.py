"""What the response carries home: the visitor's cookies, and only where no shared cache may keep them."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from segment_web.logs import log
from segment_web.web import cookies
from segment_web.web.capture import WebScope
from segment_web.web.cookie_domains import covers
from segment_web.web.exchange import Cookie, WebResponse
from segment_web.web.memory import Memory
from segment_web.web.pages import host

WRONG_DOMAIN = (
    "segment_web: browsers refuse the cookies of a host outside of cookie['domain'], so that each event of a visitor "
    "there is a new user"
)

_FRESH = re.compile(r"(?:^|[,\s])(?:public|s-maxage\s*=|max-age\s*=\s*\"?0*[1-9])", re.IGNORECASE)
_PRIVATE = re.compile(r"(?:^|[,\s])(?:private|no-store)(?:$|[\s,=])", re.IGNORECASE)


def write_cookies(scope: WebScope, response: WebResponse) -> None:
    """Sets the anonymous id that this request issued, its visit and its group, and deletes what was another person's.

    A response that says a shared cache may keep it is left alone: its cookie would be everybody's. One that gets a
    cookie becomes private and varies by Cookie (RFC 9111).
    """
    wanted = _cookies(scope)
    if not wanted or is_shared(response):
        return
    response.set_cookies(wanted)
    if (domain := scope.rules.cookie.domain) is not None and (at := host(scope.request.url)) and not covers(domain, at):
        log(logging.WARNING, "cookie:domain", WRONG_DOMAIN)
    control = response.header("Cache-Control")
    if not _PRIVATE.search(control):
        response.set_header("Cache-Control", f"{control}, private" if control else "private")
    vary = response.header("Vary")
    if not re.search(r"(?:^|,)\s*(?:cookie|\*)\s*(?:,|$)", vary, re.IGNORECASE):
        response.set_header("Vary", f"{vary}, Cookie" if vary else "Cookie")


def is_shared(response: WebResponse) -> bool:
    """Whether the response says that a shared cache may keep it (RFC 9111)."""
    control = response.header("Cache-Control")
    if _PRIVATE.search(control):
        return False
    return bool(_FRESH.search(control)) or _expires_later(response.header("Expires"))


def _cookies(scope: WebScope) -> list[Cookie]:
    wanted = []
    if scope.issued_id is not None:
        wanted.append(_cookie(scope, scope.rules.cookie.name, scope.issued_id, scope.rules.cookie.age))
    if scope.memory is not None:
        wanted += _remembered(scope, scope.memory)
        kept = {cookie.name for cookie in wanted}
        wanted += [_cookie(scope, name, "", 0) for name in _forgotten(scope, scope.memory) if name not in kept]
    return wanted


def _remembered(scope: WebScope, memory: Memory) -> Iterator[Cookie]:
    if (visit := memory.visit.cookie()) is not None:
        yield replace(_cookie(scope, *visit), httponly=True)  # no script has to read it
    if (group := memory.group.said) is not None:
        yield _cookie(scope, cookies.GROUP_ID, cookies.write(group), scope.rules.cookie.age)


def _forgotten(scope: WebScope, memory: Memory) -> list[str]:
    if scope.rules.cookie.mode == "off":
        return []
    return [name for name in memory.forgotten if cookies.raw_value(scope.request.cookies, name)]


def _cookie(scope: WebScope, name: str, value: str, age: int) -> Cookie:
    rule = scope.rules.cookie
    return Cookie(
        name=name,
        value=value,
        max_age=age,
        path="/",
        domain=rule.domain,
        secure=scope.request.secure if rule.secure is None else rule.secure,
        httponly=rule.httponly,
        samesite=rule.samesite,
    )


def _expires_later(expires: str) -> bool:
    if not expires:
        return False
    try:
        moment = parsedate_to_datetime(expires)
    except (TypeError, ValueError, IndexError, OverflowError):
        return False  # an unreadable date means "already expired" (RFC 9111, section 5.3)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) > datetime.now(UTC)
