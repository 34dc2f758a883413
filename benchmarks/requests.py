"""What the middleware adds to a bare Django view behind Django's stock middleware."""

from __future__ import annotations

import importlib.util
import io
import sys
from collections.abc import Callable
from typing import Any, ClassVar

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path

from benchmarks.events import AGENT, ANONYMOUS, PROPERTIES
from benchmarks.timing import interleaved, table

STOCK = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
CSRF_TOKEN = "C" * 32  # a valid one: for any other Django makes a new one in each request
OURS = "segment_web.django.middleware.SegmentMiddleware"


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"<p>Hello</p>")


def one_track(request: HttpRequest) -> HttpResponse:
    request.segment.track("Order Completed", PROPERTIES)  # type: ignore[attr-defined]
    return HttpResponse(b"<p>Hello</p>")


class Handwritten:
    """What a team writes around segment-analytics-python: a page call with the request's context, ids from the cookie."""

    options: ClassVar[dict[str, Any]] = {"send": False}
    made: ClassVar[list[Any]] = []  # the clients, so that a benchmark can flush them

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        from segment.analytics import Client

        self._get_response = get_response
        self._client = Client("k" * 32, max_queue_size=10**9, **self.options)
        self.made.append(self._client)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.analytics = self  # type: ignore[attr-defined]
        response = self._get_response(request)
        self._client.page(self.user(request), properties=self.page(request), **self.common(request))
        return response

    def track(self, request: HttpRequest, event: str, properties: dict[str, Any]) -> None:
        self._client.track(self.user(request), event, properties, **self.common(request))

    def user(self, request: HttpRequest) -> str | None:
        user = request.user
        return str(user.pk) if user.is_authenticated else None

    def common(self, request: HttpRequest) -> dict[str, Any]:
        names = {"source": "utm_source", "medium": "utm_medium", "name": "utm_campaign"}
        context = {
            "ip": request.META["REMOTE_ADDR"],
            "userAgent": request.headers.get("User-Agent", ""),
            "locale": request.headers.get("Accept-Language", "").partition(",")[0],
            "page": self.page(request),
            "campaign": {ours: request.GET[theirs] for ours, theirs in names.items() if theirs in request.GET},
        }
        return {"anonymous_id": request.COOKIES.get("ajs_anonymous_id"), "context": context}

    def page(self, request: HttpRequest) -> dict[str, str]:
        query = request.META["QUERY_STRING"]
        url = request.build_absolute_uri()
        return {"path": request.path, "url": url, "search": f"?{query}", "referrer": request.headers.get("Referer", "")}


def one_track_by_hand(request: HttpRequest) -> HttpResponse:
    request.analytics.track(request, "Order Completed", PROPERTIES)  # type: ignore[attr-defined]
    return HttpResponse(b"<p>Hello</p>")


urlpatterns = [
    path("bare", bare),
    path("track", one_track),
    path("by-hand", one_track_by_hand),
]


def environ(url: str) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": url,
        "QUERY_STRING": "utm_source=newsletter&utm_medium=email&utm_campaign=may",
        "SERVER_NAME": "shop.example",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": "203.0.113.7",
        "HTTP_HOST": "shop.example",
        "HTTP_USER_AGENT": AGENT,
        "HTTP_ACCEPT_LANGUAGE": "en-US,en;q=0.9",
        "HTTP_COOKIE": f"ajs_anonymous_id={ANONYMOUS}; csrftoken={CSRF_TOKEN}",
        "wsgi.input": io.BytesIO(b""),
        "wsgi.errors": io.StringIO(),
        "wsgi.url_scheme": "http",
    }


def served(middleware: list[str], url: str) -> Callable[[], object]:
    with override_settings(MIDDLEWARE=middleware):
        handler = WSGIHandler()

    def request() -> None:
        response = handler(environ(url), lambda status, headers, *rest: None)
        b"".join(response)
        response.close()

    return request


def by_hand() -> dict[str, Callable[[], object]]:
    if importlib.util.find_spec("segment") is None:
        return {}
    return {
        "segment-analytics-python by hand, the same two": served(
            [*STOCK, "benchmarks.requests.Handwritten"], "/by-hand"
        )
    }


def configuration(*, pages: bool) -> dict[str, Any]:
    """The project's settings; the queue is never full."""
    return {
        "ROOT_URLCONF": "benchmarks.requests",
        "ALLOWED_HOSTS": ["*"],
        "SECRET_KEY": "benchmark",
        "INSTALLED_APPS": [
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "django.contrib.sessions",
            "django.contrib.messages",
            "segment_web.django",
        ],
        "SESSION_ENGINE": "django.contrib.sessions.backends.signed_cookies",
        "SEGMENT": {
            "WRITE_KEY": "k" * 32,
            "PAGE_VIEWS": pages,
            "DELIVERY": "null",
            "FLUSH_INTERVAL": 3600,
            "QUEUE_SIZE": 10**9,
            "QUEUE_BYTES": 2**40,
        },
    }


def main(*, pages: bool) -> None:
    settings.configure(**configuration(pages=pages))
    django.setup()
    bare_row = {"bare": served(STOCK, "/bare")}
    if pages:
        ours = {"segment_web, one page and one track": served([*STOCK, OURS], "/track")}
        rows = {**bare_row, **ours, **by_hand()}
    else:
        nothing = {"segment_web, tracks nothing": served([*STOCK, OURS], "/bare")}
        rows = {**bare_row, **nothing, "segment_web, one track": served([*STOCK, OURS], "/track")}
    title = "A Django request with a page call, CPU" if pages else "A Django request, CPU"
    print(table(title, interleaved(rows, calls=1000, collecting=True), "bare"))


if __name__ == "__main__":
    main(pages="--pages" in sys.argv)
