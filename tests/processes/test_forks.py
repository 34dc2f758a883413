"""Forks at bad moments: whatever other threads hold, a child works, delivers its own events and none of its parent's."""

from __future__ import annotations

import os

import pytest

from tests.effort import scaled
from tests.processes.conftest import Start, end
from tests.processes.tally import Tally

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")

FORKS = scaled(200)
# A child that hangs is ended by its alarm, which is no success.
CHILD = """
    def child(*bodies):
        pid = os.fork()
        if pid: return os.waitpid(pid, 0)[1] == 0
        signal.alarm(5)
        for body in bodies: body()
        os._exit(0 if analytics.stats().pending == 0 else 3)

    def speak(number=3, who="child"):
        say(number, who)
        assert analytics.close()
"""


def test_200_forks_beside_busy_threads(start: Start, tally: Tally) -> None:
    body = """
        done = threading.Event()
        def busy(call):
            while not done.is_set():
                call()
                time.sleep(random.random() / 500)
        def track(): analytics.track("Thing Done", {"who": "parent"}, user_id="u")
        calls = [track, track, lambda: analytics.flush(0.001), analytics.stats]
        threads = [threading.Thread(target=busy, args=(call,)) for call in calls]
        for thread in threads: thread.start()
        assert all(child(speak) for _ in range(FORKS))
        done.set()
        for thread in threads: thread.join()
        assert analytics.close(30)
        print(analytics.stats().accepted)
    """
    # So many processes in a row keep a small machine busy: a connection may come late, and is tried again.
    accepted = int(end(start(CHILD, body.replace("FORKS", str(FORKS)), flush_interval=0.002), allowed="will retry"))
    assert tally.who == {"child": 3 * FORKS, "parent": accepted}


def test_a_child_of_a_child(start: Start, tally: Tally) -> None:
    body = """
        say(5)
        assert child(lambda: say(2, "child"), lambda: child(lambda: speak(4, "grandchild")), analytics.close)
    """
    end(start(CHILD, body))
    assert tally.who == {"grandchild": 4, "child": 2, "parent": 5}


def test_a_fork_in_a_thread(start: Start, tally: Tally) -> None:
    body = """
        say(5)
        results = []
        thread = threading.Thread(target=lambda: results.append(child(speak)))
        thread.start(); thread.join()
        assert results == [True]
    """
    end(start(CHILD, body))
    assert tally.who == {"child": 3, "parent": 5}


@pytest.mark.parametrize("first", ["", "import segment_web.process.fork_lock", "import segment_web.celery"])
def test_a_fork_in_the_middle_of_the_first_event(start: Start, tally: Tally, first: str) -> None:
    """Which imports the HTTP library: a child that inherited half an import would wait for the rest for ever."""
    body = """
        thread = threading.Thread(target=say, args=(1,))
        thread.start()
        assert all(child(speak) for _ in range(20))
        thread.join()
    """
    end(start(CHILD, body, first=first))
    assert tally.who == {"child": 60, "parent": 1}
