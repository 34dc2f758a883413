"""A local collector, asked as its own page asks it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

import orjson

from segment_web.commands.tail.feed import FeedLostError
from segment_web.commands.tail.shown_message import ShownMessage, as_object
from segment_web.errors import ConfigError
from segment_web.net.failures import NetworkError

TIMEOUT: Final = 5.0  # seconds an answer may take
ROWS: Final = 100  # of one answer
MOST_BYTES: Final = 2 * ROWS * 32_768  # of one answer: messages of 32,768 bytes, and what is said about them
MOST_NEW: Final = 10_000  # of one look; the collector keeps no more
NOBODY_THERE: Final = (
    "nothing listens at {}: start a collector there with `segment-web collector`, name another one with --url, or follow "
    "a file with --file."
)
NONE_OF_ITS: Final = "the answer is none of a collector's"
NO_COLLECTOR: Final = "{} answers, but is no collector of segment_web: name one with --url."


class CollectorFeed:
    """The collector at ``url``; one that was started anew is read from its beginning."""

    def __init__(self, url: str) -> None:
        from segment_web.net.session import Session  # the HTTP library comes with the first use

        self.place = url.rstrip("/")
        self._session = Session(timeout=TIMEOUT)
        self._epoch: object = None
        self._received: object = None
        self._newest = 0

    def begin(self, last: int) -> Sequence[ShownMessage]:
        try:
            self._look()
            return self._since(at_most=max(1, last))[-last:] if last else self._since(at_most=1)[:0]
        except NetworkError as failure:
            raise ConfigError(NOBODY_THERE.format(self.place)) from failure
        except (FeedLostError, ValueError) as problem:
            raise ConfigError(NO_COLLECTOR.format(self.place)) from problem

    def news(self) -> Sequence[ShownMessage]:
        try:
            return self._since(at_most=MOST_NEW) if self._look() else ()
        except (NetworkError, ValueError) as problem:
            raise FeedLostError(str(problem)) from problem

    def close(self) -> None:
        self._session.close()

    def _look(self) -> bool:
        """Whether something may be new."""
        stats = self._ask("stats")
        epoch, received = stats.get("epoch"), stats.get("received")
        if not isinstance(epoch, str):
            raise FeedLostError(NONE_OF_ITS)
        if epoch != self._epoch:
            self._epoch, self._received = epoch, None
            if self._newest and not self._ask("messages", after=self._newest - 1, limit=1).get("messages"):
                self._newest = 0  # it counts anew; one with a database goes on
        changed, self._received = received != self._received, received
        return changed

    def _since(self, *, at_most: int) -> list[ShownMessage]:
        """What came after the newest one known, oldest first; of too many the latest."""
        found: list[dict[str, Any]] = []
        while len(found) < at_most:
            before = {"before": found[-1]["id"]} if found else {}
            rows = self._ask("messages", after=self._newest, limit=min(ROWS, at_most), **before).get("messages")
            if not isinstance(rows, list) or not all(isinstance(as_object(row).get("id"), int) for row in rows):
                raise FeedLostError(NONE_OF_ITS)
            found += rows
            if len(rows) < ROWS:
                break
        if found:
            self._newest = found[0]["id"]
        return [seen(row) for row in reversed(found)]

    def _ask(self, what: str, **query: object) -> dict[str, Any]:
        answer = self._session.get(f"{self.place}/api/{what}?{urlencode(query)}", {}, limit=MOST_BYTES)
        found = orjson.loads(answer.body) if answer.status == 200 else None
        if not isinstance(found, dict):
            raise FeedLostError(f"HTTP {answer.status}")
        return found


def seen(row: Mapping[str, Any]) -> ShownMessage:
    """A row as it is shown; what was posted as a message may be anything."""
    at, status, code = (str(row.get(name) or "") for name in ("received_at", "status", "code"))
    return ShownMessage(at, status, code or None, as_object(row.get("message")))
