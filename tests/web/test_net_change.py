"""What several changes of one object come to."""

from __future__ import annotations

import pytest

from segment_web.model_events.changes import Change, ChangeKind, Net

CREATED, DELETED, NOTHING = Net(ChangeKind.CREATED), Net(ChangeKind.DELETED), Net(ChangeKind.NOTHING)


def updated(*changed: str) -> Net:
    return Net(ChangeKind.UPDATED, changed)


@pytest.mark.parametrize(
    ("before", "now", "both"),
    [
        (None, updated("a"), updated("a")),
        (CREATED, updated("a"), CREATED),
        (CREATED, DELETED, NOTHING),
        (NOTHING, DELETED, NOTHING),
        (NOTHING, CREATED, CREATED),
        (updated("b", "a"), updated("a", "c"), updated("b", "a", "c")),
        (updated("a"), DELETED, DELETED),
        (DELETED, CREATED, updated("a", "b", "c")),
    ],
)
def test_two_changes_are_one(before: Net | None, now: Net, both: Net) -> None:
    assert now.after(before, ["a", "b", "c"]) == both


def test_values_are_the_last_that_are_known() -> None:
    first = Change("key", CREATED, {"a": 1, "b": 1, "c": 1})
    assert Change.after(first, "key", updated("a", "b"), {"a": 2}).values == {"a": 2, "c": 1}


def test_what_comes_late_is_said_only_by_who_speaks() -> None:
    said: list[str] = []
    silent, speaker = Change("key", CREATED, {}), Change("key", CREATED, {})
    speaker.speak()
    for change, words in ((silent, "silent"), (speaker, "speaker")):
        change.wait(lambda words=words: said.append(words))  # type: ignore[misc]
    assert said == ["speaker"]


def test_a_put_that_raises_does_not_keep_the_next_back() -> None:
    said: list[int] = []
    change = Change("key", CREATED, {})
    change.wait(lambda: said.append(1 // 0))
    change.wait(lambda: said.append(1))
    change.speak()
    assert said == [1]
