"""Who has left a browser: what it remembers is theirs and nobody else's."""

from __future__ import annotations

from segment_web.web.request.request_analytics import RequestAnalytics
from segment_web.web.visitor.browser_memory import anothers


def leave(segment: RequestAnalytics) -> None:
    """The browser gets a new anonymous id, also where nothing is recorded of this one; a client that is switched off
    leaves the browser alone."""
    if segment.client.silence is None:
        segment.scope.recall().forget(*anothers(segment.scope.rules))
        segment.scope.renew(issue=segment.skip_reason is None)
