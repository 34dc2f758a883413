"""A snapshot is the same in every run, and is stored where that is asked for."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from segment_web import Analytics
from segment_web.testing import CapturedEvents, capture_events
from segment_web.testing.snapshot import UPDATE

HIDE = ("properties.id", "properties.items.at")


def shopping(total: float = 27.5) -> CapturedEvents:
    """Two visitors and an order; each run makes up its own ids."""
    client, first, second = Analytics(), str(uuid4()), str(uuid4())
    with capture_events() as events:
        client.track("Seen", {"by": second}, anonymous_id=first)
        client.track("Seen", {"by": first}, anonymous_id=second)
        items = [{"sku": "A", "at": str(uuid4())}, {"sku": "B"}]
        client.track("Bought", {"id": str(uuid4()), "items": items, "total": total}, user_id=1)
        client.alias(1, previous_id=first)
    return events


def test_it_is_the_same_in_every_run() -> None:
    assert shopping().snapshot(hide=HIDE) == shopping().snapshot(hide=HIDE)


def test_ids_are_numbered_wherever_they_stand_and_the_rest_is_as_sent() -> None:
    one, two, bought, alias = shopping().snapshot(hide=HIDE)
    assert one == {
        "type": "track",
        "messageId": "message 1",
        "timestamp": "[time]",
        "anonymousId": "anonymous 1",
        "event": "Seen",
        "properties": {"by": "anonymous 2"},
        "context": {"library": {"name": "segment-web-python", "version": "[version]"}, "channel": "server"},
    }
    assert (two["anonymousId"], two["properties"], alias["previousId"]) == (
        "anonymous 2",
        {"by": "anonymous 1"},
        "anonymous 1",
    )
    items = [{"sku": "A", "at": "[hidden]"}, {"sku": "B"}]
    assert bought["properties"] == {"id": "[hidden]", "items": items, "total": 27.5}


def test_a_file_is_stored_when_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = tmp_path / "shopping.json"
    with pytest.raises(AssertionError, match=rf"run this test once with {UPDATE}=1"):
        shopping().assert_snapshot(stored)
    monkeypatch.setenv(UPDATE, "1")
    shopping().assert_snapshot(stored, hide=HIDE)
    monkeypatch.delenv(UPDATE)
    shopping().assert_snapshot(stored, hide=HIDE)


def test_a_difference_is_shown_value_by_value(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = tmp_path / "shopping.json"
    monkeypatch.setenv(UPDATE, "1")
    shopping(total=20).assert_snapshot(stored, hide=HIDE)
    monkeypatch.delenv(UPDATE)
    with pytest.raises(AssertionError) as caught:
        shopping().assert_snapshot(stored, hide=HIDE)
    assert str(caught.value).splitlines() == [
        f"not what shopping.json holds (-) was captured, but this (+); {UPDATE}=1 stores it:",
        "  -Bought: properties.total = 20",
        "  +Bought: properties.total = 27.5",
    ]
