"""Bisection against a real server: the culprits are refused by name and nobody else, in few requests and in order."""

from __future__ import annotations

import math
from random import Random

import pytest

from segment_web import Analytics
from segment_web.delivery.in_flight import SUSPECT_SIZE
from segment_web.delivery.lane import REST
from tests.delivery.conftest import MakeClient
from tests.delivery.faults import Fault
from tests.delivery.oracle import Oracle

BATCHES = 36


def send_batch(oracle: Oracle, client: Analytics, dice: Random) -> tuple[int, int]:
    """One random batch with random poison in it; how many messages and how many culprits."""
    number = dice.randint(1, 100)
    bad = set(dice.sample(range(number), dice.randint(0, number // 2)))
    for n in range(number):
        assert oracle.say(client, f"visitor {dice.randint(1, 9)}", poison=n in bad)
    assert client.flush(20)
    return number, len(bad)


@pytest.mark.parametrize("seed", [1, 2])
def test_random_batches_lose_their_culprits_and_nothing_else(make: MakeClient, seed: int) -> None:
    dice = Random(seed)
    with Oracle() as oracle:
        client = make(host=oracle.url, batch_size=100, flush_interval=60)
        for _ in range(BATCHES // 2):
            before = len(oracle.arrivals)
            number, bad = send_batch(oracle, client, dice)
            requests = len(oracle.arrivals) - before
            assert requests <= 2 * bad * math.ceil(math.log2(max(number, 2))) + 1, (number, bad)
            oracle.check(client)
        assert set(oracle.owed) - set(oracle.taken) == oracle.poison
        assert client.stats().dropped == {"bad_request": len(oracle.poison)}
        oracle.check_fresh(client)


def test_a_message_that_is_refused_alone_is_never_sent_again(make: MakeClient) -> None:
    with Oracle() as oracle:
        client = make(host=oracle.url, flush_interval=60)
        oracle.say(client, "ann", poison=True)
        assert client.flush(5)
        for _ in range(3):
            oracle.say(client, "ann")
            assert client.flush(5)
        assert [len(arrival.frame.messages) for arrival in oracle.arrivals] == [1, 1, 1, 1]
        oracle.check(client)


def test_a_server_that_refuses_everything_is_suspected_although_each_batch_is_small(make: MakeClient) -> None:
    with Oracle(otherwise=Fault.status(400)) as oracle:
        client = make(host=oracle.url, flush_interval=60)
        for _ in range(SUSPECT_SIZE - 1):
            oracle.say(client, "ann")
            assert client.flush(5)
        oracle.say(client, "ann")
        assert not client.flush(0.2)
        stats = client.stats()
        assert (stats.dropped, stats.pending) == ({"bad_request": SUSPECT_SIZE - 1}, 1)
        assert stats.paused_until is not None
        oracle.recover()
        assert client.flush(REST + 1)
        assert client.stats().delivered == 1
        oracle.say(client, "ann", poison=True)
        assert client.flush(5), "a delivery clears the suspicion"
        oracle.check(client)
