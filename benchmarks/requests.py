"""What the middleware adds to a bare Django view behind Django's stock middleware."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

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
OURS = "segment_web.django.middleware.SegmentMiddleware"


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"<p>Hello</p>")


def one_track(request: HttpRequest) -> HttpResponse:
    request.segment.track("Order Completed", PROPERTIES)  # type: ignore[attr-defined]
    return HttpResponse(b"<p>Hello</p>")


urlpatterns = [path("bare", bare), path("track", one_track)]


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
        "HTTP_COOKIE": f"ajs_anonymous_id={ANONYMOUS}; csrftoken=x",
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


def main() -> None:
    settings.configure(
        ROOT_URLCONF=__name__,
        ALLOWED_HOSTS=["*"],
        SECRET_KEY="benchmark",
        INSTALLED_APPS=[
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "django.contrib.sessions",
            "django.contrib.messages",
            "segment_web.django",
        ],
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
        SEGMENT={
            "WRITE_KEY": "k" * 32,
            "DELIVERY": "null",
            "FLUSH_INTERVAL": 3600,
            "QUEUE_SIZE": 10**9,
            "QUEUE_BYTES": 2**40,
        },
    )
    django.setup()
    times = interleaved(
        {
            "bare": served(STOCK, "/bare"),
            "with the middleware, tracks nothing": served([*STOCK, OURS], "/bare"),
            "with the middleware, one track": served([*STOCK, OURS], "/track"),
        },
        calls=1000,
    )
    print(table("A Django request, CPU", times, "bare"))


if __name__ == "__main__":
    main()
