"""Merging of contexts: what a call says wins, key by key, and a mapping without an end is read to a bound."""

from __future__ import annotations

from collections.abc import Iterator

from segment_web.client import Analytics
from segment_web.messages.context import MAX_KEYS, merge
from tests.pipeline.hostile import EndlessMapping


class Endless(EndlessMapping):
    """Without an end for whoever keeps to the bound; whoever does not meets an error before the memory is full."""

    def items(self) -> Iterator[tuple[str, object]]:  # type: ignore[override]
        for item in super().items():
            assert self.read <= 2 * MAX_KEYS
            yield item


def test_objects_merge_one_level_deep() -> None:
    base: dict[str, object] = {"page": {"path": "/", "title": "Home"}, "locale": "de"}
    merged = merge(base, {"page": {"title": "Shop"}, "locale": "en", "ip": None})
    assert merged == {"page": {"path": "/", "title": "Shop"}, "locale": "en", "ip": None}
    assert base == {"page": {"path": "/", "title": "Home"}, "locale": "de"}


def test_a_context_without_an_end_is_refused() -> None:
    endless = Endless()
    with Analytics("a-key", delivery="null") as analytics:
        receipt = analytics.track("X Done", user_id="1", context=endless)
    assert not receipt
    assert endless.read == MAX_KEYS


def test_an_object_without_an_end_in_a_context_is_read_to_the_bound() -> None:
    endless = Endless()
    assert len(merge({"page": {"path": "/"}}, {"page": endless})["page"]) == MAX_KEYS + 1
    assert endless.read == MAX_KEYS
