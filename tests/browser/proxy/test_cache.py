"""The cache of the CDN's files: one fetch for all who wait, old files while there is no new one, everything bounded."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from segment_web.browser.proxy.cache import (
    ABSENT,
    BYTES,
    FILES,
    FIRST_TIMES,
    FIRST_TIMES_OF_ALL,
    FLIGHTS,
    FLIGHTS_EACH,
    REST,
    Cache,
)
from segment_web.browser.proxy.file import File, MissingError, UnavailableError
from segment_web.browser.proxy.rate import Client

FRESH = 100.0


class Source:
    """Where files come from; what is spawned runs at once, or waits in ``spawned`` while ``later`` is set."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.body: bytes | Exception = b"one"
        self.asked: list[str] = []
        self.later = False
        self.spawned: list[Callable[[], None]] = []
        self.cache = Cache(self.fetch, clock=lambda: self.now, spawn=self.spawn, patience=0.01)

    def fetch(self, path: str) -> File:
        self.asked.append(path)
        if isinstance(self.body, Exception):
            raise self.body
        return File(self.body)

    def spawn(self, work: Callable[[], None]) -> None:
        self.spawned.append(work) if self.later else work()

    def get(self, path: str = "a", *, client: Client | None = None) -> bytes:
        return self.cache.get(path, fresh=FRESH, client=client).body


@pytest.fixture
def source() -> Source:
    return Source()


def test_a_fresh_file_is_fetched_once(source: Source) -> None:
    assert [source.get() for _ in range(3)] == [b"one"] * 3
    assert source.asked == ["a"]


def test_an_old_file_is_served_at_once_and_renewed_behind(source: Source) -> None:
    source.get()
    source.now += FRESH
    source.body, source.later = b"two", True
    assert [source.get(), source.get()] == [b"one", b"one"]
    [renew] = source.spawned  # one for both
    renew()
    assert source.get() == b"two"


@pytest.mark.parametrize("error", [UnavailableError("down"), MissingError("gone"), RuntimeError("ours")])
def test_an_old_file_is_better_than_none(source: Source, error: Exception) -> None:
    source.get()
    source.body = error
    for _ in range(5):
        source.now += FRESH
        assert source.get() == b"one"
    source.body = b"two"
    source.now += FRESH + REST
    source.get()
    assert source.get() == b"two"


def test_a_cdn_that_is_down_is_left_in_peace(source: Source) -> None:
    source.body = UnavailableError("down")
    for path in "abc":
        with pytest.raises(UnavailableError):
            source.get(path)
    assert source.asked == ["a"]
    source.now += REST
    source.body = b"one"
    assert source.get("b") == b"one"


def test_what_is_not_there_is_not_asked_for_again_and_again(source: Source) -> None:
    source.body = MissingError("404")
    for _ in range(3):
        with pytest.raises(MissingError):
            source.get()
    assert source.asked == ["a"]
    source.now += ABSENT
    source.body = b"one"
    assert source.get() == b"one"


def test_who_waits_too_long_goes_without_and_the_next_has_it(source: Source) -> None:
    source.later = True
    with pytest.raises(UnavailableError):
        source.get()
    with pytest.raises(UnavailableError):
        source.get()
    [fetch] = source.spawned
    fetch()
    assert source.get() == b"one"


def test_who_comes_late_does_not_begin_to_wait() -> None:
    """While the CDN hangs each wave of visitors would hold all threads of a server again."""
    now, begun, fetches = [0.0], threading.Event(), []

    def spawn(fetch: Callable[[], None]) -> None:
        fetches.append(fetch)
        begun.set()

    cache = Cache(lambda path: File(b"late"), clock=lambda: now[0], spawn=spawn, patience=600.0)
    bodies: list[bytes] = []
    first = threading.Thread(target=lambda: bodies.append(cache.get("a", fresh=FRESH).body))
    first.start()
    assert begun.wait(10)
    now[0] = 600.0
    with pytest.raises(UnavailableError):  # at once: the file has not come yet
        cache.get("a", fresh=FRESH)
    assert first.is_alive()
    fetches[0]()
    first.join()
    assert bodies == [b"late"]


def test_few_files_are_fetched_at_once(source: Source) -> None:
    source.later = True
    for number in range(FLIGHTS + 10):
        with pytest.raises(UnavailableError):
            source.get(str(number))
    assert len(source.spawned) == FLIGHTS


def test_invented_names_cost_the_budget_of_the_client_that_invents_them(source: Source) -> None:
    anna, ben = Client("192.0.2.1"), Client("192.0.2.2")
    source.get("real")
    source.body = MissingError("404")
    for number in range(1_000):
        with pytest.raises((MissingError, UnavailableError)):
            source.get(f"invented-{number}", client=anna)
    assert len(source.asked) == 1 + FIRST_TIMES
    source.body = b"two"
    assert source.get("real", client=anna) == b"one"
    assert source.get("new", client=ben) == source.get("the library") == b"two"


def test_many_clients_have_one_budget_together(source: Source) -> None:
    source.body = MissingError("404")
    for number in range(2 * FIRST_TIMES_OF_ALL):
        with pytest.raises((MissingError, UnavailableError)):
            source.get(f"invented-{number}", client=Client(f"192.0.2.{number}"))
    assert len(source.asked) == FIRST_TIMES_OF_ALL


def test_one_client_leaves_flights_to_the_others(source: Source) -> None:
    source.later = True
    for number in range(FLIGHTS):
        with pytest.raises(UnavailableError):
            source.get(str(number), client=Client("192.0.2.1"))
    assert len(source.spawned) == FLIGHTS_EACH
    with pytest.raises(UnavailableError):
        source.get("new", client=Client("192.0.2.2"))
    assert len(source.spawned) == FLIGHTS_EACH + 1


def test_of_invented_names_few_are_remembered(source: Source) -> None:
    source.body = MissingError("404")
    for number in range(3 * FILES):
        source.now += 60.0 / FIRST_TIMES
        with pytest.raises(MissingError):
            source.get(f"invented-{number}")
    assert len(vars(source.cache)["_absent"]) == FILES


def test_the_cache_is_bounded_in_number_and_bytes(source: Source) -> None:
    for number in range(3 * FILES):
        source.now += 2.0
        source.get(str(number))
    source.body = b"x" * (BYTES // 4)
    for number in range(10):
        source.now += 2.0
        source.get(f"large-{number}")
    kept = [kept.file.body for kept in vars(source.cache)["_kept"].values()]
    assert len(kept) <= FILES
    assert sum(map(len, kept)) == vars(source.cache)["_size"] <= BYTES


def test_without_a_thread_there_is_no_file_and_no_error(source: Source) -> None:
    def refuse(work: Callable[[], None]) -> None:
        raise RuntimeError("can't start new thread")

    cache = Cache(source.fetch, clock=lambda: source.now, spawn=refuse)
    with pytest.raises(UnavailableError):
        cache.get("a", fresh=FRESH)


def test_all_who_wait_have_the_one_fetch() -> None:
    asked: list[str] = []
    together, answered = threading.Barrier(9), threading.Event()

    def fetch(path: str) -> File:
        asked.append(path)
        answered.wait(10)
        return File(b"one")

    cache = Cache(fetch, clock=time.monotonic, patience=10.0)
    bodies: list[bytes] = []

    def get() -> None:
        together.wait()
        bodies.append(cache.get("a", fresh=FRESH).body)

    threads = [threading.Thread(target=get) for _ in range(8)]
    for thread in threads:
        thread.start()
    together.wait()
    answered.set()
    for thread in threads:
        thread.join()
    assert (bodies, asked) == ([b"one"] * 8, ["a"])
