"""Both example shops with analytics.js, each served once for all tests of this folder, and one browser."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from segment_web.collector import CollectorServer
from segment_web.commands.demo.process import ShopProcess
from segment_web.commands.demo.shops import SHOPS, find
from tests.browser import analytics_js

if TYPE_CHECKING:
    from tests.browser.shops.shopper import Shopper

AT_ONCE = {"SEGMENT_FLUSH_INTERVAL": "0.05"}  # seconds; a test waits for what is sent
BATCHING = {"deliveryStrategy": {"strategy": "batching", "config": {"size": 3, "timeout": 60_000}}}
IN_BATCHES = json.dumps({"load": {"integrations": {"Segment.io": BATCHING}}})


@dataclass(frozen=True, slots=True)
class Shop:
    """A running shop and what Segment is told of it."""

    framework: str
    process: ShopProcess
    collector: CollectorServer
    scratch: Path


Enter = Callable[..., "Shopper"]


@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    from tests.browser.chromium import chromium

    with chromium() as started:
        yield started


@pytest.fixture(scope="package", params=[*SHOPS])
def shop(request: pytest.FixtureRequest, browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with served(request.param, tmp_path_factory.mktemp(request.param)) as running:
        yield running


@pytest.fixture(scope="package")
def batching_shop(shop: Shop) -> Iterator[Shop]:
    """The same shop, whose analytics.js sends batches of three."""
    with served(shop.framework, shop.scratch, {"SEGMENT_SNIPPET": IN_BATCHES}, is_prepared=True) as running:
        yield running


@pytest.fixture
def enter(browser: Any) -> Iterator[Enter]:
    """``enter(shop)``: somebody new, with a browser of their own. Nobody may hear of it but the shop."""
    from tests.browser.shops.shopper import HOST, Shopper

    with ExitStack() as leaving:

        def opened(shop: Shop, *, has_agreed: bool = True) -> Shopper:
            shopper = Shopper(browser, shop.process.url, shop.collector, has_agreed=has_agreed)
            leaving.callback(shopper.close)
            shoppers.append(shopper)
            return shopper

        shoppers: list[Shopper] = []
        yield opened
        assert {host for shopper in shoppers for host in shopper.hosts} == {HOST}
        assert [complaint for shopper in shoppers for complaint in shopper.complaints] == []


@contextmanager
def served(
    framework: str, scratch: Path, environ: dict[str, str] | None = None, *, is_prepared: bool = False
) -> Iterator[Shop]:
    """A shop that ends in order, and of which nothing was said twice or in vain."""
    shop, folder = find(framework)
    shop = replace(shop, environ={**shop.environ, **AT_ONCE, **(environ or {})})
    if is_prepared:
        shop = replace(shop, prepare=())
    with CollectorServer() as collector:
        with ShopProcess(shop, folder, scratch, collector.url, library=analytics_js.folder()) as process:
            yield Shop(framework, process, collector, scratch)
        assert process.exit_code == 0, process.last_words()
        assert [(record.code, record.message) for record in collector.discarded] == []
