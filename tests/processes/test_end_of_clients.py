"""The end of a process with early exit handlers, with clients that fail, and with a start that is still under way."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.processes.conftest import PATIENCE, Start, end
from tests.processes.tally import Tally

# An exit handler that is registered before segment_web is imported runs after segment_web's own.
EARLY = """
import atexit
atexit.register(lambda: late())
"""

COUNT = """
import atexit, json
def report():
    stats = analytics.stats()
    print(json.dumps({"accepted": stats.accepted, "delivered": stats.delivered, "lost": stats.lost}))
atexit.register(report)
"""


def test_events_of_exit_handlers_that_were_registered_first_are_delivered(start: Start, tally: Tally) -> None:
    body = """
        say(2)
        def late():
            say(20, "late")
            assert analytics.flush()
            stats = analytics.stats()
            assert (stats.delivered, stats.lost, stats.pending) == (22, 0, 0), stats
    """
    end(start(body, first=EARLY))
    assert tally.who == {"parent": 2, "late": 20}


def test_a_client_that_is_made_by_an_exit_handler_delivers(start: Start, tally: Tally) -> None:
    body = """
        def late():
            global analytics
            analytics = segment_web.Analytics.from_settings(analytics.settings)
            say(3, "late")
    """
    end(start(body, first=EARLY, exit_timeout=PATIENCE))
    assert tally.who == {"late": 3}


def test_an_exit_handler_that_is_the_first_to_import_the_package_delivers(tally: Tally) -> None:
    """Python runs no handler that is registered while the handlers run."""
    text = f"""
import atexit, threading
def late():
    import segment_web
    with_key = segment_web.Analytics("key", host={tally.url!r}, exit_timeout={PATIENCE})
    for n in range(3): assert with_key.track("Thing Done", {{"who": "late", "n": n}}, user_id="u")
atexit.register(late)
"""
    subprocess.run([sys.executable, "-c", text], check=True, timeout=PATIENCE)
    assert tally.who == {"late": 3}


def test_all_exit_handlers_together_wait_for_the_exit_timeout_and_not_longer(start: Start, tally: Tally) -> None:
    body = """
        def late():
            accepted = sum(bool(analytics.track("Thing Done", {"who": "late"}, user_id="u")) for _ in range(50))
            stats = analytics.stats()
            print(json.dumps([accepted, stats.accepted, stats.lost, stats.pending]))
    """
    tally.hang()
    process = start(body, first=EARLY, exit_timeout=2, request_timeout=3600)
    out, errors = process.communicate(timeout=PATIENCE)  # if each call waited for two seconds, it would take longer
    accepted, *books = json.loads(out)
    assert books == [accepted, accepted, 0]
    assert accepted < 50
    assert "exit_timeout" in errors


def test_other_threads_are_refused_after_the_end(start: Start, tally: Tally) -> None:
    """A daemon thread may be stopped at any moment, so that nothing can be promised to it."""
    body = """
        def late():
            go.set()
            helper.join(20)
            print(heard)
        go, heard = threading.Event(), []
        helper = threading.Thread(
            target=lambda: (go.wait(), heard.append(str(analytics.track("T", user_id="u").reason))), daemon=True
        )
        helper.start()
    """
    assert end(start(body, first=EARLY), allowed="closed (the client is closed)") == "['closed']\n"


def test_a_client_that_fails_at_the_end_keeps_no_other_from_being_drained(start: Start, tally: Tally) -> None:
    body = """
        class Leaving:
            def __getattr__(self, name): return lambda *_: None
            def batch_refused(self, *_): sys.exit(3)
        from dataclasses import replace
        dead = replace(analytics.settings, host="http://127.0.0.1:9", exit_timeout=0.0)
        others = [
            segment_web.Analytics.from_settings(dead, observers=[Leaving()]) if n % 2 else
            segment_web.Analytics.from_settings(analytics.settings)
            for n in range(20)
        ]
        for client in others: assert client.track("Thing Done", {"who": "other"}, user_id="u")
        say(1)
    """
    end(start(body), allowed="segment_web")
    assert tally.who == {"other": 10, "parent": 1}


def test_the_end_waits_for_a_thread_that_loads_the_http_library(start: Start, tally: Tally) -> None:
    body = """
        ready = threading.Event()
        def first():
            say(10)
            ready.set()
            say(10)
        def once_loading():
            while analytics.stats().accepted == 0: time.sleep(0)
        threading.Thread(target=first, daemon=True).start()
        once_loading()
    """
    processes = [start(body, first=COUNT, exit_timeout=30) for _ in range(4)]
    accepted = 0
    for process in processes:
        out, errors = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, errors
        books = json.loads(out)
        assert books["lost"] == 0, errors
        assert books["accepted"] == books["delivered"] > 0
        accepted += books["accepted"]
    assert tally.who.total() == accepted


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of descriptors to set")
def test_a_process_without_descriptors_counts_a_message_once_and_delivers_it_later(start: Start, tally: Tally) -> None:
    body = """
        import resource
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 4096))
        say(1)
        stats = analytics.stats()
        assert (stats.accepted, stats.skipped, stats.pending) == (1, 0, 1), stats
        resource.setrlimit(resource.RLIMIT_NOFILE, (1024, 4096))
        assert analytics.flush(30)
    """
    end(start(body), allowed="segment_web")
    assert tally.who == {"parent": 1}
