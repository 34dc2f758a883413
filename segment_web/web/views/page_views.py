"""The automatic page call: for a page that a person got to see, and never twice."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from segment_web.exchange.http import WebRequest, WebResponse
from segment_web.messages.message import Message
from segment_web.scopes.scope import Scope
from segment_web.web.context.fragments import is_partial
from segment_web.web.context.pages import path_of
from segment_web.web.request.request_analytics import RequestAnalytics
from segment_web.web.request.response_cookies import is_shared

# A page that loads analytics.js itself sends its own page call; both would be billed.
BROWSER_LIBRARY = re.compile(rb"/analytics\.js/v1/|analytics\.min\.js")
SEARCHED = 65_536  # bytes of a body that are searched; loaders stand in the head


def record_page(segment: RequestAnalytics, response: WebResponse) -> None:
    """Sends a page call if the setting ``page_views`` is on and the response is a page."""
    rules = segment.scope.rules
    if not rules.page_views or segment.scope.has_snippet or not is_page(segment.scope.request, response):
        return
    if not rules.excludes(path_of(segment.scope.url)):
        may_begin = rules.remembers or not segment.scope.anonymous_id(issue=False)
        scope = KnownVisitor(parent=segment.scope) if may_begin and is_shared(response) else segment.scope
        segment.client.record(Message("page"), scope)


class KnownVisitor(Scope):
    """Makes no anonymous id and begins no visit: a response that a shared cache may keep has no cookie to keep them in,
    and each page view would be one more user who is billed."""

    __slots__ = ()

    def anonymous_id(self, *, issue: bool) -> object:
        return super().anonymous_id(issue=False)

    def kept(self, message: Message, *, keep: bool = True) -> Mapping[str, Any]:
        return super().kept(message, keep=False)


def is_page(request: WebRequest, response: WebResponse) -> bool:
    """Return whether a browser shows this as a page: a successful GET of HTML that is no fragment and that makes no page
    call in the browser."""
    return (
        request.method == "GET"
        and 200 <= response.status < 300
        and response.header("Content-Type").lower().startswith(("text/html", "application/xhtml+xml"))
        and not is_partial(request)
        and not _loads_library(response.body[:SEARCHED])
    )


def _loads_library(body: bytes) -> bool:
    return BROWSER_LIBRARY.search(body) is not None
