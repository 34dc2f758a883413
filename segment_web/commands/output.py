"""Where a command writes: text for people, or one JSON document for programs."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from enum import StrEnum
from shutil import get_terminal_size
from textwrap import wrap
from typing import Any, Protocol

import orjson

from segment_web.logs import printable

NARROW = 60  # columns; a narrower terminal wraps by itself


class Stream(Protocol):
    """What is needed of a file: Django's own wrapper has it too."""

    def write(self, text: str, /) -> object: ...

    def flush(self) -> object: ...

    def isatty(self) -> bool: ...


class Style(StrEnum):
    """How a piece of text looks on a terminal, as its SGR parameter (ECMA-48)."""

    GOOD = "32"
    WARNING = "33"
    BAD = "31"
    FAINT = "2"
    STRONG = "1"
    TRACK = "34"
    IDENTIFY = "35"
    PAGE = "32"
    SCREEN = "36"
    GROUP = "33"
    ALIAS = "95"


class Result(Protocol):
    """What a command found or did."""

    @property
    def exit_code(self) -> int:
        """0 when all is well, 1 when it is not."""

    def lines(self, output: Output) -> Iterable[str]:
        """For people; ``output`` styles parts of a line."""

    def as_json(self) -> Mapping[str, Any]:
        """For programs."""


class Output:
    """Writes to ``stream``; with ``json`` only documents, with ``colour`` styled text."""

    def __init__(self, stream: Stream, *, json: bool = False, colour: bool = False) -> None:
        self._stream = stream
        self.is_json = json
        self._colour = colour and not json

    def show(self, result: Result) -> None:
        """Writes a result, the end of nearly every command."""
        if self.is_json:
            self.document(result.as_json())
        else:
            for line in result.lines(self):
                self.line(line)

    def line(self, text: str) -> None:
        """One line for people; nothing when JSON was asked for."""
        if not self.is_json:
            self._write(text)

    def document(self, value: Mapping[str, Any]) -> None:
        """One JSON document on a line of its own."""
        try:
            text = orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
        except TypeError:  # bytes of the environment or a file's name that are no UTF-8, as Python keeps them in text
            text = json.dumps(value, default=str)
        self._write(text)

    def styled(self, text: object, style: Style) -> str:
        """``text`` freed of control characters, and in ``style`` where the terminal has colours."""
        clean = printable(str(text))
        return f"\x1b[{style}m{clean}\x1b[0m" if self._colour else clean

    def wrapped(self, text: str, indent: int) -> list[str]:
        """``text`` in lines that fit beside ``indent`` on a terminal; whole where nobody reads over a width, such as in a
        pipe. No line for no text."""
        if not self._stream.isatty():
            return [text] if text else []
        return wrap(text, max(get_terminal_size().columns, NARROW) - indent, break_on_hyphens=False)

    def abandon(self) -> None:
        """Nobody reads any more: what the stream still holds goes nowhere, and its flush at exit fails over nothing."""
        with suppress(AttributeError, OSError):  # a stream without a file
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())  # type: ignore[attr-defined]

    def _write(self, text: str) -> None:
        encoding = getattr(self._stream, "encoding", None) or "utf-8"
        self._stream.write(text.encode(encoding, "replace").decode(encoding) + "\n")
        self._stream.flush()


def wants_colour(stream: Stream) -> bool:
    """Whether ``stream`` is a terminal whose user has not declined colour (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
