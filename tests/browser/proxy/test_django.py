"""The view among a project's other middleware."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from django.contrib.auth import get_user_model
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path, reverse

from segment_web.testing import capture_events
from tests.browser.proxy.cdn import KEY

pytestmark = pytest.mark.urls(__name__)
urlpatterns = [path("shop/a/", include("segment_web.django.urls"))]

MESSAGE = orjson.dumps({"event": "Seen", "anonymousId": "a", "writeKey": KEY})
SESSION = "django.contrib.sessions.middleware.SessionMiddleware"
AUTHENTICATION = "django.contrib.auth.middleware.AuthenticationMiddleware"
OURS = "segment_web.django.middleware.SegmentMiddleware"
LOGIN = "django.contrib.auth.middleware.LoginRequiredMiddleware"
CSRF = "django.middleware.csrf.CsrfViewMiddleware"


def reads_the_body(get_response: Any) -> Any:
    """A middleware that looks at bodies before and after the view."""

    def middleware(request: HttpRequest) -> HttpResponse:
        before = request.body
        response: HttpResponse = get_response(request)
        assert request.body == before
        return response

    return middleware


@pytest.fixture(autouse=True)
def project(settings: Any) -> None:
    settings.SEGMENT = {"WRITE_KEY": KEY, "DELIVERY": "null", "FIRST_PARTY": {"cdn": None}}
    settings.MIDDLEWARE = [SESSION, CSRF, AUTHENTICATION, OURS]


def post(client: Client | None = None, body: bytes = MESSAGE) -> Any:
    return (client or Client(enforce_csrf_checks=True)).post("/shop/a/v1/t", body, content_type="text/plain")


def test_the_mount_is_found_by_name() -> None:
    assert reverse("segment:proxy", kwargs={"path": ""}) == "/shop/a/"
    assert reverse("segment:proxy", kwargs={"path": "v1/t"}) == "/shop/a/v1/t"


@pytest.mark.django_db
def test_it_asks_for_no_token_and_no_login(settings: Any) -> None:
    settings.MIDDLEWARE = [SESSION, CSRF, AUTHENTICATION, LOGIN, OURS]
    with capture_events() as events:
        assert post().status_code == 200
    events.assert_tracked("Seen")


def test_a_file_needs_no_query_and_no_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connections.settings["default"], "ATOMIC_REQUESTS", True)
    answer = Client(headers={"Cookie": f"sessionid={'s' * 32}"}).get(f"/shop/a/v1/projects/{KEY}/settings")
    assert answer.status_code == 200
    assert answer.get("Vary") is None


@pytest.mark.django_db
def test_a_file_with_the_sessions_cookie_is_private(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "mine.js").write_bytes(b"local()")
    settings.SEGMENT["FIRST_PARTY"]["LIBRARY"] = str(tmp_path / "mine.js")
    kept = "max-age=600, stale-while-revalidate=86400"
    client = Client()
    client.force_login(get_user_model().objects.create_user("anna"))
    found = []
    for settings.SESSION_SAVE_EVERY_REQUEST in (False, True):
        answer = client.get(f"/shop/a/analytics.js/v1/{KEY}/analytics.min.js")
        found.append((answer["Cache-Control"], "sessionid" in answer.cookies))
    assert found == [(f"public, {kept}", False), (f"private, {kept}", True)]


@pytest.mark.django_db
def test_the_user_of_an_event_is_known_and_leaves_no_trace(django_user_model: Any) -> None:
    user = django_user_model.objects.create_user("anna")
    client = Client()
    client.force_login(user)
    with capture_events() as events:
        answer = post(client, MESSAGE.replace(b'"event"', b'"userId":"%d","event"' % user.pk))
    events.assert_tracked("Seen", user_id=str(user.pk))
    assert answer.get("Vary") is None
    assert not answer.cookies


@pytest.mark.django_db
def test_it_works_without_the_middleware(settings: Any) -> None:
    settings.MIDDLEWARE = [SESSION, AUTHENTICATION]
    with capture_events() as events:
        assert post().status_code == 200
    events.assert_tracked("Seen", anonymous_id="a")


@pytest.mark.django_db
def test_a_body_that_others_look_at_is_there_for_all(settings: Any) -> None:
    settings.MIDDLEWARE = [f"{__name__}.reads_the_body", SESSION, AUTHENTICATION, OURS]
    with capture_events() as events:
        assert post().status_code == 200
    events.assert_tracked("Seen")


def test_a_projects_own_limit_is_kept(settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    assert post().status_code == 413


def test_a_host_that_is_not_allowed_gets_no_settings(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["shop.test"]
    path = f"/shop/a/v1/projects/{KEY}/settings"
    assert Client(headers={"Host": "evil.example"}).get(path).status_code == 400
    assert Client(headers={"Host": "shop.test"}).get(path).status_code == 200
