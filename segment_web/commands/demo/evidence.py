"""What a walk left behind: the shopper's own record, and what the local Segment received."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from segment_web.commands.demo.shopper import ShopWalk

if TYPE_CHECKING:
    from segment_web.collector import CollectorServer

LEAST: Final = 12  # messages a walk makes at the very least
OK: Final = 200
PATIENCE: Final = 2.0  # seconds; the shop has ended, so only a request in flight can still arrive


@dataclass(frozen=True, slots=True)
class Said:
    """One message as it arrived, with what checks and tables ask for at hand."""

    message: Mapping[str, Any]

    @property
    def type(self) -> str:
        """track, identify, page ..."""
        return str(self.message.get("type"))

    @property
    def name(self) -> str:
        """The event; of an identify its traits' names."""
        traits = ", ".join(self.message.get("traits") or ())
        return str(self.message.get("event") or self.message.get("name") or traits)

    @property
    def label(self) -> str:
        """The event, or the type where there is none: what expectations are written in."""
        return self.name if self.type == "track" else self.type

    @property
    def user_id(self) -> str | None:
        """Who, if they are known."""
        return self.message.get("userId")

    @property
    def anonymous_id(self) -> str | None:
        """Which browser."""
        return self.message.get("anonymousId")

    @property
    def properties(self) -> Mapping[str, Any]:
        """What the event says."""
        return self.message.get("properties") or {}

    @property
    def context(self) -> Mapping[str, Any]:
        """Where it happened."""
        return self.message.get("context") or {}

    @property
    def path(self) -> str:
        """The path of the page it happened on, "" if there is none."""
        page = self.context.get("page") or {}
        return str(page.get("path") or urlsplit(str(page.get("url") or "")).path)

    @property
    def time(self) -> str:
        """When it happened: hours to milliseconds in UTC."""
        return str(self.message.get("originalTimestamp") or self.message.get("timestamp"))[11:23]


@dataclass(frozen=True, slots=True)
class Evidence:
    """``said`` in order of arrival; the numbers count what was not accepted; ``exit_code`` is the shop's."""

    walk: ShopWalk
    said: tuple[Said, ...]
    discarded: int
    duplicates: int
    refused: int
    exit_code: int | None

    def first(self, label: str) -> Said | None:
        """The first message of this label."""
        return next((said for said in self.said if said.label == label), None)

    def place(self, label: str) -> int:
        """Where the first message of this label is; behind the last if there is none."""
        return next((place for place, said in enumerate(self.said) if said.label == label), len(self.said))


def gather(walk: ShopWalk, collector: CollectorServer, *, exit_code: int | None) -> Evidence:
    """What is there once the shop has ended."""
    collector.store.wait_for(lambda stats: stats.accepted >= LEAST, PATIENCE)
    stats = collector.stats
    refused = sum(batch.status != OK for batch in collector.batches)
    return Evidence(walk, received(collector), stats.discarded, stats.duplicates, refused, exit_code)


def received(collector: CollectorServer) -> tuple[Said, ...]:
    """What the collector has accepted until now."""
    return tuple(Said(message) for message in collector.messages)
