"""Synchronous views, each of which does one thing that an application does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import Any

from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.views import View

import segment_web
from segment_web.django import TrackEventMixin, track_event
from tests.django_project.library.models import Book

HTML = "<!doctype html><title>The library</title><h1>The library</h1>"


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(HTML)


def nothing(request: HttpRequest) -> HttpResponse:
    """Touches neither analytics nor the session."""
    return HttpResponse("ok", content_type="text/plain")


def json(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"ok": True})


def file(request: HttpRequest) -> FileResponse:
    return FileResponse(BytesIO(b"a file"), filename="a.txt")


def track(request: Any) -> HttpResponse:
    """Tracks the event that the query names."""
    receipt = request.segment.track(request.GET.get("event", "Book Viewed"), {"title": "Emma"})
    return JsonResponse({"accepted": receipt.accepted, "reason": receipt.reason})


def dated(request: Any) -> HttpResponse:
    request.segment.track("Book Lent", {"due": datetime(2026, 1, 5, 12)})
    return HttpResponse("ok")


def known(request: Any) -> HttpResponse:
    """Looks at what is known of the visitor and says nothing."""
    names = ("anonymous_id", "user_id", "skip_reason")
    return JsonResponse({name: getattr(request.segment, name) for name in names})


def greeting(request: Any) -> HttpResponse:
    """Shows who is here, after an event that asked it first."""
    request.segment.track("Greeting Viewed")
    return HttpResponse(f"Hello, {request.segment.user_id or 'stranger'}")


def module(request: HttpRequest) -> HttpResponse:
    """Tracks without having the request at hand."""
    segment_web.track("Book Borrowed")
    return HttpResponse("ok")


@track_event("Plan Upgraded", properties=lambda request, response, **view: {"plan": view.get("plan", "pro")})
def upgrade(request: Any, plan: str = "pro") -> HttpResponse:
    request.segment.add({"coupon": "SPRING"})
    return HttpResponse("ok", status=int(request.GET.get("status", 200)))


class ReportView(TrackEventMixin, View):
    segment_event = "Report Exported"

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("ok")

    def get_segment_properties(self, response: Any) -> dict[str, Any]:
        return {"size": len(response.content)}


def newsletter(request: Any) -> HttpResponse:
    """Someone nobody knows leaves an address."""
    request.segment.identify(traits={"email": request.POST["email"]})
    request.segment.track("Newsletter Subscribed")
    return HttpResponse("ok")


def add_book(request: HttpRequest) -> HttpResponse:
    with transaction.atomic():
        book = Book.objects.create(title=request.POST["title"], price=request.POST.get("price", "0"))
    return HttpResponse(str(book.pk), status=201)


def add_book_in_vain(request: HttpRequest) -> HttpResponse:
    with transaction.atomic():
        Book.objects.create(title=request.POST["title"])
        transaction.set_rollback(True)
    return HttpResponse("no", status=409)


def stream(request: Any) -> StreamingHttpResponse:
    """Tracks while it streams; a visitor without an id stays one, because it is too late for a cookie."""

    def rows() -> Iterator[bytes]:
        for number in range(3):
            segment_web.track("Row Streamed", {"number": number})
            yield b"%d\n" % number

    return StreamingHttpResponse(rows(), content_type="text/plain")


def error(request: Any) -> HttpResponse:
    request.segment.track("Error Met")
    raise RuntimeError("a mistake of the application")


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def redirected(request: HttpRequest) -> HttpResponse:
    return redirect("page")


def sign_up(request: HttpRequest) -> HttpResponse:
    """Makes an account and logs it in, as most sign-up forms do."""
    user = User.objects.create_user(request.POST["username"], request.POST.get("email"), "secret")
    login(request, user)
    return HttpResponse(str(user.pk), status=201)


def add_account(request: HttpRequest) -> HttpResponse:
    """Makes an account for somebody else, as an administrator does."""
    user = User.objects.create_user(request.POST["username"])
    return HttpResponse(str(user.pk), status=201)


def log_in(request: Any) -> HttpResponse:
    """``?look``: asks who is here first, as login pages do that send users away; ``?say``: tracks before it."""
    if "look" in request.GET and request.user.is_authenticated:
        assert request.user.pk
    if "say" in request.GET:
        request.segment.track("Login Asked")
    user = authenticate(request, username=request.POST["username"], password=request.POST["password"])
    if user is None:
        raise PermissionDenied
    login(request, user)
    return HttpResponse("ok")


def keyed(request: Any) -> HttpResponse:
    """The same message id however often the client asks."""
    request.segment.track("Book Ordered", dedupe_key="order-17")
    return HttpResponse("ok")


def log_out(request: Any) -> HttpResponse:
    if "say" in request.GET:
        request.segment.track("Logout Asked")
    logout(request)
    return HttpResponse("ok")
