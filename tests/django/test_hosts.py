"""The host of a request's URL is the one Django lets through, also where it is remembered."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest
from django.test import RequestFactory

from segment_web.django import hosts
from segment_web.django.adapter import DjangoRequest


def url_of(**headers: str) -> str:
    """Asked twice, in two requests."""
    first, second = (DjangoRequest(RequestFactory().get("/", **headers)).url for _ in range(2))
    assert first == second
    return first


@pytest.fixture(autouse=True)
def _forgotten() -> None:
    hosts.forget()


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


def test_what_was_refused_may_be_allowed_without_a_word(settings: Any) -> None:
    """Django's own test runner changes the list in place."""
    settings.ALLOWED_HOSTS = ["shop.test"]
    assert url_of(HTTP_HOST="new.test") == "/"
    settings.ALLOWED_HOSTS.append("new.test")
    assert url_of(HTTP_HOST="new.test") == "http://new.test/"


class Tenants(WSGIRequest):
    def get_host(self) -> str:
        return "tenant.test"


def test_a_request_of_its_own_kind_is_asked_itself(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["shop.test"]
    plain: HttpRequest = RequestFactory().get("/", HTTP_HOST="shop.test")
    assert hosts.host_of(plain) == "shop.test"
    assert hosts.host_of(Tenants(plain.environ)) == "tenant.test"  # type: ignore[attr-defined]
    plain.get_host = lambda: "patched.test"  # type: ignore[method-assign]
    assert hosts.host_of(plain) == "patched.test"


def test_no_more_is_remembered_than_is_said(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    for number in range(3 * hosts.REMEMBERED):
        assert url_of(HTTP_HOST=f"h{number}.test") == f"http://h{number}.test/"
    assert hosts._allowed.cache_info().currsize == hosts.REMEMBERED
    hosts.forget()
    url_of(HTTP_HOST="h" * (hosts.LONGEST + 1))
    assert hosts._allowed.cache_info().currsize == 0
