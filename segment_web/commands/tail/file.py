"""A file that events are written to (``delivery = "file"``), which may not be there yet, be moved away or begin anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import orjson

from segment_web.commands.tail.feed import FeedLostError
from segment_web.commands.tail.shown_message import ShownMessage
from segment_web.errors import ConfigError

LINE: Final = 40_000  # bytes, more than a message has
MOST_BYTES: Final = 16_000_000  # read at one look


class FileFeed:
    """Messages of the file at ``path``, one a line; lines that are none are passed over."""

    def __init__(self, path: str) -> None:
        self.place = path
        self._path = Path(path)
        self._which = 0  # the file's inode
        self._read = 0  # bytes
        self._rest = b""  # of a line that is not complete yet

    def begin(self, last: int) -> Sequence[ShownMessage]:
        try:
            stat = self._path.stat()
            self._which, self._read = stat.st_ino, max(0, stat.st_size - min(MOST_BYTES, last * LINE))
            return self._lines()[-last:] if last else ()
        except FileNotFoundError:
            return ()  # it comes with the first event
        except OSError as problem:
            raise ConfigError(f"cannot read {self.place}: {problem.strerror or problem}.") from problem

    def news(self) -> Sequence[ShownMessage]:
        try:
            stat = self._path.stat()
            if stat.st_ino != self._which or stat.st_size < self._read:
                self._which, self._read, self._rest = stat.st_ino, 0, b""
            return self._lines() if stat.st_size > self._read else ()
        except FileNotFoundError:
            return ()
        except OSError as problem:
            raise FeedLostError(problem.strerror or str(problem)) from problem

    def close(self) -> None:
        """Nothing is held open."""

    def _lines(self) -> list[ShownMessage]:
        with self._path.open("rb") as file:
            file.seek(self._read)
            text = file.read(MOST_BYTES)
        self._read += len(text)
        *lines, rest = (self._rest + text).split(b"\n")
        self._rest = rest if len(rest) <= LINE else b""
        return list(_messages(lines))


def _messages(lines: Iterable[bytes]) -> Iterable[ShownMessage]:
    for line in lines:
        try:
            message = orjson.loads(line)
        except ValueError:
            continue
        if isinstance(message, dict):
            yield ShownMessage(str(message.get("timestamp", "")), "written", None, message)
