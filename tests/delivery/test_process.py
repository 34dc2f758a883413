"""Fork, exit and signals, in real processes: a process delivers its own events, all of them, and ends in time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator

import pytest

from segment_web.collector import CollectorServer
from tests.delivery.conftest import KEY

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")

PRELUDE = """
import os, sys, time, atexit, threading, multiprocessing
import segment_web
analytics = segment_web.configure({key!r}, host={host!r}, flush_interval={interval})
def say(n, who="parent"):
    for i in range(n):
        assert analytics.track("Thing Done", {{"who": who}}, user_id="u")
"""


Script = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def script(server: CollectorServer) -> Iterator[Script]:
    """Starts a Python process that runs a body with a client of ``server``; its events leave only by its own doing."""
    started: list[subprocess.Popen[str]] = []

    def start(body: str, *, interval: float = 60) -> subprocess.Popen[str]:
        text = PRELUDE.format(key=KEY, host=server.url, interval=interval) + textwrap.dedent(body)
        command = [sys.executable, "-X", "dev", "-W", "error", "-c", text]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def end(process: subprocess.Popen[str], *, code: int = 0) -> str:
    out, errors = process.communicate(timeout=30)
    assert process.returncode == code, errors
    assert errors == "", errors
    return out


def who(server: CollectorServer) -> list[str]:
    return sorted(message["properties"]["who"] for message in server.messages)


def test_a_script_that_just_ends_delivers_everything(server: CollectorServer, script: Script) -> None:
    end(script("say(700)"))
    assert who(server) == ["parent"] * 700


def test_events_of_exit_handlers_are_delivered(server: CollectorServer, script: Script) -> None:
    end(script("atexit.register(say, 3, 'exit')"))
    assert who(server) == ["exit"] * 3


def test_sys_exit_in_a_signal_handler_delivers(server: CollectorServer, script: Script) -> None:
    body = """
        import signal
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        say(5); print("ready", flush=True)
        while True: time.sleep(0.05)  # a signal that comes just before a sleep begins does not end it
    """
    process = script(body)
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    end(process)
    assert len(server.messages) == 5


def test_a_forked_child_delivers_its_own_and_none_of_its_parents(server: CollectorServer, script: Script) -> None:
    body = """
        say(5)
        if os.fork() == 0:
            assert segment_web.stats().accepted == 0
            say(7, "child")
            segment_web.close()
            os._exit(0)
        os.wait()
    """
    end(script(body))
    assert who(server) == ["child"] * 7 + ["parent"] * 5
    assert server.discarded == []


def test_a_child_forked_while_the_parent_sends_does_not_hang(server: CollectorServer, script: Script) -> None:
    body = """
        stop = threading.Event()
        threads = [threading.Thread(target=lambda: [say(50) for _ in range(20)]) for _ in range(4)]
        [t.start() for t in threads]
        for n in range(30):
            pid = os.fork()
            if pid == 0:
                say(1, "child"); segment_web.close(); os._exit(0)
            os.waitpid(pid, 0)
        [t.join() for t in threads]
    """
    end(script(body, interval=0.005))
    assert who(server) == ["child"] * 30 + ["parent"] * 4000


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_multiprocessing_children_deliver_at_their_end(server: CollectorServer, script: Script, method: str) -> None:
    body = """
        context = multiprocessing.get_context("fork")
        say(2)
        child = context.Process(target=say, args=(4, "child"))
        child.start(); child.join(); assert child.exitcode == 0
    """
    if method == "spawn":
        body = """
            import tests.delivery.spawned as spawned
            context = multiprocessing.get_context("spawn")
            child = context.Process(target=spawned.say, args=(sys.argv and analytics.settings.base_url, 4))
            child.start(); child.join(); assert child.exitcode == 0
            say(2)
        """
    end(script(body))
    assert who(server) == ["child"] * 4 + ["parent"] * 2


def test_a_forked_child_does_not_inherit_the_scope(server: CollectorServer, script: Script) -> None:
    body = """
        with segment_web.scope(user_id="visitor"):
            if os.fork() == 0:
                receipt = segment_web.track("Thing Done", {"who": "child"})
                os._exit(0 if receipt.reason == "no_user_anon_id" else 1)
            _, status = os.wait()
            assert status == 0
    """
    out = script(body).communicate(timeout=30)
    assert "AssertionError" not in out[1]


def test_exit_with_a_hanging_server_takes_exit_timeout_and_says_what_was_left(
    server: CollectorServer, script: Script
) -> None:
    server.answer(200, delay=600, times=None)
    process = script("say(3)")
    server.wait_for(3)  # it has the messages and keeps the answer back
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    assert errors.count("exit_timeout") == 1
    server.recover()


def test_importing_loads_no_framework_and_no_http_library() -> None:
    code = "import sys, segment_web; print([m for m in ('django', 'flask', 'httpx', 'httpcore', 'ssl') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
