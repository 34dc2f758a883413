"""Scripted answers: what the collector says to coming requests instead of its own judgement."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from segment_web.errors import ConfigError

LOWEST_STATUS, HIGHEST_STATUS = 200, 599
"""1xx is no final answer (RFC 9110, section 15.2)."""


@dataclass(frozen=True, slots=True)
class ScriptedAnswer:
    """One scripted answer; ``accepts`` tells whether messages answered with it count as received."""

    status: int
    body: bytes = b""
    delay: float = 0.0
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def accepts(self) -> bool:
        return 200 <= self.status < 300


class Scripted(NamedTuple):
    """An answer that a request has drawn, and what ends its delay early."""

    answer: ScriptedAnswer
    released: threading.Event

    def wait(self) -> None:
        """Hold the request back for as long as the answer wants."""
        if self.answer.delay > 0:
            self.released.wait(self.answer.delay)


class Answers:
    """A queue of answers, used up in the order they were given; safe to change while requests arrive."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queue: deque[tuple[ScriptedAnswer, int | None]] = deque()
        self._released = threading.Event()
        self._closing = False

    def answer(
        self,
        status: int,
        *,
        retry_after: float | str | None = None,
        body: bytes = b"",
        times: int | None = 1,
        delay: float = 0.0,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Answer the next POST requests with a status of your choice.

        ``retry_after`` becomes the Retry-After header: seconds, or an HTTP date as text. ``times`` is for how many
        requests the answer holds, None for all until :meth:`recover`. ``delay`` is in seconds; what a 2xx accepts is
        recorded before the delay, as with a server that is slow to answer. :class:`ConfigError` for values that make
        no answer.
        """
        if not LOWEST_STATUS <= status <= HIGHEST_STATUS:
            raise ConfigError(f"an answer's status lies between {LOWEST_STATUS} and {HIGHEST_STATUS}, not {status}")
        if times is not None and times < 1:
            raise ConfigError(f"an answer holds at least once (or times=None: until recover()), not {times} times")
        extra = {} if retry_after is None else {"Retry-After": str(retry_after)}
        with self._lock:
            self._queue.append((ScriptedAnswer(status, body, delay, {**extra, **(headers or {})}), times))

    def recover(self) -> None:
        """Forget the script: normal behaviour returns at once, and delayed answers leave now."""
        with self._lock:
            self._queue.clear()
            self._released.set()
            if not self._closing:
                self._released = threading.Event()

    def take(self) -> Scripted | None:
        """The answer for the request that has just arrived, None for normal behaviour."""
        with self._lock:
            if not self._queue:
                return None
            answer, left = self._queue.popleft()
            if left is None or left > 1:
                self._queue.appendleft((answer, None if left is None else left - 1))
            return Scripted(answer, self._released)

    def close(self) -> None:
        """The server stops: delayed answers leave now, later ones at once. The script is kept for :meth:`open`."""
        with self._lock:
            self._closing = True
            self._released.set()

    def open(self) -> None:
        """The server starts (again): delays hold."""
        with self._lock:
            self._closing = False
            self._released = threading.Event()
