"""The settings of delivery: the way out, batches, the queue, retries and the end of the process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypedDict

from segment_web.settings import kinds
from segment_web.settings.kinds import option
from segment_web.settings.periods import DAY, HALF_A_DAY, HOUR, YEAR
from segment_web.settings.section import Section

QUEUE_BYTES = 32 * 1024 * 1024
DELIVERIES = ("thread", "console", "file", "null")


class DeliveryOptions(TypedDict, total=False):
    """The settings of this section as their users write them."""

    delivery: str
    delivery_file: str
    batch_size: int
    batch_bytes: int
    flush_interval: float
    queue_size: int
    queue_bytes: int
    when_full: Literal["drop_newest", "drop_oldest"]
    max_retries: int | None
    retry_budget: float
    request_timeout: float
    rate_limit: float | None
    exit_timeout: float


@dataclass(frozen=True, kw_only=True)
class DeliverySettings(Section):
    """The settings of this section as the package reads them."""

    delivery: str = option(
        kinds.text_or_dotted(*DELIVERIES),
        "thread",
        doc=(
            '`"thread"`, `"console"` (prints skipped calls, too), `"file"`, `"null"`, or the dotted path of a transport'
        ),
    )
    delivery_file: str = option(
        kinds.text,
        "segment-events.jsonl",
        doc=(
            'where `"file"` appends, one message a line. A batch is written whole or not at all: if '
            "the disk is full, the file is cut back to its size of before, and the batch is tried "
            "again. Several processes may share the file. After `flush()` the messages are in the "
            "hands of the operating system: they outlive the process, but not a loss of power"
        ),
    )
    batch_size: int = option(
        kinds.integer(least=1, most=2500), 500, doc="a batch leaves at this many messages (1 to 2,500),"
    )
    batch_bytes: int = option(
        kinds.integer(least=33_000, most=475_000), 475_000, doc="or at this many bytes (33,000 to 475,000),"
    )
    flush_interval: float = option(
        kinds.number(most=DAY), 1.0, doc="or this many seconds after its first message (0 to 86,400, which is a day)"
    )
    queue_size: int = option(kinds.integer(least=1, most=10**9), 10_000, doc="messages kept at most (1 to 10⁹)")
    queue_bytes: int = option(
        kinds.integer(least=33_000, most=2**40), QUEUE_BYTES, doc="bytes kept at most (33,000 to 2⁴⁰)"
    )
    when_full: str = option(kinds.choice("drop_newest", "drop_oldest"), "drop_newest", doc='or `"drop_oldest"`')
    max_retries: int | None = option(
        kinds.optional(kinds.integer(least=0, most=10**6)),
        None,
        doc="tries after the first (0 to 10⁶); None: as many as the budget holds, 0: none",
    )
    retry_budget: float = option(
        kinds.number(most=YEAR),
        HALF_A_DAY,
        doc=("seconds from a batch's first failure until it is given up (0 to 31,536,000, which is a year)"),
        shown="43200",
    )
    request_timeout: float = option(
        kinds.number(least=0.1, most=HOUR), 15.0, doc="seconds for a whole HTTP request (0.1 to 3,600)", shown="15"
    )
    rate_limit: float | None = option(
        kinds.optional(kinds.number(least=0.001, most=10**6)),
        None,
        doc="requests per second at most, for each source (0.001 to 10⁶)",
    )
    exit_timeout: float = option(
        kinds.number(most=DAY),
        5.0,
        doc="seconds that the end of a process waits for the queue (0 to 86,400)",
        shown="5",
    )

    @property
    def delivers_over_http(self) -> bool:
        """Whether messages go to Segment, or to another host with its API; else they stay on this machine."""
        return self.delivery == "thread"
