"""Settings are read when they are needed, so that a test's override is true at once, and tell what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

import segment_web
from segment_web.collector import CollectorServer
from segment_web.django import conf
from segment_web.errors import ConfigError
from segment_web.options import Options
from tests.django.browser import CHROME, Browser
from tests.django.conftest import Overridden, Wire

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def second() -> Iterator[CollectorServer]:
    with CollectorServer() as server:
        yield server


def test_an_override_is_true_at_once_and_over_at_once(wire: Wire, second: CollectorServer, settings: Any) -> None:
    browser = Browser()
    browser.get("/track/?event=First")
    with override_settings(SEGMENT={**settings.SEGMENT, "HOST": second.url}):
        browser.get("/track/?event=Second")
        segment_web.flush(5)
    browser.get("/track/?event=Third")
    assert [message["event"] for message in wire.messages] == ["First", "Third"]
    assert [message["event"] for message in second.messages] == ["Second"]


def test_names_in_lower_case_are_the_same_settings(settings: Any) -> None:
    """As type checkers know them: ``SEGMENT: Options = {...}``."""
    options: Options = {"write_key": "k", "page_views": True, "cookie": {"name": "visitor"}}
    settings.SEGMENT = options
    assert (conf.read().page_views, conf.read().cookie.name) == (True, "visitor")


def test_what_was_said_before_an_override_is_still_delivered(wire: Wire, segment: Overridden) -> None:
    segment(FLUSH_INTERVAL=60)
    Browser().get("/track/")
    segment(FLUSH_INTERVAL=0.01)  # ends the client before
    assert [message["event"] for message in wire.server.wait_for(1)] == ["Book Viewed"]


def test_without_a_key_nothing_leaves_and_nothing_breaks(segment: Overridden) -> None:
    segment(WRITE_KEY=None)
    assert Browser().get("/track/").json() == {"accepted": False, "reason": "not_configured"}


def test_without_a_key_messages_are_on_the_console_in_debug_mode(
    segment: Overridden, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.DEBUG = True
    segment(WRITE_KEY=None)
    assert Browser().get("/track/").json()["accepted"]
    assert conf.client().flush(5)
    captured = capsys.readouterr()
    assert "Book Viewed" in captured.out + captured.err


def test_delivery_into_a_file(segment: Overridden, tmp_path: Path) -> None:
    written = tmp_path / "events.jsonl"
    segment(DELIVERY="file", DELIVERY_FILE=str(written))
    Browser().get("/track/")
    assert conf.client().flush(5)
    assert '"Book Viewed"' in written.read_text()


def test_naive_datetimes_are_the_projects(wire: Wire, settings: Any) -> None:
    settings.TIME_ZONE = "America/New_York"
    Browser().get("/dated/")
    assert wire.messages[0]["properties"]["due"] == "2026-01-05T12:00:00-05:00"


def test_a_bot_is_dropped_flagged_or_kept(wire: Wire, segment: Overridden) -> None:
    bot = {"agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}
    assert Browser(**bot).get("/track/").json()["reason"] == "bot"
    for setting, flag in (("flag", True), ("keep", None)):
        segment(BOTS=setting)
        Browser(**bot).get("/track/")
        assert wire.messages[-1]["context"].get("bot") is flag


def test_a_filtered_request_says_nothing(wire: Wire, segment: Overridden) -> None:
    segment(REQUEST_FILTER=lambda request: request.headers.get("X-Staff") is None)
    assert Browser().get("/track/", **{"x-staff": "1"}).json()["reason"] == "request_filtered"
    assert Browser().get("/track/").json()["accepted"]
    assert len(wire.messages) == 1


def test_the_request_is_the_messages_context(browser: Browser, wire: Wire, segment: Overridden) -> None:
    segment(TRUSTED_PROXIES=1)
    headers = {"x-forwarded-for": "203.0.113.7", "accept-language": "de-at,de;q=0.8", "referer": "https://a.example/"}
    browser.get("/track/?utm_source=mail&utm_campaign=spring", **headers)
    context = wire.messages[0]["context"]
    assert context["page"]["url"].endswith("/track/?utm_source=mail&utm_campaign=spring")
    assert {**context, "page": None, "library": None} == {
        "page": None,
        "library": None,
        "channel": "server",
        "ip": "203.0.113.7",
        "userAgent": CHROME,
        "locale": "de-AT",
        "campaign": {"source": "mail", "name": "spring"},
    }


@pytest.mark.parametrize("wrong", [{"REGION": "mars"}, {"WRITEKEY": "k"}, ["WRITE_KEY"]])
def test_a_wrong_setting_is_said_when_the_server_starts(settings: Any, wrong: Any) -> None:
    settings.SEGMENT = wrong
    with pytest.raises(ConfigError, match="SEGMENT"):
        Browser().get("/nothing/")
