"""Sign-up, login and logout: each said once, only when it happened, and no more of the person than was asked for."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import authenticate, login
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.core.management import call_command
from django.db import connections, transaction
from django.http import HttpResponse
from django.urls import include, path

from segment_web.testing.captured import CapturedEvents
from tests.django.browser import Browser
from tests.django.conftest import Overridden

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


def told_twice(request: Any) -> HttpResponse:
    """As where a login package sends Django's signal once more."""
    user = authenticate(request, username="anna", password="secret")
    assert user is not None
    login(request, user)
    user_logged_in.send(sender=type(user), request=request, user=user)
    return HttpResponse("ok")


def in_vain(request: Any) -> HttpResponse:
    """An account is made and logged in; then all of it fails."""
    user = User.objects.create_user(request.POST["username"])
    login(request, user)
    raise RuntimeError("a mistake of the application")


def half_in_vain(request: Any) -> HttpResponse:
    """The account did not come to stay, the request did."""
    with transaction.atomic():
        User.objects.create_user("anna")
        transaction.set_rollback(True)
    return HttpResponse("ok")


urlpatterns = [
    *[path("told-twice/", told_twice), path("in-vain/", in_vain), path("half-in-vain/", half_in_vain)],
    path("", include("tests.django_project.urls")),
]


@pytest.fixture
def anna(django_user_model: Any) -> Any:
    return django_user_model.objects.create_user("anna", "anna@example.com", "secret", first_name="Anna")


def said(events: CapturedEvents) -> list[str]:
    return [str(message.get("event", message["type"])) for message in events]


def test_a_sign_up_is_identify_then_signed_up_with_both_ids(browser: Browser, segment_events: CapturedEvents) -> None:
    """The login that follows at once is not a second event."""
    pk = browser.post("/signup/", username="anna").content.decode()
    assert said(segment_events) == ["identify", "Signed Up"]
    assert {(message["userId"], message["anonymousId"]) for message in segment_events} == {(pk, browser.anonymous_id)}


def test_a_login_is_identify_then_signed_in_and_a_first_one_too(
    browser: Browser, anna: Any, segment_events: CapturedEvents
) -> None:
    for _ in range(2):
        browser.post("/login/", username="anna", password="secret")
    assert said(segment_events) == ["identify", "Signed In"] * 2
    assert {(m["userId"], m["anonymousId"]) for m in segment_events} == {(str(anna.pk), browser.anonymous_id)}


def test_a_login_that_is_announced_twice_in_a_request_is_one(anna: Any, segment_events: CapturedEvents) -> None:
    Browser().get("/told-twice/")
    assert said(segment_events) == ["identify", "Signed In"]


def test_a_failed_login_is_nothing(browser: Browser, anna: Any, segment_events: CapturedEvents) -> None:
    assert browser.post("/login/", username="anna", password="wrong").status_code == 403
    segment_events.assert_nothing()
    assert browser.anonymous_id == ""


def test_a_logout_of_nobody_is_nothing(browser: Browser, segment_events: CapturedEvents) -> None:
    browser.post("/logout/")
    segment_events.assert_nothing()
    assert browser.anonymous_id == ""


@pytest.mark.parametrize("where", ["/in-vain/", "/half-in-vain/"])
def test_an_account_that_was_rolled_back_was_never_signed_up(
    where: str, monkeypatch: pytest.MonkeyPatch, segment_events: CapturedEvents
) -> None:
    monkeypatch.setitem(connections.settings["default"], "ATOMIC_REQUESTS", True)
    Browser(raise_request_exception=False).post(where, username="anna")
    segment_events.assert_nothing()
    assert not User.objects.exists()


def test_who_is_logged_in_and_makes_accounts_does_not_sign_up(
    browser: Browser, anna: Any, segment_events: CapturedEvents
) -> None:
    browser.client.force_login(anna)
    browser.post("/accounts/", username="berta")
    segment_events.assert_nothing()
    assert User.objects.count() == 2


def test_a_command_that_makes_accounts_signs_nobody_up(segment_events: CapturedEvents) -> None:
    call_command("createsuperuser", interactive=False, username="root", email="root@example.com")
    User.objects.create_user("anna")
    segment_events.assert_nothing()


def test_no_personal_data_leaves_unasked(browser: Browser, segment_events: CapturedEvents) -> None:
    browser.post("/signup/", username="anna", email="anna@example.com")
    browser.post("/logout/")
    browser.post("/login/", username="anna", password="secret")
    assert "anna" not in str(list(segment_events))


def test_what_user_traits_names_leaves_under_segments_names(
    browser: Browser, anna: Any, segment: Overridden, segment_events: CapturedEvents
) -> None:
    segment(USER_TRAITS=["username", "first_name", "last_name"])
    browser.post("/login/", username="anna", password="secret")
    assert segment_events[0]["traits"] == {"username": "anna", "firstName": "Anna"}
    assert segment_events[1]["properties"] == {"username": "anna"}


def test_a_sign_up_has_the_properties_that_traits_allow(
    browser: Browser, segment: Overridden, segment_events: CapturedEvents
) -> None:
    segment(USER_TRAITS=["username", "email"])
    browser.post("/signup/", username="anna", email="anna@example.com")
    segment_events.assert_tracked("Signed Up", properties={"username": "anna", "email": "anna@example.com"})


@pytest.mark.parametrize(
    ("setting", "left"),
    [
        (False, []),
        ({"signed_up": False}, ["identify", "Signed In", "Signed Out", "identify", "Signed In"]),
        ({"signed_in": None, "signed_out": False}, ["identify", "Signed Up"]),
        ({"signed_in": "Came Back"}, ["identify", "Signed Up", "Signed Out", "identify", "Came Back"]),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_auth_events_are_renamed_and_turned_off(
    browser: Browser, segment: Overridden, segment_events: CapturedEvents, setting: object, left: list[str]
) -> None:
    segment(AUTH_EVENTS=setting)
    browser.post("/signup/", username="anna")
    browser.post("/logout/")
    browser.post("/login/", username="anna", password="secret")
    assert said(segment_events) == left


def test_the_user_id_is_what_the_setting_says(
    browser: Browser, anna: Any, segment: Overridden, segment_events: CapturedEvents
) -> None:
    segment(USER_ID="username")
    browser.post("/login/", username="anna", password="secret")
    browser.get("/track/")
    assert {message["userId"] for message in segment_events} == {"anna"}


def new_password(request: Any) -> HttpResponse:
    """``?fail``: and then all of it fails. ``?other``: something else is saved. ``?new``: of a new user."""
    user = User.objects.create_user("cora") if "new" in request.GET else User.objects.get(username="anna")
    with transaction.atomic():
        user.set_password("another")
        user.save(update_fields=["email"] if "other" in request.GET else None)
        user.save(update_fields=["email"])
        transaction.set_rollback("fail" in request.GET)
    return HttpResponse("ok")


def at_second_try(request: Any) -> HttpResponse:
    """As where one backend after the other is asked, each with other words."""
    assert authenticate(request, username="anna@example.com", password="secret") is None
    return told_twice(request)


urlpatterns += [path("new-password/", new_password), path("second-try/", at_second_try)]
ASKED_FOR = {"login_failed": True, "password_changed": "Secret Changed"}


@pytest.mark.parametrize(
    ("setting", "who", "where", "told"),
    [
        (ASKED_FOR, "anna", "/new-password/", ["Secret Changed"]),
        (ASKED_FOR, None, "/new-password/", ["Secret Changed"]),
        (ASKED_FOR, "berta", "/new-password/", []),
        (ASKED_FOR, "anna", "/new-password/?fail", []),
        (ASKED_FOR, "anna", "/new-password/?other", []),
        (ASKED_FOR, None, "/new-password/?new", ["identify", "Signed Up"]),
        (ASKED_FOR, None, "/login/", ["Login Failed"]),
        (ASKED_FOR, None, "/second-try/", ["identify", "Signed In"]),
        (None, "anna", "/new-password/", []),
        (None, None, "/login/", []),
        (False, None, "/login/", []),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_failed_logins_and_new_passwords_are_told_where_they_are_asked_for(
    segment: Overridden, segment_events: CapturedEvents, setting: object, who: str | None, where: str, told: list[str]
) -> None:
    """The visitor's own, once, if it came to stay; and nothing of what was typed in."""
    users = {name: User.objects.create_user(name, password="secret") for name in ("anna", "berta")}
    segment(AUTH_EVENTS=setting)
    browser = Browser()
    if who is not None:
        browser.client.force_login(users[who])
    browser.post(where, username="anna", password="wrong")
    assert said(segment_events) == told
    assert "wrong" not in str(list(segment_events))
    assert "anna" not in str(list(segment_events))


@pytest.mark.django_db(transaction=True)
def test_a_hash_that_is_renewed_at_a_login_is_no_new_password(
    segment: Overridden, segment_events: CapturedEvents, settings: Any
) -> None:
    User.objects.create_user("anna", password="secret")
    settings.PASSWORD_HASHERS = ["tests.django.test_auth.Stronger", *settings.PASSWORD_HASHERS]
    segment(AUTH_EVENTS=ASKED_FOR)
    Browser().post("/login/", username="anna", password="secret")
    assert User.objects.get().password.startswith("stronger")
    assert said(segment_events) == ["identify", "Signed In"]


class Stronger(MD5PasswordHasher):
    algorithm = "stronger"
