"""The border between the signals of a login and what is said of it."""

from __future__ import annotations

from collections.abc import Callable

from segment_web.logs import internal_error
from segment_web.web.request.request_analytics import RequestAnalytics


def guarded(place: str, request: object, say: Callable[[RequestAnalytics], None]) -> None:
    """Says what the request, one of Django's or of Django REST framework's, has to say; nothing where there is none."""
    segment = getattr(request, "segment", None)
    if isinstance(segment, RequestAnalytics):
        try:
            say(segment)
        except Exception as error:  # noqa: BLE001 - a login must not fail because of analytics
            internal_error(place, error)
