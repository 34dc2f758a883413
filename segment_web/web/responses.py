"""What the response carries home: the anonymous cookie, and only where no shared cache may keep it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from segment_web.web import cookies
from segment_web.web.browser_calls import tell_unfired
from segment_web.web.capture import WebScope
from segment_web.web.exchange import Cookie, WebResponse

_FRESH = re.compile(r"(?:^|[,\s])(?:public|s-maxage\s*=|max-age\s*=\s*\"?0*[1-9])", re.IGNORECASE)
_PRIVATE = re.compile(r"(?:^|[,\s])(?:private|no-store)(?:$|[\s,=])", re.IGNORECASE)
RESET = "segment_web_reset"  # read and deleted by the snippet's loader on the next page
NEW = "new"  # its value where the server issues no anonymous id: the browser makes one of its own
LOGOUT_COOKIES = (cookies.USER_ID, cookies.GROUP_ID)  # analytics.js keeps these; a logout ends them


def write_cookies(scope: WebScope, response: WebResponse) -> None:
    """Sets the anonymous id that this request issued and the answer given to ``set_consent``; deletes the cookies of
    who has logged out, or has refused consent.

    A response that says a shared cache may keep it is left alone: its cookie would be everybody's. One that gets a
    cookie becomes private and varies by Cookie (RFC 9111), and so does one that answers ``set_consent`` or holds a
    snippet that depends on consent, in any case.
    """
    tell_unfired(scope, response)
    wanted = _cookies(scope)
    # A refusal that is not kept would be a yes again; and a page for who has agreed is not for who has not.
    if (scope.answer is not None or scope.is_personal) and is_shared(response):
        response.set_header("Cache-Control", "private")
    if not (wanted or scope.is_personal) or is_shared(response):
        return
    response.set_cookies(wanted)
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
    """What keeps something of the visitor needs their consent, here and nowhere else; what ends it does not."""
    kept = _kept(scope)
    return [*(kept if kept and scope.drop is None else ()), *_ended(scope), *_answered(scope)]


def _kept(scope: WebScope) -> list[Cookie]:
    if scope.issued_id is None:
        return []
    return [_cookie(scope, scope.rules.cookie.name, scope.issued_id, scope.rules.cookie.age)]


def _ended(scope: WebScope) -> list[Cookie]:
    if scope.rules.cookie.mode == "off":
        return []
    signed_out = any(event == "signed_out" for event, _ in scope.said)
    names: tuple[str, ...] = LOGOUT_COOKIES if signed_out else ()
    if scope.has_refused:
        names = (scope.rules.cookie.name, *LOGOUT_COOKIES)
    ended = [_cookie(scope, name, "", 0) for name in names if cookies.raw_value(scope.request.cookies, name)]
    if signed_out or scope.is_renewed:  # localStorage wins over the cookies, and only the browser can clear it
        flag = _cookie(scope, RESET, scope.issued_id or NEW, scope.rules.cookie.age)
        ended.append(replace(flag, httponly=False))
    return ended


def _answered(scope: WebScope) -> list[Cookie]:
    """Readable for scripts, so that a banner knows it."""
    reader = scope.rules.terms.cookie
    if reader is None or scope.answer is None:
        return []
    return [replace(_cookie(scope, reader.name, reader.write(scope.answer), reader.age), httponly=False)]


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
