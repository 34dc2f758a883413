"""The tags around the snippet: identify, page, pixel, and the calls that the server has decided on."""

from __future__ import annotations

import json
import logging
import re
from base64 import urlsafe_b64decode
from typing import Any
from urllib.parse import urlsplit

import pytest

from segment_web.logs import log
from tests.browser.conftest import KEY, MakeSite, Site, made
from tests.browser.content import Content, tag

IDENTIFIED = re.compile(r"segmentWeb\.identify\((.*?)\);</script>")
WITH_IDENTIFY = Content(body=[tag("identify")])


def identified(site: Site) -> list[Any] | None:
    """Id, traits and digest of the page's identify."""
    found = IDENTIFIED.search(site.html())
    arguments: list[Any] | None = json.loads(f"[{found[1]}]") if found else None
    return arguments


def test_identify_is_of_who_is_logged_in(make_site: MakeSite) -> None:
    site = make_site(WITH_IDENTIFY, user_id="username", user_traits=["username"])
    assert identified(site) is None
    site.visitor.get("/sign-in?name=%3C/script%3E%26")
    known = identified(site)
    assert known is not None
    assert known[:2] == ["</script>&", {"username": "</script>&"}]
    site.visitor.get("/sign-out")
    assert identified(site) is None


def test_the_digest_is_of_id_and_traits(make_site: MakeSite) -> None:
    digests = set()
    for traits in ([], ["username"]):
        site = make_site(WITH_IDENTIFY, user_id="username", user_traits=traits)
        site.visitor.get("/sign-in?name=anna")
        digests.add((identified(site) or [])[2])
    assert len(digests) == 2
    assert all(re.fullmatch("[0-9a-f]{32}", digest) for digest in digests)


def test_identify_may_be_said_always(make_site: MakeSite) -> None:
    site = make_site(WITH_IDENTIFY, user_id="username", snippet={"identify": "always"})
    site.visitor.get("/sign-in?name=anna")
    assert identified(site) == ["anna", {}, None]


@pytest.mark.parametrize(("path", "knows"), [("/async", False), ("/async?ask", True)])
def test_an_async_view_of_django_asks_for_the_user_first(
    request: pytest.FixtureRequest, transactional_db: None, caplog: pytest.LogCaptureFixture, path: str, knows: bool
) -> None:
    log.forget()
    site = made(request, "Django", WITH_IDENTIFY, user_id="username")
    site.visitor.get("/sign-in?name=anna")
    assert bool(IDENTIFIED.search(site.html(path))) is knows
    assert ["await request.auser()" in line for line in caplog.messages] == [True] * (not knows)


def test_an_explicit_page_call(make_site: MakeSite) -> None:
    html = make_site(Content(body=[tag("page", name="</script>", depth=1)])).html()
    assert 'segmentWeb.call(...["page","\\u003c/script\\u003e",{"depth":1}]);</script>' in html


def test_what_the_server_decides_the_snippet_says(make_site: MakeSite) -> None:
    def say(segment: Any) -> None:
        segment.browser.track("Trial Started", {"plan": "</script>"})
        segment.browser.identify({"plan": "trial"})
        segment.browser.group(7, {"name": "Acme"})

    assert make_site(Content(say=say)).config()["calls"] == [
        ["page", {}],
        ["track", "Trial Started", {"plan": "</script>"}],
        ["identify", {"plan": "trial"}],
        ["group", "7", {"name": "Acme"}],
    ]


def test_what_no_snippet_says_is_told(make_site: MakeSite, caplog: pytest.LogCaptureFixture) -> None:
    log.forget()  # each kind of line is written once a minute
    site = make_site(Content(say=lambda segment: segment.browser.track("Trial Started")))
    with caplog.at_level(logging.WARNING, "segment_web"):
        site.html()
        assert caplog.messages == []
        site.visitor.get("/hurry")
    assert len(caplog.messages) == 1
    assert "calls for the browser were lost: 1. The response (status 302) has no snippet" in caplog.messages[0]


def test_no_object_breaks_a_view_that_calls_for_the_browser(make_site: MakeSite) -> None:
    class Hostile:
        def __str__(self) -> str:
            raise RuntimeError("the object's own")

    def say(segment: Any) -> None:
        segment.browser.track(Hostile())
        segment.browser.group(Hostile())
        segment.browser.group(7)

    calls = make_site(Content(head=[tag("snippet", page=False)], say=say)).config()["calls"]
    assert calls[2] == ["group", "7", {}]


def test_calls_for_the_browser_are_bounded(make_site: MakeSite) -> None:
    def say(segment: Any) -> None:
        segment.browser.track("Too Large", {"text": "x" * 40_000})
        for number in range(150):
            segment.browser.track("Looped", {"number": number})

    calls = make_site(Content(say=say)).config()["calls"]
    assert [call[2].get("number") for call in calls[1:]] == [*range(100)]


def pixel_data(html: str) -> tuple[str, Any]:
    found = re.search(r'<img src="([^"]+)" alt="" width="1" height="1">', html)
    assert found is not None, html
    url = urlsplit(found[1])
    assert re.fullmatch(r"data=[A-Za-z0-9_-]+", url.query)
    text = url.query.removeprefix("data=")
    return url._replace(query="").geturl(), json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def test_the_pixel_is_segments(make_site: MakeSite) -> None:
    address, data = pixel_data(make_site(Content(body=[tag("pixel", "Email Opened", user_id=7, subject="é>?")])).html())
    assert address == "https://api.segment.io/v1/pixel/track"
    assert data == {"writeKey": KEY, "userId": "7", "event": "Email Opened", "properties": {"subject": "é>?"}}


def test_a_pixel_may_have_a_source_of_its_own(make_site: MakeSite) -> None:
    mail = tag("pixel", "Email Opened", anonymous_id="a-1", source="mail")
    sources = {"mail": {"write_key": "mail-key", "region": "eu"}}
    address, data = pixel_data(make_site(Content(body=[mail]), sources=sources).html())
    assert address == "https://events.eu1.segmentapis.com/v1/pixel/track"
    assert (data["writeKey"], data["anonymousId"]) == ("mail-key", "a-1")


def test_a_pixel_never_takes_the_id_of_who_sends_the_mail(make_site: MakeSite) -> None:
    site = make_site(Content(body=[tag("pixel", "Email Opened")]))
    site.visitor.get("/sign-in?name=anna")
    assert "<img" not in site.html()
