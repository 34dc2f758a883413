"""The pages on Django."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import login, logout
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template import engines
from django.urls import include, path, re_path
from django.views.decorators.cache import cache_page

from tests.browser.content import Content

BACKEND = "django.contrib.auth.backends.ModelBackend"
content = Content()  # of the running test


def page(request: Any) -> HttpResponse:
    content.say(request.segment)
    template = engines["django"].from_string(content.template("{% load segment %}", "{{% segment_{} ", " ", " %}"))
    return HttpResponse(template.render(content.variables(), request), headers=dict(content.headers))


async def async_page(request: Any) -> HttpResponse:
    if "ask" in request.GET:
        await request.auser()
    return page(request)


def hurry(request: Any) -> HttpResponse:
    content.say(request.segment)
    return redirect("/")


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<!doctype html><link rel=icon href=data:,><title>No snippet</title>")


def sign_in(request: HttpRequest) -> HttpResponse:
    login(request, User.objects.get_or_create(username=request.GET["name"])[0], BACKEND)
    return plain(request)


def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return plain(request)


urlpatterns = [
    path("", page),
    path("async", async_page),
    path("cached", cache_page(60)(page)),
    path("hurry", hurry),
    path("plain", plain),
    path("sign-in", sign_in),
    path("sign-out", sign_out),
]
proxied = [
    *urlpatterns,
    path("a/", include(([re_path("^(?P<path>.*)$", plain, name="proxy")], "segment"))),
]
