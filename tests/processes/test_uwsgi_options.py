"""The options of uWSGI that lose messages, read from uWSGI's own dict of its options."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from segment_web.django.checks import check_segment
from segment_web.process.uwsgi import faults, faults_of

THREADS, HOOKS = "enable-threads", "py-call-uwsgi-fork-hooks"
OLD, NEW = (2, 0, 26, 0, b""), (2, 0, 27, 0, b"")
MASTER = {"master": True, "processes": b"4"}


@pytest.mark.parametrize(
    ("options", "version", "names"),
    [
        (MASTER, OLD, [THREADS, HOOKS]),
        (MASTER, NEW, [HOOKS]),  # threads are always on
        ({**MASTER, HOOKS: True}, NEW, []),
        ({**MASTER, HOOKS: True}, OLD, [THREADS]),
        ({**MASTER, "lazy-apps": True}, NEW, []),
        ({**MASTER, "threads": b"4", "lazy": True}, OLD, []),
        ({**MASTER, THREADS: True}, OLD, [HOOKS]),
        ({b"master": True, b"enable-threads": True}, OLD, [HOOKS]),
        ({"workers": b"2"}, NEW, [HOOKS]),
        ({"processes": b"1"}, NEW, []),  # nothing forks
        ({}, OLD, [THREADS]),
        ({"die-on-term": True}, NEW, ["die-on-term"]),
        ({"die-on-term": True, "hook-master-start": b"unix_signal:15 gracefully_kill_them_all"}, NEW, []),
        ({"skip-atexit": True}, NEW, ["skip-atexit"]),
        ({"skip-atexit-teardown": True, "gevent": b"20"}, NEW, []),  # which run uWSGI's own hook
    ],
)
def test_what_is_wrong(options: dict[object, object], version: tuple[object, ...], names: list[str]) -> None:
    assert [fault.option for fault in faults_of(options, version)] == names


def test_outside_uwsgi_nothing_is_wrong() -> None:
    assert "uwsgi" not in sys.modules
    assert faults() == ()


def test_djangos_check_names_the_option(monkeypatch: pytest.MonkeyPatch) -> None:
    server = ModuleType("uwsgi")
    vars(server).update(opt=MASTER, version_info=NEW)
    monkeypatch.setitem(sys.modules, "uwsgi", server)
    found = [message for message in check_segment() if message.id == "segment_web.W005"]
    assert [HOOKS in message.msg and HOOKS in (message.hint or "") for message in found] == [True]
