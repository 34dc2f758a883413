"""What one request may do with several accounts, or with one that ends: nobody is linked to another, and nothing breaks."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import login, logout
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.urls import path

import segment_web
from segment_web.testing.captured import CapturedEvents
from tests.django.browser import Browser
from tests.django.conftest import Overridden

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


def several(request: Any) -> HttpResponse:
    """A sign-up that also makes accounts for those who are invited."""
    for name in ("owner", "invited", "invited, too"):
        User.objects.create_user(name)
    return HttpResponse("ok")


def to_and_fro(request: Any) -> HttpResponse:
    for name in ("anna", "berta", "anna"):
        login(request, User.objects.get(username=name))
        request.segment.track("Seen")
    return HttpResponse("ok")


def close_account(request: Any) -> HttpResponse:
    request.user.delete()
    logout(request)
    return HttpResponse("ok")


def unsaid(request: Any) -> HttpResponse:
    with segment_web.disabled():
        user = User.objects.get(pk=request.user.pk)
        user.set_password("another")
        user.save()
    return HttpResponse("ok")


class Broken:
    @property
    def is_authenticated(self) -> bool:
        raise RuntimeError("a mistake of the application")


def over_a_broken_user(request: Any) -> HttpResponse:
    request._cached_user = Broken()
    login(request, User.objects.get(username="anna"))
    return HttpResponse("ok")


VIEWS = (several, to_and_fro, close_account, unsaid, over_a_broken_user)
urlpatterns = [path(f"{view.__name__}/", view) for view in VIEWS]


@pytest.fixture
def anna() -> User:
    User.objects.create_user("berta")
    return User.objects.create_user("anna")


@pytest.mark.django_db(transaction=True)
def test_of_several_accounts_the_first_is_the_visitors(segment_events: CapturedEvents) -> None:
    browser = Browser()
    browser.get("/several/")
    ids = [message.get("anonymousId") for message in segment_events]
    assert [message.get("event") for message in segment_events] == [None, "Signed Up"] * 3
    assert ids == [browser.anonymous_id] * 2 + [None] * 4


def test_users_who_take_turns_in_one_request_share_no_anonymous_id(anna: User, segment_events: CapturedEvents) -> None:
    Browser().get("/to_and_fro/")
    owners = [(message["anonymousId"], message["userId"]) for message in segment_events.named("Seen")]
    assert len(dict(owners)) == 3
    assert {(m["anonymousId"], m["userId"]) for m in segment_events} == set(owners)


def test_who_closes_their_account_is_who_signs_out(anna: User, segment_events: CapturedEvents) -> None:
    browser, pk = Browser(), anna.pk
    browser.client.force_login(anna)
    browser.get("/close_account/")
    segment_events.assert_tracked("Signed Out", user_id=pk, count=1)


def test_what_is_disabled_says_nothing_of_passwords(
    anna: User, segment: Overridden, segment_events: CapturedEvents
) -> None:
    segment(AUTH_EVENTS={"password_changed": True})
    browser = Browser()
    browser.client.force_login(anna)
    browser.get("/unsaid/")
    segment_events.assert_nothing()


def test_a_user_who_raises_breaks_no_login(anna: User) -> None:
    assert Browser().get("/over_a_broken_user/").status_code == 200
