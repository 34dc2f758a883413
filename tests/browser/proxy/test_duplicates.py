"""The memory of message ids: what was here is known, for a while, and within bounds."""

from __future__ import annotations

import threading

from segment_web.browser.proxy.duplicates import SeenMessageIds


def test_an_id_is_new_once_for_each_source() -> None:
    seen = SeenMessageIds(clock=lambda: 0.0)
    assert [seen.is_new(*key) for key in (("a", "1"), ("a", "1"), ("b", "1"), ("a", "2"))] == [True, False, True, True]


def test_an_old_id_is_forgotten() -> None:
    now = [0.0]
    seen = SeenMessageIds(clock=lambda: now[0], age=10.0)
    assert seen.is_new("a", "1")
    now[0] = 9.9
    assert not seen.is_new("a", "1")
    now[0] = 10.0
    assert seen.is_new("a", "1")
    assert len(seen) == 1


def test_the_oldest_makes_room() -> None:
    seen = SeenMessageIds(clock=lambda: 0.0, ids=100)
    assert all(seen.is_new("a", str(number)) for number in range(1_000))
    assert len(seen) == 100
    assert not seen.is_new("a", "999")
    assert seen.is_new("a", "0")


def test_of_many_threads_one_is_first() -> None:
    seen = SeenMessageIds(clock=lambda: 0.0)
    first: list[str] = []
    barrier = threading.Barrier(8)

    def ask() -> None:
        barrier.wait()
        first.extend(str(number) for number in range(2_000) if seen.is_new("a", str(number)))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(first, key=int) == [str(number) for number in range(2_000)]
