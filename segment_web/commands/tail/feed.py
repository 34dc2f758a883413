"""What is followed: a place that is asked again and again for what is new in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from segment_web.commands.tail.shown_message import ShownMessage
from segment_web.errors import SegmentError


class FeedLostError(SegmentError):
    """There is no answer now; there may be one later."""


class Feed(Protocol):
    """One collector or file."""

    @property
    def place(self) -> str:
        """Its address, for people."""

    def begin(self, last: int) -> Sequence[ShownMessage]:
        """What is there already, at least the ``last`` ones if there are so many, oldest first; ConfigError with the
        cure if this is no place to follow."""

    def news(self) -> Sequence[ShownMessage]:
        """What has come since, oldest first; Lost if it cannot be asked."""

    def close(self) -> None:
        """Lets go of what is open."""
