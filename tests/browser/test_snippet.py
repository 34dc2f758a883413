"""The snippet: what it hands to the loader, where it is not rendered, and that it is the browser's page call."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import KEY, MakeSite, config_of
from tests.browser.content import Content, tag

COOKIE = {"domain": "", "maxage": 365, "sameSite": "Lax"}
OWN_COLLECTOR = "https://events.shop.test"


def test_without_a_proxy_it_loads_from_segment(make_site: MakeSite) -> None:
    assert make_site().config() == {
        "key": KEY,
        "global": "analytics",
        "mount": None,
        "cdn": "https://cdn.segment.com",
        "load": {"useQueryString": False, "cookie": COOKIE},
        "calls": [["page", {}]],
        "hold": False,
    }


def test_with_a_proxy_it_loads_from_there(make_site: MakeSite) -> None:
    assert make_site(proxied=True).config()["mount"] == "/a/"
    assert make_site(proxied=True, snippet={"first_party": False}).config()["mount"] is None


def test_an_own_collector_and_no_proxy_need_a_cdn(make_site: MakeSite) -> None:
    """Or the browser would send to Segment what the server does not."""
    assert "<script" not in make_site(host=OWN_COLLECTOR).html()
    config = make_site(host=OWN_COLLECTOR, snippet={"cdn": "https://cdn.shop.test/"}).config()
    assert config["cdn"] == "https://cdn.shop.test"
    assert config["load"]["integrations"]["Segment.io"] == {"apiHost": "events.shop.test/v1", "protocol": "https"}


def test_the_key_is_that_of_the_source(make_site: MakeSite) -> None:
    site = make_site(sources={"web": {"write_key": "web-key"}}, snippet={"source": "web"})
    assert site.config()["key"] == "web-key"


def test_load_options_win_key_by_key(make_site: MakeSite) -> None:
    load = {"obfuscate": True, "cookie": {"sameSite": "Strict"}, "useQueryString": {"aid": "[a-f0-9-]{36}"}}
    config = make_site(snippet={"load": load})
    assert config.config()["load"] == {**load, "cookie": {**COOKIE, "sameSite": "Strict"}}


@pytest.mark.parametrize(
    ("changes", "cookie"),
    [
        ({"domain": "shop.test", "age": 43_200}, {**COOKIE, "domain": "shop.test", "maxage": 0.5}),
        ({"secure": True, "samesite": "None"}, {**COOKIE, "sameSite": "None", "secure": True}),
        ({"mode": "off"}, None),
    ],
)
def test_analytics_js_keeps_the_cookie_that_the_server_keeps(
    make_site: MakeSite, changes: dict[str, Any], cookie: dict[str, Any] | None
) -> None:
    assert make_site(cookie=changes).config()["load"].get("cookie") == cookie


@pytest.mark.parametrize(
    ("options", "calls"),
    [
        ({"name": "Home"}, [["page", "Home", {}]]),
        ({"name": "Home", "category": "Docs"}, [["page", "Docs", "Home", {}]]),
        ({"category": "Docs", "depth": 2}, [["page", {"depth": 2, "category": "Docs"}]]),
        ({"properties": {"a": 1}, "b": 2}, [["page", {"a": 1, "b": 2}]]),
        ({"name": "Home", "page": False}, []),
    ],
)
def test_the_page_call(make_site: MakeSite, options: dict[str, object], calls: list[object]) -> None:
    assert make_site(Content(head=[tag("snippet", **options)])).config()["calls"] == calls


def test_hostile_values_stay_values(make_site: MakeSite) -> None:
    evil = "</script><script>alert('\u2028')</script><!--"
    site = make_site(Content(head=[tag("snippet", name=evil, a=[evil])]), write_key=evil)
    html = site.html()
    assert html.count("<script") == html.count("</script") == 1
    config = config_of(html)
    assert (config["key"], config["calls"]) == (evil, [["page", evil, {"a": [evil]}]])


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (
            {"write_key": None},
            "the source of the snippet has no write key, which analytics.js is loaded by: set write_key",
        ),
        ({"snippet": {"enabled": False}}, "the setting snippet has enabled off"),
        ({"enabled": False}, "nothing is recorded of this request"),
        ({"request_filter": lambda request: False}, "nothing is recorded of this request"),
    ],
)
def test_where_nothing_is_rendered_developers_read_why(
    make_site: MakeSite, changes: dict[str, Any], reason: str
) -> None:
    def debug(target: Any) -> None:
        setattr(target, "debug" if hasattr(target, "route") else "DEBUG", True)

    assert "segment" not in make_site(**changes).html()
    assert f"<!-- segment_web: {reason} -->" in make_site(prepare=debug, **changes).html()


def test_the_browser_makes_the_page_call_and_not_the_server(make_site: MakeSite) -> None:
    """Also where the search for the library's address, in the first 64 KiB, does not come to it."""
    far_down = Content(head=["<meta>" * 20_000, tag("snippet")])
    site = make_site(far_down, page_views=True)
    site.html()
    assert site.analytics.stats().accepted == 0
    site.html("/plain")
    assert site.analytics.stats().accepted == 1


def test_a_page_that_the_browser_asks_for_ahead_has_its_snippet(make_site: MakeSite) -> None:
    """If the visitor opens it, the browser shows this very answer."""
    answer = make_site().visitor.get("/", Sec_Purpose="prefetch;prerender")
    assert config_of(answer.body.decode())["calls"] == [["page", {}]]
