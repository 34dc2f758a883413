"""Where and when the cookie of the anonymous id is set: never where the browser refuses it, again before it ends."""

from __future__ import annotations

import pytest

from segment_web.collector import CollectorServer
from tests.contracts.browser import ANONYMOUS_ID, Browser, cookies_of
from tests.contracts.conftest import Framework
from tests.contracts.said import said
from tests.contracts.test_cookie import YEAR

PAGE = {"Sec_Fetch_Dest": "document", "Sec_Fetch_Mode": "navigate"}
IN_A_FRAME = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Dest": "iframe"}
OF_A_FRAME = {"Sec_Fetch_Site": "same-origin", "Sec_Fetch_Dest": "empty", "Sec_Fetch_Storage_Access": "none"}


@pytest.mark.parametrize("site", ["none", "cross-site", "same-site"])
def test_the_first_page_of_a_visit_renews_the_cookie(framework: Framework, segment: CollectorServer, site: str) -> None:
    visitor = framework.browser()
    visitor.get("/seen")
    before = visitor.anonymous_id
    renewed = cookies_of(visitor.get("/seen", Sec_Fetch_Site=site, **PAGE))[ANONYMOUS_ID]
    assert (renewed.value, renewed["max-age"]) == (before, str(YEAR))


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/seen", {"Sec_Fetch_Site": "same-origin", **PAGE}),
        ("/seen", {"Sec_Fetch_Site": "same-site", "Sec_Fetch_Dest": "empty"}),
        ("/nothing", {"Sec_Fetch_Site": "none", **PAGE}),
        ("/public", {"Sec_Fetch_Site": "none", **PAGE}),
    ],
    ids=["a further page", "a script's request", "no event", "a shared page"],
)
def test_nothing_else_does(framework: Framework, segment: CollectorServer, path: str, headers: dict[str, str]) -> None:
    visitor = framework.browser()
    visitor.get("/seen")
    assert cookies_of(visitor.get(path, **headers)) == {}


@pytest.mark.parametrize("headers", [IN_A_FRAME, OF_A_FRAME], ids=["page", "script"])
def test_a_frame_of_another_site_makes_no_visitors(
    framework: Framework, segment: CollectorServer, headers: dict[str, str]
) -> None:
    app = framework.app(visit=True)
    assert cookies_of(Browser(app).get("/seen", **headers)) == {}
    assert said(app, segment) == []
    assert app.analytics is not None
    assert app.analytics.stats().dropped == {"no_user_anon_id": 1}


def test_a_partitioned_cookie_is_kept_there(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app(cookie={"partitioned": True})
    (header,) = Browser(app).get("/seen", **IN_A_FRAME).all("Set-Cookie")
    assert {"Partitioned", "Secure", "SameSite=None"} <= {*header.split("; ")}
    (message,) = said(app, segment)
    assert header.strip().startswith(f"{ANONYMOUS_ID}={message['anonymousId']}; ")


def test_a_form_of_another_site_replaces_no_id(framework: Framework, segment: CollectorServer) -> None:
    """Browsers send no ``SameSite=Lax`` cookie with it, and would take a new one."""
    app = framework.app()
    visitor = Browser(app)
    request = visitor.request("POST", "/newsletter?email=a@example.com", Sec_Fetch_Site="cross-site", **PAGE)
    assert cookies_of(app.driver.request(request)) == {}
    assert len({message["anonymousId"] for message in said(app, segment)}) == 1
