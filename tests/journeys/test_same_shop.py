"""The two example shops are one: the same HTTP script gives the same answers, and the same messages at the wire."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from segment_web.collector import CollectorServer
from segment_web.commands.demo.process import ShopProcess
from segment_web.commands.demo.shops import SHOPS, find
from tests.journeys.visitor import Seen, visit, without_number

PRODUCTION = {"django": {"DJANGO_DEBUG": "0"}, "flask": {}}  # in development the two show errors in their own ways
STAMPS = {"messageId", "timestamp", "originalTimestamp", "sentAt", "receivedAt"}  # every message's own
_ID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")
_HOST = re.compile(r"127\.0\.0\.1:\d+")


class Visit(NamedTuple):
    """What the visitor saw, and what Segment was told of it."""

    seen: list[Seen]
    messages: list[dict[str, Any]]


def visited(framework: str, scratch: Path) -> Visit:
    shop, folder = find(framework)
    shop = replace(shop, environ={**shop.environ, **PRODUCTION[framework]})
    with CollectorServer() as collector:
        with ShopProcess(shop, folder, scratch, collector.url) as process:
            seen = visit(process.url)
        assert process.exit_code == 0, process.last_words()
        assert [record.code for record in collector.discarded] == []
        return Visit(seen, collector.messages)


@pytest.fixture(scope="module")
def visits(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Visit]:
    scratches = [tmp_path_factory.mktemp(framework) for framework in SHOPS]
    with ThreadPoolExecutor(len(SHOPS)) as threads:
        return dict(zip(SHOPS, threads.map(visited, SHOPS, scratches), strict=True))


def plain(value: Any, ids: dict[str, str]) -> Any:
    """A message without its stamps and host; ids and orders are named in the order in which they turn up."""
    if isinstance(value, dict):
        return {name: plain(item, ids) for name, item in value.items() if name not in STAMPS}
    if isinstance(value, list):
        return [plain(item, ids) for item in value]
    if not isinstance(value, str):
        return value
    named = _ID.sub(lambda found: ids.setdefault(found[0], f"id {len(ids)}"), _HOST.sub("shop", value))
    return without_number(named)


def told(visit: Visit) -> list[Any]:
    ids: dict[str, str] = {}
    return [plain(message, ids) for message in visit.messages]


def test_the_visitor_sees_the_same(visits: dict[str, Visit]) -> None:
    assert visits["flask"].seen == visits["django"].seen


def test_segment_is_told_the_same_field_by_field(visits: dict[str, Visit]) -> None:
    django, flask = told(visits["django"]), told(visits["flask"])
    assert [name(message) for message in flask] == [name(message) for message in django]
    for ours, theirs in zip(flask, django, strict=True):
        assert ours == theirs


def test_the_script_reaches_every_kind_of_message(visits: dict[str, Visit]) -> None:
    """What is not said cannot differ."""
    said = {name(message) for message in visits["django"].messages}
    assert said >= {
        *("Product List Viewed", "Products Searched", "Product Viewed", "Product Added", "Product Removed"),
        *("Cart Viewed", "Checkout Started", "Order Completed", "Order Updated", "page", "identify"),
        *("Signed Up", "Signed In", "Signed Out"),
    }
    assert len(visits["django"].messages) > 30


def name(message: dict[str, Any]) -> str:
    return str(message.get("event", message["type"]))
