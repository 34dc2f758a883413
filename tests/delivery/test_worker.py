"""The worker survives its observers, its transports and its own errors; one that has died is replaced."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from segment_web import Analytics, ConfigError
from segment_web.delivery.delivery import CLOSED, Delivery
from segment_web.delivery.queues.memory import QueueBounds
from segment_web.delivery.transports.transport import Transport
from segment_web.delivery.worker import NAME
from segment_web.messages.envelope import Batch, Envelope
from segment_web.messages.outcome import DELIVERED, Outcome
from segment_web.settings import load
from tests.delivery.conftest import assert_conserved, say
from tests.delivery.test_lane import lane

pytestmark = pytest.mark.once


class Kept:
    """A transport that keeps the ids; ``fault`` may raise before it does."""

    def __init__(self, fault: Callable[[], object] = lambda: None) -> None:
        self.ids: list[str] = []
        self.fault = fault

    def deliver(self, batch: Batch) -> Outcome:
        self.fault()
        self.ids += [envelope.message_id for envelope in batch.envelopes]
        return DELIVERED

    def close(self) -> None:
        """Nothing to close."""


class Observer:
    """Does ``act`` when a batch was delivered."""

    def __init__(self, act: Callable[[], object]) -> None:
        self.act = act

    def __getattr__(self, name: str) -> Any:
        return lambda *_: None

    def batch_delivered(self, batch: Batch, outcome: Outcome) -> None:
        self.act()


class Once:
    """Raises ``error`` at the ``at``-th call on a worker's thread, and at no other."""

    def __init__(self, error: type[BaseException], at: int = 1) -> None:
        self.error = error
        self.left = at
        self.raised = threading.Event()

    def __call__(self) -> None:
        if threading.current_thread().name == NAME:
            self.left -= 1
            if self.left == 0:
                self.thread = threading.current_thread()
                self.raised.set()
                raise self.error


def client(transport: Transport, *observers: Any) -> Analytics:
    settings = load({"write_key": "worker-write-key", "flush_interval": 60, "batch_size": 2})
    return Analytics.from_settings(settings, transport=transport, observers=observers)


def delivery(transport: Transport, clock: Callable[[], float], make: Callable[[], Transport] | None = None) -> Delivery:
    return Delivery(
        make_room=lambda: QueueBounds(max_count=100, max_size=10**6, drop_oldest=False),
        make_lanes=lambda room: {"default": lane(interval=0.0)},
        make_transports=lambda: {"default": make() if make else transport},
        exit_timeout=5,
        clock=clock,
    )


def put(delivery: Delivery, *names: str) -> None:
    for name in names:
        assert delivery.put(Envelope(name, name, "default", b"{}")) is None


def ticking(fault: Callable[[], object]) -> Callable[[], float]:
    def clock() -> float:
        fault()
        return time.monotonic()

    return clock


@pytest.mark.parametrize("call", ["flush", "close"])
def test_an_observer_that_waits_for_the_worker_does_not_wait_for_itself(call: str) -> None:
    transport, answers = Kept(), list[bool]()
    observed = client(transport, Observer(lambda: answers.append(getattr(observed, call)())))
    ids = say(observed, 5)
    assert observed.flush(20)
    assert transport.ids == ids
    assert answers[-1] is True, "everything was settled when the last batch was announced"
    assert_conserved(observed.stats())
    assert observed.close(20)


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt, GeneratorExit, MemoryError])
def test_whatever_an_observer_raises_is_logged_and_ends_there(
    error: type[BaseException], caplog: pytest.LogCaptureFixture
) -> None:
    transport, heard = Kept(), list[int]()
    observed = client(transport, Observer(Once(error)), Observer(lambda: heard.append(1)))
    ids = say(observed, 4)
    assert observed.flush(20)
    assert (transport.ids, len(heard)) == (ids, 2)
    assert f"observer: {error.__name__}" in caplog.text
    assert observed.close(20)


def test_a_transport_that_ends_its_thread_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    transport = Kept(Once(SystemExit))
    stumbling = client(transport)
    ids = say(stumbling, 2)
    assert stumbling.flush(20)
    assert transport.ids == ids
    assert "transport: SystemExit" in caplog.text
    assert stumbling.close(20)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_the_next_message_replaces_a_dead_worker(caplog: pytest.LogCaptureFixture) -> None:
    transport = Kept()
    fault = Once(GeneratorExit)
    dying = delivery(transport, ticking(fault))
    put(dying, "one")
    assert fault.raised.wait(20)
    fault.thread.join(20)
    assert dying.stats().halted == "the thread that delivers has died"
    assert "delivery: GeneratorExit" in caplog.text
    put(dying, "two")
    assert dying.stats().halted is None
    assert dying.close(20)
    assert sorted(transport.ids) == ["one", "two"]
    assert_conserved(dying.stats())


def test_an_error_of_memory_anywhere_in_the_loop_costs_no_message() -> None:
    calls = Once(MemoryError, at=10**6)
    whole = delivery(Kept(), ticking(calls))
    put(whole, "one", "two", "three")
    assert whole.flush(20)
    for at in range(1, 10**6 - calls.left):
        transport, fault = Kept(), Once(MemoryError, at)
        hungry = delivery(transport, ticking(fault))
        put(hungry, "one", "two", "three")
        assert fault.raised.wait(20), at
        assert hungry.close(20), at
        assert set(transport.ids) == {"one", "two", "three"}, at
        assert_conserved(hungry.stats())


def test_preparing_the_first_delivery_may_fail(caplog: pytest.LogCaptureFixture) -> None:
    """The receipt is true, the message counts once, and it is delivered without a further call."""
    transport = Kept()
    answers = iter([OSError, ConfigError("mend the file"), OSError])

    def make() -> Transport:
        if (fault := next(answers, None)) is not None:
            raise fault
        return transport

    unprepared = delivery(transport, time.monotonic, make)
    put(unprepared, "one")
    while unprepared.stats().last_error is None:
        threading.Event().wait(0.01)
    assert unprepared.close(20)
    assert transport.ids == ["one"]
    assert (unprepared.stats().accepted, unprepared.stats().skipped) == (1, 0)
    assert "mend the file" in caplog.text


def test_the_end_waits_for_a_start_under_way() -> None:
    """One thread imports the HTTP library for the first event; another one closes or flushes meanwhile."""
    transport, entered, go_on = Kept(), threading.Event(), threading.Event()

    def make() -> Transport:
        entered.set()
        assert go_on.wait(20)
        return transport

    slow = delivery(transport, time.monotonic, make)
    waits: list[bool] = []
    first = threading.Thread(target=put, args=(slow, "one"))
    first.start()
    assert entered.wait(20)
    put(slow, "two")
    waiting = [threading.Thread(target=lambda: waits.append(slow.flush(20))) for _ in range(2)]
    waiting.append(threading.Thread(target=lambda: waits.append(slow.close(20))))
    for thread in waiting:
        thread.start()
    while slow.put(Envelope("late", "late", "default", b"{}")) is not CLOSED:
        threading.Event().wait(0.01)
    go_on.set()
    for thread in (first, *waiting):
        thread.join(20)
    assert waits == [True] * 3
    assert sorted(set(transport.ids)) in (["one", "two"], ["late", "one", "two"])
    assert (slow.stats().pending, slow.stats().lost) == (0, 0)
