"""Keeps the CDN's files: fetched once for all who wait, refreshed behind their back, served on while the CDN is down."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from segment_web.browser.proxy.file import File, MissingError, UnavailableError
from segment_web.browser.proxy.rate import Client, RateLimit
from segment_web.logs import internal_error, log

PATIENCE = 3.0  # seconds that a visitor waits for a file nobody has asked for before; the page waits with them
REST = 10.0  # seconds without an attempt after one that failed: a CDN that is down costs nobody's time
ABSENT = 60.0  # seconds for which a 404 is believed
FILES = 64  # kept at most, and
BYTES = 32 * 1024 * 1024  # of them at most; a site uses a dozen files, a megabyte in all
FLIGHTS = 16  # at once; behind a name server that hangs each holds a thread
FLIGHTS_EACH = 6  # of them, for the names that one client asks for first; a browser opens as many connections
FIRST_TIMES = 30  # names a minute that one client may ask for first; a site uses a dozen, and names can be invented
FIRST_TIMES_OF_ALL = 600  # names a minute, whatever the number of clients: the CDN must not shut this server out
EVERYBODY = Client("all")

Spawn = Callable[[Callable[[], None]], None]


@dataclass(slots=True)
class _KeptFile:
    file: File
    at: float


@dataclass(slots=True)
class _Flight:
    """A fetch under way; ``outcome`` is there when ``done`` is set. Nobody waits for it beyond ``until``, whenever they
    come: behind a CDN that hangs each wave of visitors would take all of a server's threads anew."""

    until: float
    client: Client | None
    done: threading.Event = field(default_factory=threading.Event)
    outcome: File | MissingError | UnavailableError = field(default_factory=lambda: UnavailableError("too slow"))


def on_a_thread(work: Callable[[], None]) -> None:
    """Runs ``work`` beside the request; the end of the process does not wait for it."""
    threading.Thread(target=work, name="segment-cdn", daemon=True).start()


class Cache:
    """``fetch`` gets a file by its path or raises MissingError or UnavailableError; ``clock`` gives monotonic seconds;
    ``spawn`` runs a fetch in the background. Any thread may ask; nothing here is unbounded."""

    def __init__(
        self,
        fetch: Callable[[str], File],
        *,
        clock: Callable[[], float],
        spawn: Spawn = on_a_thread,
        patience: float = PATIENCE,
    ) -> None:
        self._fetch = fetch
        self._clock = clock
        self._spawn = spawn
        self._patience = patience
        self._kept: OrderedDict[str, _KeptFile] = OrderedDict()
        self._size = 0
        self._absent: OrderedDict[str, float] = OrderedDict()
        self._flights: dict[str, _Flight] = {}
        self._rests_until = -REST
        self._first_times = RateLimit(FIRST_TIMES, clock=clock)
        self._first_times_of_all = RateLimit(FIRST_TIMES_OF_ALL, clock=clock)
        self._lock = threading.RLock()  # ``spawn`` may run its work at once

    def get(self, path: str, *, fresh: float, client: Client | None = None) -> File:
        """The file at ``path``: at once if it is kept, however old, in which case one older than ``fresh`` seconds is
        fetched anew in the background; else within ``patience``. Raises MissingError or UnavailableError.

        If anybody can invent ``path``, name the ``client`` that asks: each client has a budget of new names, so that one
        client's inventions keep no file from the others."""
        with self._lock:
            now = self._clock()
            kept = self._kept.get(path)
            if kept is not None:
                self._kept.move_to_end(path)
            if kept is not None and now - kept.at < fresh:
                return kept.file
            if kept is None and now - self._absent.get(path, -ABSENT) < ABSENT:
                raise MissingError("absent")
            flight = self._take_off(path, now, client if kept is None else None)
        if kept is not None:
            return kept.file
        if flight is None:
            raise UnavailableError("resting")
        flight.done.wait(max(0.0, flight.until - now))
        if isinstance(flight.outcome, File):
            return flight.outcome
        raise type(flight.outcome)(*flight.outcome.args)

    def _take_off(self, path: str, now: float, client: Client | None) -> _Flight | None:
        """The fetch of ``path`` that is under way, or a new one; None if there may be none now."""
        if path in self._flights:
            return self._flights[path]
        if now < self._rests_until or len(self._flights) >= FLIGHTS:
            return None
        if client is not None and not self._affords(client):
            return None
        flight = self._flights[path] = _Flight(now + self._patience, client)
        try:
            self._spawn(lambda: self._fly(path, flight))
        except RuntimeError:  # no more threads, or the process is ending
            del self._flights[path]
            return None
        return flight

    def _affords(self, client: Client) -> bool:
        """Whether this client may ask for one more new name, which is then charged."""
        flights = sum(flight.client == client for flight in self._flights.values())
        if flights >= FLIGHTS_EACH * client.people or self._first_times.wait(client):
            return False
        return not self._first_times_of_all.wait(EVERYBODY)

    def _fly(self, path: str, flight: _Flight) -> None:
        try:
            flight.outcome = self._fetch(path)
        except (MissingError, UnavailableError) as error:
            flight.outcome = error
        except Exception as error:  # noqa: BLE001 - on a thread of our own nobody else would hear of it
            internal_error("the proxy's fetch", error)
            flight.outcome = UnavailableError("internal")
        with self._lock:
            del self._flights[path]
            self._land(path, flight.outcome)
        flight.done.set()

    def _land(self, path: str, outcome: File | MissingError | UnavailableError) -> None:
        now = self._clock()
        if isinstance(outcome, File):
            self._keep(path, _KeptFile(outcome, now))
            return
        _tell(outcome)
        if (kept := self._kept.get(path)) is not None:
            kept.at = now  # as good as it gets: asked for again when it is old once more
        if isinstance(outcome, MissingError):
            self._absent[path] = now
            self._absent.move_to_end(path)
            if len(self._absent) > FILES:
                self._absent.popitem(last=False)
        else:
            self._rests_until = now + REST

    def _keep(self, path: str, kept: _KeptFile) -> None:
        before = self._kept.pop(path, None)
        self._size += len(kept.file.body) - (len(before.file.body) if before is not None else 0)
        self._kept[path] = kept
        while len(self._kept) > FILES or self._size > BYTES:
            _, oldest = self._kept.popitem(last=False)
            self._size -= len(oldest.file.body)


def _tell(outcome: Exception) -> None:
    text = f"segment_web's proxy got no file of the CDN ({outcome}); what is kept or built in is served"
    log(logging.WARNING, f"proxy:cdn:{type(outcome).__name__}", text)
