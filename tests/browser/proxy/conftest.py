"""Each framework's application with the proxy at ``/a/``, between a local CDN and a real local Segment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.proxy.cdn import CdnServer
from tests.browser.proxy.page import Page
from tests.contracts.conftest import Framework, collector, framework, segment

__all__ = ["collector", "framework", "segment"]

Open = Callable[..., Page]


@pytest.fixture
def cdn() -> Iterator[CdnServer]:
    with CdnServer() as server:
        yield server


@pytest.fixture
def open_page(framework: Framework) -> Open:
    """A page of a new application with these ``first_party`` settings and others; its CDN is nobody unless one is
    given."""

    def opened(*, settings: dict[str, Any] | None = None, **first_party: Any) -> Page:
        return Page(framework.app(first_party={"cdn": None, **first_party}, **(settings or {})))

    return opened
