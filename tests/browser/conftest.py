"""A site on each framework, delivering to nobody, and what its pages say to a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from typing import Any

import pytest

from segment_web import Analytics
from segment_web.browser.loader import loader
from tests.browser import analytics_js
from tests.browser.content import Content
from tests.browser.first_party import FirstParty, serving
from tests.browser.sites import SITES, Prepare, Wsgi
from tests.contracts.app import App
from tests.contracts.browser import Browser
from tests.contracts.wsgi import WsgiDriver

KEY = "browser-write-key"


class Site:
    """An application under test: asked directly by ``visitor``, or served as ``wsgi``."""

    def __init__(self, wsgi: Wsgi, analytics: Analytics) -> None:
        self.wsgi = wsgi
        self.analytics = analytics
        self.visitor = Browser(App(WsgiDriver(wsgi), analytics))

    def html(self, path: str = "/") -> str:
        """A page as the visitor gets it."""
        answer = self.visitor.get(path)
        assert answer.status == 200, answer.body
        return answer.body.decode()

    def config(self) -> dict[str, Any]:
        """What the first page hands to the loader."""
        return config_of(self.html())


def config_of(html: str) -> dict[str, Any]:
    found = re.search(re.escape(loader()) + r"\((.*?)\);</script>", html, re.DOTALL)
    assert found is not None, html
    config: dict[str, Any] = json.loads(found[1])
    return config


MakeSite = Callable[..., Site]


@pytest.fixture(params=[*SITES])
def make_site(request: pytest.FixtureRequest, transactional_db: None) -> MakeSite:
    """``make_site(content, proxied=False, **settings)``, on each framework."""
    return partial(made, request, request.param)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    from tests.browser.chromium import chromium

    with chromium() as started:
        yield started


@pytest.fixture
def visit_each(make_site: MakeSite, browser: Any) -> Iterator[Callable[..., Any]]:
    """``visit_each(content, **settings)`` opens a new browser profile on a site behind the stand-in for the proxy."""
    with ExitStack() as opened:
        yield partial(_visited, opened, browser, make_site)


@pytest.fixture
def visit_on(request: pytest.FixtureRequest, browser: Any, transactional_db: None) -> Iterator[Callable[..., Any]]:
    """The same on the framework that the test names: ``visit_on("Django", content)``."""
    with ExitStack() as opened:
        yield lambda framework, *content, **settings: _visited(
            opened, browser, partial(made, request, framework), *content, **settings
        )


@pytest.fixture
def visit(visit_on: Callable[..., Any]) -> Callable[..., Any]:
    """The same on Flask: for what the browser does once it has the page, whoever made it."""
    return partial(visit_on, "Flask")


def made(
    test: pytest.FixtureRequest,
    framework: str,
    content: Content | None = None,
    *,
    proxied: bool = False,
    prepare: Prepare = lambda _: None,
    **settings: Any,
) -> Site:
    """A site on a framework."""
    own = {"write_key": KEY, "delivery": "null", "exit_timeout": 0.1, **settings}
    return Site(*SITES[framework](test, content or Content(), own, proxied, prepare))


def _visited(
    opened: ExitStack,
    browser: Any,
    make: MakeSite,
    content: Content | None = None,
    *,
    tls: bool = False,
    **settings: Any,
) -> Any:
    from tests.browser.chromium import Visit

    proxy = FirstParty(make(content, proxied=True, **settings).wsgi, analytics_js.folder(), key=KEY)
    visit = Visit(browser, proxy, opened.enter_context(serving(proxy, tls=tls)), "https" if tls else "http")
    opened.callback(visit.close)
    return visit
