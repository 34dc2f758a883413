"""Many visitors on a bad day: each one's order holds over retries, splits and pauses, and no one waits for a stranger."""

from __future__ import annotations

from random import Random

import pytest

from tests.delivery.conftest import MakeClient
from tests.delivery.faults import TAKEN, Fault
from tests.delivery.oracle import Oracle

VISITORS = 60
MESSAGES = 900
REQUESTS = 42  # that have a chance of a fault; failures in a row make the lane rest longer each time
TIMEOUT = 0.3  # seconds for a request


def random_fault(dice: Random) -> Fault:
    """One of everything that can happen to a request."""
    return dice.choice(
        [
            Fault.status(dice.choice([408, 429, 500, 502, 503, 504])),
            Fault.status(400),
            Fault.status(413),
            Fault.reset_in_request(dice.randint(0, 400)),
            Fault.reset_in_answer(dice.randint(0, 40)),
            Fault.reset_in_answer(dice.randint(0, 40), status=503),
            Fault.late(dice.uniform(0, TIMEOUT / 2)),
        ]
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_happens_to_the_requests_each_visitors_order_holds(make: MakeClient, seed: int) -> None:
    dice = Random(seed)
    script = [random_fault(dice) if dice.random() < 0.35 else TAKEN for _ in range(REQUESTS)]
    script[REQUESTS // 3] = Fault.hanging(b"HTTP/1.1 200 OK\r\nX")
    script[REQUESTS // 6] = Fault.status(429, "Retry-After: 1")
    with Oracle(script) as oracle:
        client = make(host=oracle.url, batch_size=25, flush_interval=0.002, request_timeout=TIMEOUT)
        for _ in range(MESSAGES):
            assert oracle.say(client, f"visitor {dice.randint(1, VISITORS)}", poison=dice.random() < 0.01)
        assert client.flush(60)
        oracle.check(client)
        assert client.stats().pending == 0
        assert not oracle.poison & set(oracle.taken)
        oracle.check_fresh(client)


def test_a_batch_that_fails_for_ever_holds_up_only_its_own_visitor(make: MakeClient) -> None:
    with Oracle() as oracle:
        client = make(host=oracle.url, flush_interval=0.001)
        oracle.sick.add("ann.0")
        oracle.say(client, "ann")
        oracle.wait_for_requests(1)
        oracle.say(client, "ann")
        strangers = [str(oracle.say(client, f"stranger {n}").message_id) for n in range(30)]
        while not set(strangers) <= set(oracle.taken):
            oracle.wait_for_requests(len(oracle.arrivals) + 1, timeout=5)
        assert not {"ann.0", "ann.1"} & set(oracle.taken)
        oracle.check(client)
        oracle.sick.clear()
        assert client.flush(20)
        oracle.check(client)
        assert set(oracle.taken) == set(oracle.owed)


def test_a_retry_sends_the_same_bytes_with_a_new_sent_at(make: MakeClient) -> None:
    with Oracle([Fault.status(503), Fault.status(500)]) as oracle:
        client = make(host=oracle.url, flush_interval=60)
        for visitor in ("ann", "bob"):
            oracle.say(client, visitor)
        assert client.flush(10)
        first, *again = [arrival.frame for arrival in oracle.arrivals]
        assert len(again) == 2
        assert [frame.messages for frame in again] == [first.messages] * 2
        assert len({first.raw, *(frame.raw for frame in again)}) == 3, "sentAt is stamped for each attempt"
        oracle.check(client)
