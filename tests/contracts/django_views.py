"""The routes on Django under WSGI."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.contrib.auth import login, logout
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import include, path, re_path

import segment_web
from segment_web.django import track_event
from segment_web.django.views import health
from tests.contracts.app import MEETING
from tests.contracts.hostile import CALLS, BrokenUser, raising

BACKEND = "django.contrib.auth.backends.ModelBackend"
ROWS = 3


def seen(request: Any) -> HttpResponse:
    request.segment.track("Seen")
    return HttpResponse("ok")


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def look(request: Any) -> HttpResponse:
    return HttpResponse(f"{request.segment.anonymous_id} {request.segment.user_id} {request.segment.skip_reason}")


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<!doctype html><title>A page</title>")


def public_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<!doctype html><title>A page for all</title>", headers={"Cache-Control": "public"})


def public(request: Any) -> HttpResponse:
    request.segment.track("Seen")
    return HttpResponse("ok", headers={"Cache-Control": "public"})


def newsletter(request: Any) -> HttpResponse:
    request.segment.identify(traits={"email": request.GET["email"]})
    request.segment.track("Newsletter Subscribed")
    return HttpResponse("ok")


def webhook(request: Any) -> HttpResponse:
    request.segment.track("Invoice Paid", user_id=request.GET["customer"])
    return HttpResponse("ok")


def sign_up(request: HttpRequest) -> HttpResponse:
    login(request, User.objects.create_user(request.GET["name"]), BACKEND)
    return HttpResponse("ok")


def sign_in(request: HttpRequest) -> HttpResponse:
    login(request, User.objects.get(username=request.GET["name"]), BACKEND)
    return HttpResponse("ok")


def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return HttpResponse("ok")


def consent(request: Any) -> HttpResponse:
    request.segment.track("Asked")
    request.segment.set_consent(json.loads(request.GET["to"]))
    request.segment.track("Answered")
    return HttpResponse(f"{request.segment.skip_reason}", headers={"Cache-Control": "public"})


def meet(request: Any) -> HttpResponse:
    request.segment.track("Came", {"name": request.GET["name"]})
    request.META[MEETING].wait()
    segment_web.track("Went", {"name": request.GET["name"]})
    return HttpResponse("ok")


def job(request: Any) -> HttpResponse:
    from tests.jobs.tasks import say  # Celery may not be installed

    sent = say.delay()
    if "only" not in request.GET:
        segment_web.track("Seen")
    return HttpResponse(sent.id)


def stream(request: HttpRequest) -> StreamingHttpResponse:
    def rows() -> Iterator[bytes]:
        for number in range(ROWS):
            segment_web.track("Row Streamed", {"number": number})
            yield b"%d" % number

    return StreamingHttpResponse(rows())


@track_event("Plan Upgraded", properties={"plan": "pro"})
def decorated(request: Any) -> HttpResponse:
    request.segment.add({"coupon": "SPRING"})
    return HttpResponse("ok", status=int(request.GET.get("status", 200)))


@track_event("Plan Upgraded", properties=raising)
def bad_properties(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


@track_event("Plan Upgraded", when=raising)
def bad_when(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def hostile(request: Any) -> HttpResponse:
    event, options = CALLS[request.GET["kind"]]
    request.segment.track(event, **options)
    return HttpResponse("ok")


def broken_user(request: Any) -> HttpResponse:
    request.user = BrokenUser(request.GET["at"])
    request.segment.track("Seen")
    return HttpResponse("ok")


def error(request: Any) -> HttpResponse:
    request.segment.track("Seen")
    raise RuntimeError("the view's own")


urlpatterns = [
    path("a/", include("segment_web.django.urls")),
    path("health", health),
    re_path(r"(?s)^seen.*$", seen),
    path("nothing", nothing),
    path("look", look),
    path("page", page),
    path("public-page", public_page),
    path("public", public),
    path("newsletter", newsletter),
    path("webhook", webhook),
    path("sign-up", sign_up),
    path("sign-in", sign_in),
    path("sign-out", sign_out),
    path("consent", consent),
    path("meet", meet),
    path("job", job),
    path("stream", stream),
    path("decorated", decorated),
    path("bad-properties", bad_properties),
    path("bad-when", bad_when),
    path("hostile", hostile),
    path("broken-user", broken_user),
    path("error", error),
]
