"""All that a panel tells of one request, as plain JSON that a toolbar may store and show later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from segment_web.client import Analytics
from segment_web.logs import internal_error
from segment_web.messages.advice import ADVICE
from segment_web.messages.reasons import DropReason
from segment_web.panels.record import Record
from segment_web.web.request import inspection
from segment_web.web.request.request_analytics import RequestAnalytics
from segment_web.web.request.web_scope import WebScope

Fact = tuple[str, str, str]  # what, its value, a remark
COUNTED = {"browser": "for the browser", "waiting": "waiting", "skipped": "skipped", "dropped": "dropped"}
MOST_OF_A_VALUE = 500  # characters
FAILED = "The panel failed: see the log."


def told(record: Record, segment: RequestAnalytics | None, *, missing: str = "") -> dict[str, Any]:
    """``calls``, ``more``, ``skip``, ``visitor``, ``client``, ``note``. Without a ``segment`` there is nothing but
    ``missing``, which says what to do about it. Never raises."""
    try:
        found: dict[str, Any] = {**record.as_json(), "skip": None, "visitor": [], "client": [], "note": missing}
        for call in found["calls"]:
            call |= _advice(call["reason"])
        if segment is not None:
            found |= _of(segment)
        return found
    except Exception as error:  # noqa: BLE001 - a toolbar that fails breaks the page
        internal_error("the panel", error)
        return {"calls": [], "more": 0, "skip": None, "visitor": [], "client": [], "note": FAILED}


def counts(found: dict[str, Any]) -> str:
    """``"3 calls, 1 skipped"``, for the toolbar's side bar."""
    calls = found.get("calls", [])
    total = len(calls) + found.get("more", 0)
    parts = [f"{total} call{'' if total == 1 else 's'}" if total else "no calls"]
    for state, words in COUNTED.items():
        if number := sum(call["state"] == state for call in calls):
            parts.append(f"{number} {words}")
    return ", ".join(parts)


def _of(segment: RequestAnalytics) -> dict[str, Any]:
    drop, scope = inspection.drop(segment), segment.scope
    note = "" if scope.is_closed else "Seen before the response was complete: what is said at its end is not here."
    return {
        "skip": None if drop is None else {"reason": drop.reason.value, "detail": drop.detail, **_advice(drop.reason)},
        "visitor": [_cut(fact) for fact in _visitor(scope)],
        "client": [_cut(fact) for fact in _client(segment.client)],
        "note": note,
    }


def _visitor(scope: WebScope) -> Iterator[Fact]:
    known = inspection.is_user_known(scope)
    user = scope.user_id if known else None
    yield "User", _text(user), "" if user is not None else "nobody is logged in" if known else "no call has asked"
    yield "Anonymous id", *_anonymous(scope)
    agreed = inspection.consent(scope)
    if agreed is None:
        yield "Consent", "", "no call has asked"
    elif scope.rules.terms.ask is None:
        yield "Consent", "", "not asked for: the setting consent is not used"
    else:
        yield "Consent", "yes" if agreed.allowed else "no", "" if agreed.answered else "not answered yet"
    for category, chosen in (agreed.categories if agreed is not None and agreed.categories else {}).items():
        yield f"  {category}", "yes" if chosen else "no", ""
    yield from _context(scope)
    for cookie in scope.written:
        kept = f"for {cookie.max_age // 86_400} days" if cookie.max_age >= 86_400 else f"for {cookie.max_age} s"
        yield "Cookie", cookie.name, f"set, {kept}" if cookie.max_age else "deleted"


def _anonymous(scope: WebScope) -> tuple[str, str]:
    if scope.issued_id is not None:
        return scope.issued_id, "new: made in this request"
    if scope.cookie_id:
        return scope.cookie_id, f"from the cookie {scope.rules.cookie.name}"
    if scope.rules.cookie.mode == "off":
        return "", "the setting cookie is off"
    return "", "none yet: the first event makes one" if scope.rules.cookie.mode == "issue" else "the browser sent none"


def _context(scope: WebScope) -> Iterator[Fact]:
    context: dict[str, Any] = inspection.context(scope)
    page = context.get("page", {})
    yield "Page", _text(page.get("url") or page.get("path")), _text(page.get("title"))
    if page.get("referrer"):
        yield "Referrer", _text(page["referrer"]), ""
    yield "Client address", _text(context.get("ip")), "" if context.get("ip") else "not known, or not sent"
    for name, value in context.get("campaign", {}).items():
        yield f"Campaign {name}", _text(value), ""
    yield "User agent", _text(context.get("userAgent")), "a bot's" if scope.is_bot else ""
    if context.get("locale"):
        yield "Locale", _text(context["locale"]), ""


def _client(client: Analytics) -> Iterator[Fact]:
    stats, settings = client.stats(), client.settings
    where = settings.base_url if settings.delivers_over_http else settings.delivery
    yield "Delivery", where, "" if settings.delivers_over_http else "nothing is sent to Segment"
    yield "Accepted", str(stats.accepted), "since this process began"
    yield "Delivered", str(stats.delivered), ""
    yield "Pending", str(stats.pending), f"the oldest for {stats.oldest_pending_seconds:.1f} s" if stats.pending else ""
    yield "Lost", str(stats.lost), "" if not stats.lost else "given up after they were accepted"
    if stats.paused_until is not None:
        seconds = max(0.0, (stats.paused_until - datetime.now(UTC)).total_seconds())
        yield "Paused", f"for {seconds:.0f} s", "see the last error"
    yield "Last error", _text(stats.last_error), "" if stats.last_error else "none"


def _advice(reason: str) -> dict[str, str]:
    found = ADVICE.get(DropReason(reason)) if reason else None
    return {"meaning": "", "cure": ""} if found is None else found._asdict()


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _cut(fact: Fact) -> Fact:
    what, value, remark = fact
    return what, value if len(value) <= MOST_OF_A_VALUE else value[:MOST_OF_A_VALUE] + "…", remark
