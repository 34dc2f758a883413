"""uWSGI: the options that lose messages, and its own hook for the end of a worker."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from types import ModuleType
from typing import Any, NamedTuple

from segment_web.logs import log
from segment_web.process import lifetime

THREADS_BY_DEFAULT = (2, 0, 27)  # from this release on, enable-threads is always on
LOADS_LATE = {"lazy-apps", "lazy"}  # each worker loads the application itself, after the fork
PREFORKS = ("processes", "workers")  # two names for one number
GRACEFUL = "gracefully_kill_them_all"  # the action of a hook that lets workers finish their requests


class OptionFault(NamedTuple):
    """``option`` is an option as it is written in uWSGI's configuration, ``text`` the fault, ``consequence`` what happens
    then, and ``cure`` the change."""

    option: str
    text: str
    consequence: str
    cure: str


def _without(option: str, consequence: str) -> OptionFault:
    return OptionFault(option, f"without {option}", consequence, f"Add {option} = true to uWSGI's configuration.")


ENABLE_THREADS = _without(
    "enable-threads", "the thread that delivers runs only while a request is answered, so events stay behind"
)
FORK_HOOKS = _without(
    "py-call-uwsgi-fork-hooks",
    "a worker is not told that it was forked and delivers nothing if the application had an event before",
)
SKIP_ATEXIT = OptionFault(
    "skip-atexit",
    "with skip-atexit",
    "a worker loses the messages that are queued at its end",
    "Remove skip-atexit from uWSGI's configuration.",
)
DIE_ON_TERM = OptionFault(
    "die-on-term",
    "with die-on-term",
    "at SIGTERM a worker that is answering a request loses its queued messages",
    f"Replace die-on-term by hook-master-start = unix_signal:15 {GRACEFUL} in uWSGI's configuration.",
)


def connect() -> None:
    """At a process's first event, log the faults of the options and take uWSGI's hook; nothing outside uWSGI."""
    lifetime.at_first_event(_look)


def faults() -> tuple[OptionFault, ...]:
    """The faults of the uWSGI that runs this process; nothing outside uWSGI."""
    server = sys.modules.get("uwsgi")  # there only inside uWSGI, which puts it there before the application
    options = getattr(server, "opt", None)
    return tuple(faults_of(options, getattr(server, "version_info", ()))) if isinstance(options, Mapping) else ()


def faults_of(options: Mapping[Any, Any], version: Sequence[Any]) -> Iterator[OptionFault]:
    """The faults of ``uwsgi.opt``, whose values are str, bytes or True, for ``uwsgi.version_info``."""
    given = {_text(name): _text(value) for name, value in options.items()}
    if tuple(version[:3]) < THREADS_BY_DEFAULT and not {"enable-threads", "threads"} & given.keys():
        yield ENABLE_THREADS
    forks = "master" in given or any(given.get(name, "1") != "1" for name in PREFORKS)
    if forks and not {FORK_HOOKS.option, *LOADS_LATE} & given.keys():
        yield FORK_HOOKS
    if "skip-atexit" in given:
        yield SKIP_ATEXIT
    if "die-on-term" in given and not any(GRACEFUL in value for value in given.values()):
        yield DIE_ON_TERM


def _look() -> None:
    for fault in faults():
        log(logging.WARNING, f"uwsgi:{fault.option}", f"segment_web: uWSGI runs {fault.text}: {fault.consequence}")
    if (server := sys.modules.get("uwsgi")) is not None:
        _take_hook(server)


def _take_hook(server: ModuleType) -> None:
    """Deliver in ``uwsgi.atexit``, after the application's own hook: under gevent and with skip-atexit-teardown uWSGI runs
    this hook and no exit handler of Python."""
    before = getattr(server, "atexit", None)
    if getattr(before, "func", None) is _at_end:
        return
    vars(server)["atexit"] = partial(_at_end, before)


def _at_end(before: Callable[[], object] | None) -> None:
    try:
        if before is not None:
            before()
    finally:
        lifetime.deliver_all()


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
