"""What a request says of its visitor and its page, as Segment's context."""

from __future__ import annotations

from typing import Any

from segment_web.exchange.http import WebRequest
from segment_web.web.context.addresses import client_address, masked
from segment_web.web.context.client_hints import user_agent_data
from segment_web.web.context.locales import locale
from segment_web.web.context.redaction import redact_url
from segment_web.web.context.url_facts import UrlFacts
from segment_web.web.rules import Rules

MAX_AGENT = 1_000  # characters of a user agent that are sent; real ones have at most a few hundred


def described(request: WebRequest, place: UrlFacts, rules: Rules) -> dict[str, Any]:
    """The request as Segment's context: page, ip, userAgent, and what there is of campaign, locale and the rest."""
    header = request.header
    context: dict[str, Any] = {"page": dict(place.page)}
    if referrer := header("Referer"):
        context["page"]["referrer"] = redact_url(referrer, rules.url_params)
    if ip := masked(client_address(request.peer, header("X-Forwarded-For"), rules.proxies), rules.ip):
        context["ip"] = ip
    if agent := header("User-Agent"):
        context["userAgent"] = agent[:MAX_AGENT]
    if language := locale(request.language, header("Accept-Language")):
        context["locale"] = language
    if hints := user_agent_data(header):
        context["userAgentData"] = hints
    for name, origin in place.origin.items():
        context[name] = dict(origin)
    return context
