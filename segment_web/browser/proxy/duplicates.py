"""Which messages have been here already: browsers send again what they are not sure of."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

DAY = 86_400.0  # seconds; analytics.js keeps what it could not send for the visitor's next page, Segment looks as far
IDS = 10_000  # remembered, as many as the queue holds


class SeenMessageIds:
    """A bounded memory of message ids, the oldest making room; ``clock`` gives monotonic seconds.

    Of one process: what is sent again to another is left to Segment, which removes duplicates by the same id.
    """

    def __init__(self, *, clock: Callable[[], float], ids: int = IDS, age: float = DAY) -> None:
        self._clock = clock
        self._ids = ids
        self._age = age
        self._first: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._lock = threading.Lock()

    def is_new(self, source: str, message_id: str) -> bool:
        """Whether this id comes to this source for the first time; from now on it has."""
        key = (source, message_id)
        with self._lock:
            now = self._clock()
            while self._first and now - next(iter(self._first.values())) >= self._age:
                self._first.popitem(last=False)
            if key in self._first:
                return False
            self._first[key] = now
            if len(self._first) > self._ids:
                self._first.popitem(last=False)
            return True

    def __len__(self) -> int:
        return len(self._first)
