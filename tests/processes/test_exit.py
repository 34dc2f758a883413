"""The end of a process: in time, with everything delivered if the server is up, else with one line that counts the rest."""

from __future__ import annotations

import json
import random
import re
import time
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import pytest

from tests.effort import scaled
from tests.processes.conftest import PATIENCE, Process, Start, end
from tests.processes.tally import Tally

MOMENTS = scaled(10)  # SIGTERMs, for each kind of server
DEFAULT = 5.0  # seconds of exit_timeout where the server is up
EXIT_TIMEOUT = 2.0  # where it is not, and all of it is waited for
AMPLE = {"queue_size": 10**6, "queue_bytes": 2**30}  # what is tested is the exit, not a full queue
TICK = 0.01  # seconds of the process's own clock, which stands still while the machine gives the process no time
GRACE = 0.75  # seconds of that clock beyond exit_timeout
CLOSED = "segment_web skipped a track: closed (the client is closed)\n"  # to threads that never stop
LOST = re.compile(r"segment_web dropped (\d+) accepted messages: exit_timeout")

# Registered before segment_web is imported, so that it runs after segment_web's own exit handler.
LAST_WORDS = """
import atexit, json, threading, time
ticks = 0
def tick():
    global ticks
    while True:
        time.sleep(0.01)
        ticks += 1
threading.Thread(target=tick, daemon=True).start()
def report():
    stats = analytics.stats()
    print(json.dumps([ticks - asked, stats.accepted, stats.delivered, stats.lost, stats.pending]))
atexit.register(report)
"""
UNDER_LOAD = """
    def stop(*_):
        global asked
        asked = ticks
        sys.exit(0)
    signal.signal(signal.SIGTERM, stop)
    def track(name):
        while True:
            for n in range(20): analytics.track("Thing Done", {"who": name}, user_id="u")
            time.sleep(0.005)
    for name in ("one", "two"): threading.Thread(target=track, args=(name,), daemon=True).start()
    analytics.prepare()  # as servers do: an import that a signal interrupts leaves files open, which is a warning
    print("ready", flush=True)
    track("main")
"""


class LastWords(NamedTuple):
    ticks: int  # of the process's own clock, from the signal to the end of the exit handlers
    accepted: int
    delivered: int
    lost: int
    pending: int

    def took_at_most(self, seconds: float) -> bool:
        """Whether the process's own clock passed no more than so long, and a grace."""
        return self.ticks * TICK < seconds + GRACE


def terminated(process: Process, after: float, exit_timeout: float) -> tuple[LastWords, str]:
    """What a process under load says when SIGTERM comes ``after`` seconds of it, on stdout and stderr."""
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(after)  # the moment is the point
    process.terminate()
    out, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, errors
    words = LastWords(*json.loads(out))
    assert words.took_at_most(exit_timeout)
    assert (words.accepted, words.pending) == (words.delivered + words.lost, 0)
    return words, errors.replace(CLOSED, "")


def at_random_moments(start: Start, *, at_once: int, exit_timeout: float) -> list[tuple[LastWords, str]]:
    moments = random.Random(20)
    afters = [moments.uniform(0, 0.5) for _ in range(MOMENTS)]

    def one(after: float) -> tuple[LastWords, str]:
        process = start(UNDER_LOAD, first=LAST_WORDS, **AMPLE, exit_timeout=exit_timeout, flush_interval=0.05)
        return terminated(process, after, exit_timeout)

    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(one, afters))


def test_sigterm_at_any_moment_delivers_all_that_was_accepted(start: Start, tally: Tally) -> None:
    results = at_random_moments(start, at_once=3, exit_timeout=DEFAULT)
    assert [(words.lost, errors) for words, errors in results] == [(0, "")] * MOMENTS
    assert tally.who.total() == sum(words.accepted for words, _ in results)


def test_sigterm_at_any_moment_with_a_server_that_hangs_counts_what_is_left_in_one_line(
    start: Start, tally: Tally
) -> None:
    tally.hang()
    for words, errors in at_random_moments(start, at_once=5, exit_timeout=EXIT_TIMEOUT):
        assert words.lost == words.accepted
        assert [int(number) for number in LOST.findall(errors)] == [words.lost] * bool(words.lost)
        assert errors.count("\n") == bool(words.lost), errors


def test_two_clients_with_servers_that_hang_end_together(start: Start, tally: Tally) -> None:
    body = """
        others = [segment_web.Analytics.from_settings(analytics.settings) for _ in range(3)]
        for client in (analytics, *others): client.track("Thing Done", {"who": "parent"}, user_id="u")
        asked = ticks
    """
    tally.hang()
    out, errors = start(body, first=LAST_WORDS, exit_timeout=1).communicate(timeout=PATIENCE)
    assert LastWords(*json.loads(out)).took_at_most(1)
    assert sum(int(number) for number in LOST.findall(errors)) == 1  # a line of a kind is logged once a minute


def test_a_close_that_a_signal_interrupts_is_taken_up_at_exit(start: Start, tally: Tally) -> None:
    body = """
        say(5)
        signal.signal(signal.SIGALRM, lambda *_: sys.exit(0))
        asked = ticks
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        analytics.close(30)
    """
    tally.hang()
    process = start(body, first=LAST_WORDS, exit_timeout=1)
    out, errors = process.communicate(timeout=PATIENCE)
    words = LastWords(*json.loads(out))
    assert (words.accepted, words.lost, words.pending) == (5, 5, 0)
    assert words.took_at_most(0.3 + 1)
    assert LOST.findall(errors) == ["5"]


@pytest.mark.parametrize("options", [("-OO",), ("-X", "dev"), ("-X", "dev", "-OO"), ("-I",)])
def test_the_interpreter_ends_in_peace(start: Start, tally: Tally, options: tuple[str, ...]) -> None:
    """No hang, no "Exception ignored", in the middle of delivering and with threads that live on."""
    body = """
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        for n in range(500): analytics.track("Thing Done", {"who": "parent"}, user_id="u")
    """
    assert end(start(body, options=(*options, "-W", "error"), flush_interval=0.001)) == ""
    assert tally.who == {"parent": 500}


def test_events_of_late_exit_handlers_are_delivered_even_if_no_thread_starts_any_more(
    start: Start, tally: Tally
) -> None:
    """As from CPython 3.12 on; a flush there delivers, too."""
    body = """
        def late():
            say(3, "late")
            assert analytics.flush()
            assert analytics.stats().delivered == 3
            say(2, "latest")
        atexit.register(late)
    """
    end(start(body))
    assert tally.who == {"late": 3, "latest": 2}


def test_events_of_late_exit_handlers_keep_nobody_waiting_beyond_the_exit_timeout(start: Start, tally: Tally) -> None:
    """Where no thread starts any more the exiting one delivers, and the server hangs: CPython 3.12 and later."""
    body = """
        def late():
            global asked
            asked = ticks
            say(3, "late")
            assert ticks - asked < 50
        atexit.register(late)
    """
    tally.hang()
    out, errors = start(body, first=LAST_WORDS, exit_timeout=1).communicate(timeout=PATIENCE)
    words = LastWords(*json.loads(out))
    assert (words.accepted, words.lost, words.pending) == (3, 3, 0)
    assert words.took_at_most(1)
    assert LOST.findall(errors) == ["3"]


def test_a_signal_handler_may_track_whatever_it_interrupts(start: Start, tally: Tally) -> None:
    body = """
        handled = 0
        def handler(*_):
            global handled
            receipt = analytics.track("Thing Done", {"who": "handler"}, user_id="u")
            handled += receipt.accepted
            analytics.stats()
        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, 0.0003, 0.0003)
        say(8000)
        signal.setitimer(signal.ITIMER_REAL, 0)
        print(handled)
    """
    handled = int(end(start(body, options=("-W", "error"), queue_size=100_000)))
    assert tally.who == {"parent": 8000, "handler": handled}


@pytest.mark.parametrize(("forgets", "oldest_go"), [(False, True), (True, False), (True, True)])
def test_receipts_are_true_where_handlers_take_the_room_of_older_messages(
    start: Start, tally: Tally, forgets: bool, oldest_go: bool
) -> None:
    """What was accepted is on the books, one by one, whatever the handler came between: the oldest going, or a walk
    through those who are forgotten."""
    body = f"""
        accepted = []
        def one(user):
            if analytics.track("Thing Done", {{"who": user}}, user_id=user):
                accepted.append(user)
        inside = False
        def handler(*_):
            global inside
            if not inside:
                inside = True
                one("handler")
                inside = False
        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, 0.0003, 0.0003)
        for n in range(8000):
            one("parent")
            if {forgets} and n % 50 == 0:
                analytics.forget(["parent", "handler"])
        signal.setitimer(signal.ITIMER_REAL, 0)
        assert analytics.flush(20)
        stats = analytics.stats()
        assert stats.pending == 0 and stats.accepted == stats.delivered + stats.lost, stats
        print(stats.accepted - len(accepted))
    """
    options = {"queue_size": 20, "when_full": "drop_oldest"} if oldest_go else {"queue_size": 10**5}
    assert end(start(body, flush_interval=3600, **options), allowed="queue_full") == "0\n"


def test_a_signal_handler_may_raise_while_a_call_waits_for_another_thread(start: Start, tally: Tally) -> None:
    """What it raises passes, and the lock is still the other thread's."""
    body = """
        class Limit(BaseException): pass
        def handler(*_): raise Limit
        signal.signal(signal.SIGALRM, handler)
        say(1)
        lock, held, done = analytics._own.delivery._lock, threading.Event(), threading.Event()
        def hold():
            with lock:
                held.set()
                done.wait()
                analytics.track("Thing Done", {"who": "holder"}, user_id="u")
        thread = threading.Thread(target=hold)
        thread.start()
        held.wait()
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        try:
            analytics.track("Thing Done", {"who": "nobody"}, user_id="u")
        except Limit:
            print("passed")
        done.set()
        thread.join()
        say(1)
    """
    assert end(start(body, options=("-W", "error"))) == "passed\n"
    assert tally.who == {"parent": 2, "holder": 1}


def test_a_signal_handler_may_raise_whatever_it_interrupts(start: Start, tally: Tally) -> None:
    """As time limits do: the books still agree, nothing comes twice, and what follows is delivered."""
    body = """
        class Limit(BaseException): pass
        def handler(*_): raise Limit
        signal.signal(signal.SIGALRM, handler)
        analytics.prepare()
        for _ in range(500):
            try:
                signal.setitimer(signal.ITIMER_REAL, random.random() / 1000)
                while True: analytics.track("Thing Done", {"who": "parent"}, user_id="u")
            except Limit:
                pass
        say(1, "after")
        assert analytics.flush(20)
        stats = analytics.stats()
        assert stats.accepted == stats.delivered and stats.pending == 0, stats
        print(stats.accepted)
    """
    accepted = int(end(start(body, options=("-W", "error"), queue_size=100_000)))
    assert tally.who == {"parent": accepted - 1, "after": 1}
