"""A site on each framework, delivering to nobody, and what its pages say to a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from segment_web import Analytics
from segment_web.browser.loader import loader
from tests.browser.content import Content
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


@pytest.fixture(params=SITES.values(), ids=[*SITES])
def make_site(request: pytest.FixtureRequest, transactional_db: None) -> MakeSite:
    """``make_site(content, proxied=False, **settings)``."""

    def make(
        content: Content | None = None,
        *,
        proxied: bool = False,
        prepare: Prepare = lambda _: None,
        **settings: Any,
    ) -> Site:
        own = {"write_key": KEY, "delivery": "null", "exit_timeout": 0.1, **settings}
        return Site(*request.param(request, content or Content(), own, proxied, prepare))

    return make
