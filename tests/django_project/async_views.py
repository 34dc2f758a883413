"""The asynchronous twins of some views."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from django.contrib.auth import aauthenticate, alogin, alogout
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse

import segment_web
from segment_web.django import track_event
from tests.django_project.library.models import Book
from tests.django_project.views import HTML


async def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(HTML)


async def nothing(request: HttpRequest) -> HttpResponse:
    """Touches neither analytics nor the session."""
    return HttpResponse("ok", content_type="text/plain")


async def track(request: Any) -> HttpResponse:
    """Tracks the event that the query names."""
    receipt = request.segment.track(request.GET.get("event", "Book Viewed"), {"title": "Emma"})
    return JsonResponse({"accepted": receipt.accepted, "reason": receipt.reason})


async def known(request: Any) -> HttpResponse:
    """Looks at what is known of the visitor and says nothing."""
    names = ("anonymous_id", "user_id", "skip_reason")
    return JsonResponse({name: getattr(request.segment, name) for name in names})


async def greeting(request: Any) -> HttpResponse:
    """Shows who is here, after an event that asked it first."""
    request.segment.track("Greeting Viewed")
    if "sessionid" in request.COOKIES:
        await request.auser()
    return HttpResponse(f"Hello, {request.segment.user_id or 'stranger'}")


async def module(request: HttpRequest) -> HttpResponse:
    """Tracks without having the request at hand."""
    segment_web.track("Book Borrowed")
    return HttpResponse("ok")


@track_event("Plan Upgraded", properties={"plan": "pro"})
async def upgrade(request: Any) -> HttpResponse:
    request.segment.add({"coupon": "SPRING"})
    return HttpResponse("ok", status=int(request.GET.get("status", 200)))


async def stream(request: HttpRequest) -> StreamingHttpResponse:
    """Tracks while it streams."""

    async def rows() -> AsyncIterator[bytes]:
        for number in range(3):
            segment_web.track("Row Streamed", {"number": number})
            yield b"%d\n" % number

    return StreamingHttpResponse(rows(), content_type="text/plain")


async def error(request: Any) -> HttpResponse:
    request.segment.track("Error Met")
    raise RuntimeError("a mistake of the application")


async def log_in(request: Any) -> HttpResponse:
    """``?look``: asks who is here first, as login pages do that send users away; ``?say``: tracks before it."""
    if "look" in request.GET:
        await request.auser()
    if "say" in request.GET:
        request.segment.track("Login Asked")
    user = await aauthenticate(request, username=request.POST["username"], password=request.POST["password"])
    if user is None:
        raise PermissionDenied
    await alogin(request, user)
    return HttpResponse("ok")


async def log_out(request: Any) -> HttpResponse:
    if "say" in request.GET:
        request.segment.track("Logout Asked")
    await alogout(request)
    return HttpResponse("ok")


async def newsletter(request: Any) -> HttpResponse:
    request.segment.identify(traits={"email": request.POST["email"]})
    request.segment.track("Newsletter Subscribed")
    return HttpResponse("ok")


async def sign_up(request: HttpRequest) -> HttpResponse:
    make = User.objects.acreate_user
    user = await make(request.POST["username"], request.POST.get("email"), "secret")
    await alogin(request, user)
    return HttpResponse(str(user.pk), status=201)


async def add_book(request: HttpRequest) -> HttpResponse:
    book = await Book.objects.acreate(title=request.POST["title"], price=request.POST.get("price", "0"))
    return HttpResponse(str(book.pk), status=201)


async def add_account(request: HttpRequest) -> HttpResponse:
    user = await User.objects.acreate_user(request.POST["username"])
    return HttpResponse(str(user.pk), status=201)


async def keyed(request: Any) -> HttpResponse:
    request.segment.track("Book Ordered", dedupe_key="order-17")
    return HttpResponse("ok")
