"""The type of a request behind the middleware, for views that are checked."""

from __future__ import annotations

from django.http import HttpRequest

from segment_web.web.request.request_analytics import RequestAnalytics


class SegmentRequest(HttpRequest):
    """``def checkout(request: SegmentRequest)``: a type checker knows ``request.segment``."""

    segment: RequestAnalytics
