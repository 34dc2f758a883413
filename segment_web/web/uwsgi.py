"""uWSGI's options that delivery in the background needs: which of them the running uWSGI was not given."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from segment_web.delivery import life
from segment_web.logs import log

THREADS_BY_DEFAULT = (2, 0, 27)  # from this release on, enable-threads is always on
LOADS_LATE = {"lazy-apps", "lazy"}  # each worker loads the application itself, after the fork
PREFORKS = ("processes", "workers")  # two names for one number


class Missing(NamedTuple):
    """An option to set, as it is written in uWSGI's configuration, and what happens without it."""

    option: str
    consequence: str


ENABLE_THREADS = Missing(
    "enable-threads", "the thread that delivers runs only while a request is answered, so events stay behind"
)
FORK_HOOKS = Missing(
    "py-call-uwsgi-fork-hooks",
    "a worker is not told that it was forked and delivers nothing if the application had an event before",
)


def connect() -> None:
    """Says in the log, at a process's first event, which options are missing; nothing outside uWSGI."""
    life.at_first_event(_warn)


def missing() -> tuple[Missing, ...]:
    """What the uWSGI that runs this process lacks; nothing outside uWSGI."""
    server = sys.modules.get("uwsgi")  # there only inside uWSGI, which puts it there before the application
    options = getattr(server, "opt", None)
    return tuple(lacking(options, getattr(server, "version_info", ()))) if isinstance(options, Mapping) else ()


def lacking(options: Mapping[Any, Any], version: Sequence[Any]) -> Iterator[Missing]:
    """What is missing in ``uwsgi.opt``, whose values are str, bytes or True, for ``uwsgi.version_info``."""
    given = {_text(name): _text(value) for name, value in options.items()}
    if tuple(version[:3]) < THREADS_BY_DEFAULT and not {"enable-threads", "threads"} & given.keys():
        yield ENABLE_THREADS
    forks = "master" in given or any(given.get(name, "1") != "1" for name in PREFORKS)
    if forks and not {FORK_HOOKS.option, *LOADS_LATE} & given.keys():
        yield FORK_HOOKS


def _warn() -> None:
    for option, consequence in missing():
        log(logging.WARNING, f"uwsgi:{option}", f"segment_web: uWSGI runs without {option}: {consequence}")


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
