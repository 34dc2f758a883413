"""gevent: with everything patched the worker is a greenlet, and nothing else changes."""

from __future__ import annotations

import json

import pytest

from tests.processes.conftest import Start, end
from tests.processes.tally import Tally

pytest.importorskip("gevent", reason="gevent is not installed")

PATCH = "import gevent.monkey; gevent.monkey.patch_all(); import gevent"
GREENLETS = """
    def work(number):
        for n in range(5):
            say(1, f"greenlet {number}")
            gevent.sleep(0)
    gevent.joinall([gevent.spawn(work, number) for number in range(1000)])
"""
ALL = {f"greenlet {number}": 5 for number in range(1000)}


def test_a_thousand_greenlets_are_delivered_at_exit(start: Start, tally: Tally) -> None:
    end(start(GREENLETS, first=PATCH))
    assert tally.who == ALL


def test_a_thousand_greenlets_are_delivered_meanwhile(start: Start, tally: Tally) -> None:
    end(start(GREENLETS, "assert analytics.flush(30)", first=PATCH))
    assert tally.who == ALL


def test_a_server_that_hangs_stops_no_other_greenlet(start: Start, tally: Tally) -> None:
    body = """
        say(3)
        flushing = gevent.spawn(analytics.flush)
        turns = 0
        while not flushing.ready():
            gevent.sleep(0.001)
            turns += 1
            if turns == 100: print("ran", flush=True)
        print(analytics.stats().delivered)
    """
    tally.hang()
    process = start(body, first=PATCH)
    assert process.stdout is not None
    assert process.stdout.readline() == "ran\n"
    tally.recover()
    assert json.loads(end(process)) == 3


def test_a_forked_child_delivers_its_own(start: Start, tally: Tally) -> None:
    body = """
        say(5)
        if (pid := os.fork()) == 0:
            signal.alarm(5)
            say(3, "child")
            assert analytics.close()
            os._exit(0)
        assert os.waitpid(pid, 0)[1] == 0
    """
    end(start(body, first=PATCH))
    assert tally.who == {"child": 3, "parent": 5}
