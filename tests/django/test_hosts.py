"""The host of a request's URL is the one Django lets through, also where it is remembered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest
from django.test import RequestFactory

from segment_web.django.request import hosts
from segment_web.django.request.adapter import DjangoRequest


def url_of(**headers: str) -> str:
    """Asked twice, in two requests."""
    first, second = (DjangoRequest(RequestFactory().get("/", **headers)).url for _ in range(2))
    assert first == second
    return first


def test_what_the_settings_say_holds_from_the_next_request_on(settings: Any) -> None:
    for allowed, seen in ((["shop.test"], "http://shop.test/"), (["other.test"], "/"), (["*"], "http://shop.test/")):
        settings.ALLOWED_HOSTS = allowed
        assert url_of(HTTP_HOST="shop.test") == seen


def test_a_proxys_word_counts_where_the_settings_say_so(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["shop.test", "inner.test"]
    for believed, seen in ((False, "http://inner.test/"), (True, "http://shop.test/")):
        settings.USE_X_FORWARDED_HOST = believed
        assert url_of(HTTP_HOST="inner.test", HTTP_X_FORWARDED_HOST="shop.test") == seen
        assert url_of(HTTP_HOST="inner.test") == "http://inner.test/"
    assert url_of(HTTP_HOST="inner.test", HTTP_X_FORWARDED_HOST="") == "/"  # as Django takes it


def test_the_list_may_change_without_a_word(settings: Any) -> None:
    """Django's own test runner changes it; a project that looks its hosts up has one of its own kind."""
    settings.ALLOWED_HOSTS = ["shop.test"]
    assert url_of(HTTP_HOST="new.test") == "/"
    settings.ALLOWED_HOSTS.append("new.test")
    assert url_of(HTTP_HOST="new.test") == "http://new.test/"
    settings.ALLOWED_HOSTS.remove("new.test")
    assert url_of(HTTP_HOST="new.test") == "/"


class LookedUp(list[str]):
    known = True

    def __iter__(self) -> Iterator[str]:
        return iter(["tenant.test"] if self.known else [])


def test_hosts_that_are_looked_up_are_looked_up_each_time(settings: Any) -> None:
    settings.ALLOWED_HOSTS = LookedUp(["?"])
    assert url_of(HTTP_HOST="tenant.test") == "http://tenant.test/"
    LookedUp.known = False
    assert url_of(HTTP_HOST="tenant.test") == "/"


def test_where_the_settings_name_none_it_depends_on_debug(settings: Any) -> None:
    settings.ALLOWED_HOSTS = []
    for debug, seen in ((True, "http://shop.localhost/"), (False, "/")):
        settings.DEBUG = debug
        assert url_of(HTTP_HOST="shop.localhost") == seen


class Tenants(WSGIRequest):
    def get_host(self) -> str:
        return "tenant.test"


def test_a_request_of_its_own_kind_is_asked_itself(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    request: Any = RequestFactory().get("/", HTTP_HOST="shop.test")
    assert hosts.host_of(request) == "shop.test"
    assert hosts.host_of(Tenants(request.environ)) == "tenant.test"
    for name in ("_get_raw_host", "get_host"):
        setattr(request, name, lambda name=name: f"own{len(name)}.test")
        assert hosts.host_of(request) == f"own{len(name)}.test"
    for kind, name in ((HttpRequest, "_get_raw_host"), (WSGIRequest, "_get_raw_host"), (HttpRequest, "get_host")):
        with monkeypatch.context() as patched:
            patched.setattr(kind, name, lambda self: "patched.test", raising=False)
            assert hosts.host_of(RequestFactory().get("/", HTTP_HOST="shop.test")) == "patched.test"


def test_no_more_is_remembered_than_is_said(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    for number in range(3 * hosts.REMEMBERED):
        assert url_of(HTTP_HOST=f"h{number}.test") == f"http://h{number}.test/"
    assert hosts._allowed.cache_info().currsize == hosts.REMEMBERED
    hosts._allowed.cache_clear()
    url_of(HTTP_HOST="h" * (hosts.LONGEST + 1))
    assert hosts._allowed.cache_info().currsize == 0
