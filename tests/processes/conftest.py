"""Scripts in processes of their own, and a Segment that counts what they deliver."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator

import pytest

from tests.processes.tally import Tally

KEY = "processes-test-write-key"
PATIENCE = 60.0  # seconds; a process that hangs fails the test, a busy machine does not
# Python 3.12 warns whoever forks beside threads, which is what some of these tests are about.
OPTIONS = ("-X", "dev", "-W", "error", "-W", "ignore:This process:DeprecationWarning")
PRELUDE = """
import asyncio, atexit, json, os, random, signal, sys, threading, time
import segment_web
analytics = segment_web.configure({key!r}, host={host!r}, **{settings!r})
def say(number, who="parent"):
    for n in range(number):
        assert analytics.track("Thing Done", {{"who": who, "n": n}}, user_id="u")
"""

Process = subprocess.Popen[str]
Start = Callable[..., Process]


@pytest.fixture
def tally() -> Iterator[Tally]:
    with Tally() as running:
        yield running


@pytest.fixture
def start(tally: Tally) -> Iterator[Start]:
    """Starts Python on ``first``, then a client of ``tally``, then ``bodies``; its events leave by its own doing only,
    unless ``settings`` say otherwise."""
    started: list[Process] = []

    def start_one(*bodies: str, first: str = "", options: tuple[str, ...] = OPTIONS, **settings: object) -> Process:
        prelude = PRELUDE.format(key=KEY, host=tally.url, settings={"flush_interval": 60, **settings})
        text = "\n".join([first, prelude, *map(textwrap.dedent, bodies)])
        command = [sys.executable, *options, "-c", text]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
        return started[-1]

    yield start_one
    tally.recover()
    for process in started:
        process.kill()
        process.communicate()


def end(process: Process, *, allowed: str = "\0") -> str:
    """Waits for the process, which must succeed and have nothing to complain of, but for lines with what is ``allowed``;
    what it printed."""
    out, errors = process.communicate(timeout=PATIENCE)
    complaints = [line for line in errors.splitlines() if allowed not in line]
    assert (process.returncode, complaints) == (0, []), (process.returncode, errors)
    return out
