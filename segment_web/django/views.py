"""Views: the first-party proxy's, sync because it may wait for the CDN (under ASGI Django gives it a thread), and the
health of delivery."""

from __future__ import annotations

from typing import Any, Unpack, cast

from django.contrib.auth.decorators import login_not_required
from django.db.transaction import non_atomic_requests
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from segment_web.browser.proxy.proxy import proxy_of
from segment_web.delivery.health import HealthLimits
from segment_web.django import conf
from segment_web.django.middleware import open_scope
from segment_web.django.request.adapter import DjangoRequest
from segment_web.exchange.answer import for_one_visitor
from segment_web.web.request.request_analytics import RequestAnalytics
from segment_web.web.views.health import answer


@csrf_exempt
@login_not_required
@non_atomic_requests
def proxy(request: HttpRequest, path: str) -> HttpResponse:
    """Hands the request to the project's proxy; it needs no token, no login and no transaction."""
    segment: RequestAnalytics = getattr(request, "segment", None) or open_scope(request)
    cast(DjangoRequest, segment.scope.request).answered()  # the user is looked up without a trace on the session
    found = proxy_of(segment.client).answer(request.method or "", path, segment)
    return _ProxyResponse(found.body, status=found.status, headers=dict(found.headers))


class _ProxyResponse(HttpResponse):
    """An answer of the proxy, which becomes private if a middleware gives it a cookie, the session's for example."""

    def set_cookie(self, *args: Any, **attributes: Any) -> None:
        self.headers["Cache-Control"] = for_one_visitor(self.headers.get("Cache-Control", ""))
        super().set_cookie(*args, **attributes)


@login_not_required
@non_atomic_requests
def health(request: HttpRequest, **limits: Unpack[HealthLimits]) -> HttpResponse:
    """Whether delivery is well in this process: ``path("health/events/", health)``, with limits as ``path("health/events/",
    health, {"stuck": 600})``. See :func:`segment_web.web.views.health.answer`."""
    found = answer(conf.client(), **limits)
    return HttpResponse(found.body, status=found.status, headers=dict(found.headers))
