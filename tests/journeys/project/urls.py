"""A page that tracks, and which process answers."""

from __future__ import annotations

import os
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path


def book(request: Any, number: int) -> HttpResponse:
    request.segment.track("Book Viewed", {"number": number})
    return HttpResponse("<h1>Book")


async def book_async(request: Any, number: int) -> HttpResponse:
    return book(request, number)


def pid(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(os.getpid()), content_type="text/plain")


urlpatterns = [path("books/<int:number>/", book), path("async/books/<int:number>/", book_async), path("pid/", pid)]
