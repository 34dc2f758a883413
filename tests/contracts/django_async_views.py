"""The routes on Django under ASGI: each view is a coroutine, and the stream an asynchronous one."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

from django.contrib.auth import alogin, alogout
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import include, path, re_path

import segment_web
from segment_web.django import track_event
from segment_web.django.views import health
from tests.contracts import django_views
from tests.contracts.app import MEETING
from tests.contracts.django_views import BACKEND, ROWS
from tests.contracts.hostile import CALLS, BrokenUser, raising


async def seen(request: Any) -> HttpResponse:
    request.segment.track("Seen")
    return HttpResponse("ok")


async def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


async def look(request: Any) -> HttpResponse:
    return HttpResponse(f"{request.segment.anonymous_id} {request.segment.user_id} {request.segment.skip_reason}")


async def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<!doctype html><title>A page</title>")


async def public_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<!doctype html><title>A page for all</title>", headers={"Cache-Control": "public"})


async def public(request: Any) -> HttpResponse:
    request.segment.track("Seen")
    return HttpResponse("ok", headers={"Cache-Control": "public"})


async def newsletter(request: Any) -> HttpResponse:
    request.segment.identify(traits={"email": request.GET["email"]})
    request.segment.track("Newsletter Subscribed")
    return HttpResponse("ok")


async def webhook(request: Any) -> HttpResponse:
    request.segment.track("Invoice Paid", user_id=request.GET["customer"])
    return HttpResponse("ok")


async def sign_up(request: HttpRequest) -> HttpResponse:
    await alogin(request, await User.objects.acreate_user(request.GET["name"]), BACKEND)
    return HttpResponse("ok")


async def sign_in(request: HttpRequest) -> HttpResponse:
    await alogin(request, await User.objects.aget(username=request.GET["name"]), BACKEND)
    return HttpResponse("ok")


async def sign_out(request: HttpRequest) -> HttpResponse:
    await alogout(request)
    return HttpResponse("ok")


async def consent(request: Any) -> HttpResponse:
    request.segment.track("Asked")
    request.segment.set_consent(json.loads(request.GET["to"]))
    request.segment.track("Answered")
    return HttpResponse(f"{request.segment.skip_reason}", headers={"Cache-Control": "public"})


async def meet(request: Any) -> HttpResponse:
    request.segment.track("Came", {"name": request.GET["name"]})
    await request.scope[MEETING].wait()
    segment_web.track("Went", {"name": request.GET["name"]})
    return HttpResponse("ok")


async def job(request: Any) -> HttpResponse:
    await request.auser()
    return django_views.job(request)


async def stream(request: HttpRequest) -> StreamingHttpResponse:
    async def rows() -> AsyncIterator[bytes]:
        for number in range(ROWS):
            segment_web.track("Row Streamed", {"number": number})
            yield b"%d" % number

    return StreamingHttpResponse(rows())


@track_event("Plan Upgraded", properties={"plan": "pro"})
async def decorated(request: Any) -> HttpResponse:
    request.segment.add({"coupon": "SPRING"})
    return HttpResponse("ok", status=int(request.GET.get("status", 200)))


@track_event("Plan Upgraded", properties=raising)
async def bad_properties(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


@track_event("Plan Upgraded", when=raising)
async def bad_when(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


async def hostile(request: Any) -> HttpResponse:
    event, options = CALLS[request.GET["kind"]]
    request.segment.track(event, **options)
    return HttpResponse("ok")


async def broken_user(request: Any) -> HttpResponse:
    request.user = BrokenUser(request.GET["at"])
    request.segment.track("Seen")
    return HttpResponse("ok")


async def error(request: Any) -> HttpResponse:
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
