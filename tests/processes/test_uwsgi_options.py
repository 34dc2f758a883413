"""Which of uWSGI's options are missing, read from what uWSGI says of itself."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from segment_web.django.checks import check_segment
from segment_web.web.uwsgi import lacking, missing

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
    ],
)
def test_what_is_missing(options: dict[object, object], version: tuple[object, ...], names: list[str]) -> None:
    assert [option for option, _ in lacking(options, version)] == names


def test_outside_uwsgi_nothing_is_missing() -> None:
    assert "uwsgi" not in sys.modules
    assert missing() == ()


def test_djangos_check_names_the_option(monkeypatch: pytest.MonkeyPatch) -> None:
    server = ModuleType("uwsgi")
    vars(server).update(opt=MASTER, version_info=NEW)
    monkeypatch.setitem(sys.modules, "uwsgi", server)
    found = [message for message in check_segment() if message.id == "segment_web.W005"]
    assert [HOOKS in message.msg and HOOKS in (message.hint or "") for message in found] == [True]
