"""What the response carries home: the visitor's cookies, and only where no shared cache may keep them."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from segment_web.exchange.http import Cookie, WebResponse
from segment_web.logs import log
from segment_web.messages.reasons import PREFETCH
from segment_web.web.cookies import ajs
from segment_web.web.cookies.domains import covers
from segment_web.web.cookies.third_party import is_entry, is_page, is_withheld, keeps
from segment_web.web.cookies.twins import fitting, twins
from segment_web.web.request.browser_calls import tell_unfired
from segment_web.web.request.web_scope import WebScope
from segment_web.web.visitor.browser_memory import anothers, has_rivals

RESET = "segment_web_reset"  # read and deleted by the snippet's loader on the next page
NEW = "new"  # its value where the server issues no anonymous id: the browser makes one of its own
WRONG_DOMAIN = (
    "segment_web: browsers refuse the cookies of a host outside of cookie['domain'], so that each event of a visitor "
    "there is a new user"
)

_FRESH = re.compile(r"(?:^|[,\s])(?:public|s-maxage\s*=|max-age\s*=\s*\"?0*[1-9])", re.IGNORECASE)
_PRIVATE = re.compile(r"(?:^|[,\s])(?:private|no-store)(?:$|[\s,=])", re.IGNORECASE)


def write_cookies(scope: WebScope, response: WebResponse) -> None:
    """Sets the anonymous id that this request issued, its visit, its group, and the answer given to ``set_consent``;
    deletes the cookies of who has logged out, was followed by somebody else, or has refused consent.

    A response that says a shared cache may keep it is left alone: its cookie would be everybody's. One that gets a
    cookie becomes private and varies by Cookie (RFC 9111), and so does one that answers ``set_consent``, that somebody
    leaves by, or that holds what is said of or to one visitor alone, in any case.
    """
    if _is_untouched(scope):
        return
    tell_unfired(scope, response)
    wanted = _cookies(scope)
    # A refusal that is not kept would be a yes again, and who has left would be there again; a page for who has agreed
    # is not for who has not.
    if (scope.answer is not None or scope.is_renewed or scope.is_personal) and is_shared(response):
        response.set_header("Cache-Control", "private")
    if not (wanted or scope.is_personal) or is_shared(response):
        return
    response.set_cookies(wanted)
    scope.written = wanted
    if (domain := scope.rules.cookie.domain) is not None and (at := scope.place.host) and not covers(domain, at):
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
    if control and _PRIVATE.search(control):
        return False
    return bool(control and _FRESH.search(control)) or _expires_later(response.header("Expires"))


def _is_untouched(scope: WebScope) -> bool:
    """Whether nothing was said or asked in this request that its response could tell of, which is so in most."""
    return (
        scope.memory is None
        and scope.issued_id is None
        and scope.answer is None
        and not (scope.is_personal or scope.browser_calls or scope.has_refused)
        and not (scope.is_used and is_entry(scope.request))
    )


def _cookies(scope: WebScope) -> list[Cookie]:
    """A cookie that keeps something of the visitor needs their consent; a deletion does not.

    Each cookie comes behind the deletions of its twins, so that a client that ignores scopes keeps it.
    """
    is_kept = not _is_passing(scope)
    kept = _kept(scope) if is_kept and scope.drop is None else []
    own = [*kept, *_ended(scope, {cookie.name for cookie in kept}), *_answered(scope)]
    spared = [] if is_kept else [_anonymous(scope, "")]
    sent, url = scope.request.cookies, scope.url
    return [*fitting(twins(cookie, sent, url) for cookie in (*own, *spared)), *own]


def _is_passing(scope: WebScope) -> bool:
    """Whether the anonymous id of this request's events stays out of the browser, which has an id of its own.

    Of several ids the one of the host alone is the visitor's own: no other host can set it, and it is what remains when
    the others are deleted. Where the own cookie is the domain's, any host of the domain may have set it.
    """
    if scope.issued_id is None or scope.is_renewed:
        return False
    cookie = scope.rules.cookie
    return (cookie.domain is None and has_rivals(scope)) or is_withheld(scope.request, cookie)


def _kept(scope: WebScope) -> list[Cookie]:
    kept, memory = [], scope.memory
    visit = None if memory is None else memory.visit.cookie()
    if scope.issued_id is not None:
        kept.append(_anonymous(scope, scope.issued_id))
    elif scope.is_used and scope.cookie_id and _is_due(scope, visit is not None):
        kept.append(_anonymous(scope, ajs.write(scope.cookie_id)))
    if visit is not None:
        kept.append(replace(_cookie(scope, *visit), httponly=True))  # no script has to read it
    if memory is not None and (group := memory.group.said) is not None:
        kept.append(_cookie(scope, ajs.GROUP_ID, ajs.write(group), scope.rules.cookie.age))
    return kept


def _is_due(scope: WebScope, of_visit: bool) -> bool:
    """Whether the cookie of the anonymous id is renewed: with the cookie of the visit, and on the first page of a visit.

    Only pages renew it. The answer to a script's request may arrive after that of a logout and would undo it.
    """
    request, cookie = scope.request, scope.rules.cookie
    if cookie.mode != "issue" or not keeps(request, cookie):
        return False
    return is_entry(request) or (of_visit and is_page(request))


def _anonymous(scope: WebScope, value: str) -> Cookie:
    return _cookie(scope, scope.rules.cookie.name, value, scope.rules.cookie.age)


def _ended(scope: WebScope, kept: Collection[str]) -> list[Cookie]:
    if scope.rules.cookie.mode == "off":
        return []
    all_names = (scope.rules.cookie.name, *anothers(scope.rules))
    names = () if scope.memory is None else scope.memory.forgotten
    if scope.has_refused or (scope.is_renewed and scope.rules.cookie.mode == "issue"):
        names = all_names
    came = {name for name in all_names if ajs.raw_values(scope.request.cookies, name)}
    ended = [_cookie(scope, name, "", 0) for name in names if name in came and name not in kept]
    # localStorage wins over the cookies, and only the browser can clear it. Of whom nothing is recorded it has nothing,
    # unless there are cookies, too.
    if scope.is_renewed and (came or scope.drop in (None, PREFETCH)):
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
        partitioned=rule.partitioned,
    )


def _expires_later(expires: str) -> bool:
    if not expires:
        return False
    try:
        moment = parsedate_to_datetime(expires)
    except (TypeError, ValueError, IndexError, OverflowError):
        return False  # an unreadable date means "already expired" (RFC 9111, section 5.3)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) > datetime.now(UTC)
