"""How a command ends that is cut short: in every skin with an exit code, and without a traceback."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any, TextIO

import pytest
from django.core.management import call_command
from flask import Flask

from segment_web.commands.ending import INTERRUPTED, UNREAD
from segment_web.flask import Segment

Skin = Callable[..., int]


def ctrl_c() -> str:
    """Pressed while the doctor asks for the write key."""
    raise KeyboardInterrupt


@pytest.fixture
def unread() -> Iterator[TextIO]:
    """A pipe whose reader has gone; to close it flushes it, as the end of the process does."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as stream:
        yield stream


def in_django(settings: Any, command: str, stream: TextIO | None = None) -> int:
    settings.SEGMENT = {"WRITE_KEY": ctrl_c}
    with pytest.raises(SystemExit) as ended:
        call_command("segment", command, stdout=stream)
    return int(str(ended.value.code))


def in_flask(_: Any, command: str) -> int:
    app = Flask("shop")
    Segment(app, write_key=ctrl_c)
    return app.test_cli_runner().invoke(args=["segment", command]).exit_code


@pytest.mark.parametrize("skin", [in_django, in_flask])
def test_ctrl_c_is_130(settings: Any, skin: Skin) -> None:
    assert skin(settings, "doctor") == INTERRUPTED


def test_a_reader_that_has_seen_enough_is_no_error(settings: Any, unread: TextIO) -> None:
    assert in_django(settings, "stats", unread) == UNREAD
    unread.write("what is still buffered goes nowhere")
