"""Where a visit begins: the page that its visitor sees, which is not always what the request asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from segment_web.exchange.http import WebRequest
from segment_web.web.context.campaign import campaign
from segment_web.web.context.fragments import is_partial
from segment_web.web.context.pages import host, page
from segment_web.web.context.redaction import redact_query
from segment_web.web.rules import Rules

READ = 4_096  # characters of a URL that a caller gives; what is kept is far shorter


class Landing(NamedTuple):
    """``referrer`` is ``""`` when the visitor came from nowhere or from a page of this site."""

    url: str
    referrer: str
    campaign: Mapping[str, str]


def landing(request: WebRequest, captured: Mapping[str, Any], given: object, rules: Rules) -> Landing:
    """The page on which a visit begins, redacted as all URLs are.

    ``given`` is the context of the call: its ``page`` (``url``, ``referrer``, ``search``) is believed first, because a
    browser's own message comes by a request that is no page. What a script or a form asks for is asked from the page in
    the request's Referer, if that is of this site. Else it is the request's own page, in ``captured``, its context.
    """
    own = given.get("page") if isinstance(given, Mapping) else None
    if isinstance(own, Mapping) and (url := _text(own.get("url"))):
        return _landing(url, _text(own.get("referrer")), rules, _text(own.get("search")))
    shown = captured["page"]
    if _is_asked_from_a_page(request) and shown["referrer"] and host(shown["referrer"]) == host(shown["url"]):
        return _landing(shown["referrer"], "", rules)
    return _landing(shown["url"], shown["referrer"], rules)


def _landing(url: str, referrer: str, rules: Rules, search: str = "") -> Landing:
    """``search`` stands in where ``url`` has no query, as a canonical URL has none."""
    seen = page(url, referrer, rules.url_params)
    external = seen["referrer"] if host(seen["referrer"]) != host(seen["url"]) else ""
    query = seen["search"] or redact_query(search, rules.url_params)
    return Landing(seen["url"], external, campaign(query, click_ids=rules.click_ids))


def _is_asked_from_a_page(request: WebRequest) -> bool:
    return request.method not in ("GET", "HEAD") or is_partial(request)


def _text(value: object) -> str:
    return value[:READ] if isinstance(value, str) else ""
