"""Visits are signed with the project's SECRET_KEY, which may be replaced while the old one is a fallback."""

from __future__ import annotations

from typing import Any

import pytest

from segment_web.testing.captured import CapturedEvents
from tests.django.browser import Browser
from tests.django.conftest import Overridden

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("fallbacks", "survives"), [(["the old key"], True), ([], False)])
def test_a_visit_survives_a_new_secret_key(
    browser: Browser,
    settings: Any,
    segment: Overridden,
    segment_events: CapturedEvents,
    fallbacks: list[str],
    survives: bool,
) -> None:
    segment(VISIT=True)
    settings.SECRET_KEY = "the old key"
    browser.get("/track/")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the new key", fallbacks
    browser.get("/track/")
    first, second = [message["context"]["visit"]["id"] for message in segment_events]
    assert (first == second) is survives


@pytest.mark.parametrize(("path", "kind"), [("/track/", "track"), ("/page/", "page")])
def test_a_group_is_known_in_asynchronous_code_too(
    browser: Browser, segment: Overridden, django_user_model: Any, segment_events: CapturedEvents, path: str, kind: str
) -> None:
    """There the user is known only after the view."""
    segment(GROUP="username", PAGE_VIEWS=kind == "page")
    browser.client.force_login(django_user_model.objects.create_user("anna"))
    answer = browser.get(path)
    assert [message["type"] for message in segment_events] == ["group", kind]
    assert segment_events[1]["context"]["groupId"] == "anna"
    assert answer.cookies["ajs_group_id"].value == "anna"


def test_a_page_call_with_a_group_leaves_the_session_alone(
    browser: Browser, segment: Overridden, django_user_model: Any, segment_events: CapturedEvents
) -> None:
    segment(GROUP="username", PAGE_VIEWS=True)
    browser.client.force_login(django_user_model.objects.create_user("anna"))
    response = browser.get("/page/")
    request = getattr(response, "wsgi_request", None) or response.asgi_request
    assert segment_events[1]["context"]["groupId"] == "anna"
    assert request.session.accessed is False
