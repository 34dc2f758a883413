"""A Segment that keeps score: it issues the ids it is owed, answers each request by a script, and asks what became of all.

It records every message's bytes by hash and every visitor's order, so that a test needs to say only what goes wrong.
"""

from __future__ import annotations

import hashlib
import socket
import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterable
from itertools import count
from typing import NamedTuple, Self

from segment_web import Analytics
from segment_web.messages.receipt import Receipt
from tests.delivery.conftest import assert_conserved
from tests.delivery.faults import TAKEN, Fault, reset_connection
from tests.delivery.frames import Frame, read_frame
from tests.net.hostile import HostileServer

BATCH_LIMIT = 500_000  # bytes that Segment takes, envelope included
MESSAGE_LIMIT = 32_768
FRESH_WITHIN = 5.0  # seconds in which a new event has to pass once the fault is over


class Obligation(NamedTuple):
    """A message the server is owed: its id, whose it is, and its place among that visitor's messages."""

    message_id: str
    visitor: str
    number: int


class Arrival(NamedTuple):
    """One request that was read to its end: when (monotonic seconds), with what headers, and what was in it."""

    at: float
    headers: dict[str, str]
    frame: Frame


class Oracle:
    """Answers by ``script`` first and by ``otherwise`` after it; a batch it would take is refused with 400 if a message
    of ``poison`` is in it, and fails with 500 if one of ``sick`` is."""

    def __init__(self, script: Iterable[Fault] = (), *, otherwise: Fault = TAKEN) -> None:
        self._server = HostileServer(self._serve)
        self._script = deque(script)
        self._otherwise = otherwise
        self._lock = threading.Lock()
        self._numbers: defaultdict[str, count[int]] = defaultdict(count)
        self._hashes: dict[str, set[str]] = defaultdict(set)
        self._shells: dict[tuple[str, ...], set[bytes]] = defaultdict(set)
        self.owed: dict[str, Obligation] = {}
        self.poison: set[str] = set()
        self.sick: set[str] = set()
        self.arrivals: list[Arrival] = []
        self.taken: dict[str, None] = {}  # ids in the order of their first acceptance
        self.seen = threading.Condition(self._lock)

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.__exit__(*exc)

    @property
    def url(self) -> str:
        """The setting ``host``."""
        return self._server.url.removesuffix("/v1/batch")

    def follow(self, *faults: Fault) -> None:
        """Appends to the script."""
        with self._lock:
            self._script.extend(faults)

    def recover(self) -> None:
        """The faults are over."""
        with self._lock:
            self._script.clear()
            self._otherwise = TAKEN

    def owe(self, visitor: str) -> Obligation:
        """A new obligation; nobody has made it an event yet."""
        number = next(self._numbers[visitor])
        obligation = Obligation(f"{visitor}.{number}", visitor, number)
        self.owed[obligation.message_id] = obligation
        return obligation

    def say(self, client: Analytics, visitor: str, *, poison: bool = False) -> Receipt:
        """Has ``client`` send a new obligation; one that is ``poison`` this server will refuse."""
        owed = self.owe(visitor)
        if poison:
            self.poison.add(owed.message_id)
        return client.track("Thing Done", {"n": owed.number}, user_id=visitor, message_id=owed.message_id)

    def wait_for_requests(self, number: int, timeout: float = 10) -> None:
        """Until ``number`` requests have been read whole."""
        with self.seen:
            assert self.seen.wait_for(lambda: len(self.arrivals) >= number, timeout), len(self.arrivals)

    def check(self, client: Analytics) -> None:
        """Every obligation is met or counted, once; no payload was altered; each visitor's order held."""
        stats = client.stats()
        assert_conserved(stats)
        with self._lock:
            assert set(self.taken) <= set(self.owed), "something arrived that nobody sent"
            missing = len(self.owed) - len(self.taken)
            assert missing <= stats.lost + stats.skipped + stats.pending, f"{missing} lost uncounted: {stats}"
            assert len(self.taken) >= stats.delivered, "counted as delivered, and never accepted"
        self.check_wire()

    def check_wire(self) -> None:
        """No payload was altered, no limit exceeded, and each visitor's order held."""
        with self._lock:
            self._check_bytes()
            self._check_order()

    def check_fresh(self, client: Analytics) -> None:
        """A new event passes in time."""
        began = time.monotonic()
        receipt = self.say(client, "somebody-new")
        while receipt.message_id not in self.taken and time.monotonic() < began + FRESH_WITHIN:
            client.flush(0.05)
        assert receipt.message_id in self.taken, client.stats()

    def _check_bytes(self) -> None:
        altered = [message_id for message_id, hashes in self._hashes.items() if len(hashes) > 1]
        assert altered == [], "the bytes of a message changed between two attempts"
        assert all(len(shells) == 1 for shells in self._shells.values()), (
            "more than sentAt differs between two attempts"
        )
        assert all(len(arrival.frame.raw) <= BATCH_LIMIT for arrival in self.arrivals), "a batch over Segment's limit"
        bodies = (body for arrival in self.arrivals for body in arrival.frame.messages.values())
        assert all(len(body) <= MESSAGE_LIMIT for body in bodies), "a message over Segment's limit"

    def _check_order(self) -> None:
        by_visitor: defaultdict[str, list[int]] = defaultdict(list)
        for message_id in self.taken:
            by_visitor[self.owed[message_id].visitor].append(self.owed[message_id].number)
        broken = {who: numbers for who, numbers in by_visitor.items() if numbers != sorted(numbers)}
        assert not broken, f"the order of a visitor broke: {broken}"

    def _serve(self, connection: socket.socket, server: HostileServer) -> None:
        while connection.recv(1, socket.MSG_PEEK):  # the script is for requests, not for idle connections
            with self._lock:
                fault = self._script.popleft() if self._script else self._otherwise
            if fault.reads is not None:
                reset_connection(connection, after=fault.reads)
                return
            received = server.receive(connection)
            if received is None:
                return
            if received.line.startswith("GET "):  # the doctor asks for the time; the script is for batches
                self._script.appendleft(fault)
                connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                continue
            answer = self._record(Arrival(time.monotonic(), received.headers, read_frame(received)), fault)
            if not answer.answer(connection, server.stopping):
                return

    def _judged(self, fault: Fault, messages: Iterable[str]) -> Fault:
        """What this batch is answered, given what is in it."""
        if fault.takes and not self.poison.isdisjoint(messages):
            return Fault.status(400)
        return Fault.status(500) if fault.takes and not self.sick.isdisjoint(messages) else fault

    def _record(self, arrival: Arrival, fault: Fault) -> Fault:
        """Keeps the score; how the batch is answered."""
        messages = arrival.frame.messages
        with self.seen:
            fault = self._judged(fault, messages)
            self.arrivals.append(arrival)
            for message_id, body in messages.items():
                self._hashes[message_id].add(hashlib.sha256(body).hexdigest())
            self._shells[tuple(messages)].add(arrival.frame.shell)
            if fault.takes:
                self.taken.update(dict.fromkeys(messages))
            self.seen.notify_all()
            return fault
