"""Analytics: takes what the application says, gives a receipt, and never gets in its way."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import tzinfo
from functools import partial
from typing import TYPE_CHECKING, Self, Unpack

from segment_web.call_site import call_site
from segment_web.calls import Calls
from segment_web.delivery.books import Stats
from segment_web.delivery.health import Health, HealthLimits, health_of
from segment_web.errors import InvalidMessage
from segment_web.logs import internal_error, log
from segment_web.messages import ids, reasons
from segment_web.messages.envelope import Packed
from segment_web.messages.message import Message
from segment_web.messages.observer import Observer
from segment_web.messages.reasons import CALLERS_MISTAKES, QUEUE_FULL, QUIET, Drop, DropReason
from segment_web.messages.receipt import Receipt
from segment_web.scopes import witness
from segment_web.scopes.current import current
from segment_web.scopes.scope import NOBODY, Scope

if TYPE_CHECKING:
    from segment_web.compose import Runtime
    from segment_web.delivery.transports.transport import Transport
    from segment_web.options import ClientOptions, Key
    from segment_web.settings import Settings

Defer = Callable[[Callable[[], None]], None]

new = tuple.__new__  # a NamedTuple's own constructor takes twice as long
FULL_LINE = f"skipped:{QUEUE_FULL.reason}"
FULL_RECEIPT = Receipt(False, None, QUEUE_FULL.reason, QUEUE_FULL.detail)


class Analytics(Calls):
    """A client for one Segment source.

    ``Analytics("WRITE_KEY", region="eu")``: the keyword options are the settings in lower case; what is not given comes
    from ``SEGMENT_*`` environment variables, else the default. Raises ConfigError for unknown or wrong settings. Nothing
    starts before the first event.
    """

    __slots__ = ("__weakref__", "_debug", "_observers", "_own", "_silence", "_strict", "_zone", "settings")

    def __init__(self, write_key: Key = None, **options: Unpack[ClientOptions]) -> None:
        from segment_web.settings import load  # with the rest of what a client runs: see _set_up

        key = {} if write_key is None else {"write_key": write_key}
        self._set_up(load({**options, **key}, environ=os.environ))

    @classmethod
    def from_settings(
        cls,
        settings: Settings,
        *,
        zone: Callable[[], tzinfo] = ids.utc,
        observers: Sequence[Observer] = (),
        transport: Transport | None = None,
        debug: bool = False,
    ) -> Self:
        """A client for settings that are already read, as a framework does it.

        ``zone`` says what zone naive datetimes are in, ``observers`` are told of receipts and outcomes, ``transport``
        replaces the configured delivery, ``debug`` adds the call's place to the log line of a mistake.
        """
        client = cls.__new__(cls)
        client._set_up(settings, zone, observers, transport, debug)
        return client

    def _set_up(
        self,
        settings: Settings,
        zone: Callable[[], tzinfo] = ids.utc,
        observers: Sequence[Observer] = (),
        transport: Transport | None = None,
        debug: bool = False,
    ) -> None:
        from segment_web.compose import build  # those who never make a client do not wait for what one runs

        self.settings = settings
        self._zone = zone
        self._observers = tuple(observers)
        self._debug = debug
        self._strict = settings.strict
        self._own = build(settings, zone=zone, observers=observers, transport=transport)
        keyless = settings.keyless == settings.aliases
        self._silence = reasons.OFF if not settings.enabled else reasons.NO_KEY if keyless else None

    def prepare(self) -> None:
        """Loads what the first delivery needs (the HTTP library) now, so that no request waits for it."""
        if self._silence is None:
            self._own.delivery.prepare()

    def flush(self, timeout: float | None = None) -> bool:
        """Waits until everything accepted so far is settled; False if that took longer than ``timeout`` seconds.

        It blocks and does not belong in a request.
        """
        return self._runtime().delivery.flush(timeout)

    def close(self, timeout: float | None = None) -> bool:
        """Delivers what is queued within ``timeout`` seconds (default: ``exit_timeout``) and stops; True when nothing
        was left. Later calls are counted as dropped."""
        return self._own.delivery.close(timeout)

    def forget(self, ids: Iterable[str]) -> int:
        """Drops, as ``no_consent``, what this process has queued of these visitors: their anonymous ids, and user ids
        for messages without one. Returns how many messages; looks at the whole queue."""
        return self._runtime().delivery.forget(frozenset(ids))

    def stats(self) -> Stats:
        """What became of every message of this process so far."""
        return self._runtime().delivery.stats()

    def health(self, **limits: Unpack[HealthLimits]) -> Health:
        """Whether delivery is well in this process, and why not: see :func:`segment_web.delivery.health.health_of`."""
        return health_of(self.stats(), interval=self.settings.flush_interval, silence=self.silence, **limits)

    @property
    def zone(self) -> Callable[[], tzinfo]:
        """What says in which zone naive datetimes are."""
        return self._zone

    @property
    def observers(self) -> tuple[Observer, ...]:
        """Who is told of this client's receipts and outcomes."""
        return self._observers

    @property
    def silence(self) -> Drop | None:
        """Why nothing at all is recorded (switched off, no key); None when it is, as in a test's capture."""
        return self._silence if _override is None else None

    @property
    def drops_bots(self) -> bool:
        """Whether a bot's messages are dropped; not inside a test's capture, whose client looks like one."""
        return self.settings.bots == "drop" and _override is None

    @property
    def is_strict(self) -> bool:
        """Whether a caller's mistake raises: the setting, and always inside a test's capture."""
        return self._strict or _override is not None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Analytics({self.settings.write_key!r}, host={self.settings.base_url!r}, delivery={self.settings.delivery!r})"

    def _has_room(self) -> bool:
        runtime = self._own if _override is None else _override(self)  # in place: a call of ours costs each event
        return not runtime.delivery.room.is_full

    def _turn_away(self) -> Receipt:
        """A full queue costs its caller next to nothing, for as long as the server is down."""
        delivery = self._runtime().delivery
        delivery.skipped(QUEUE_FULL)
        if log.is_due(FULL_LINE):
            log(logging.WARNING, FULL_LINE, f"segment_web skips messages: {QUEUE_FULL.reason} ({QUEUE_FULL.detail})")
        delivery.notify("message_dropped", QUEUE_FULL, None)
        witness.turned_away(current() or NOBODY, FULL_RECEIPT)
        return FULL_RECEIPT

    def _say(self, message: Message) -> Receipt:
        if witness.ask is not None:
            return self._witnessed(message, current() or NOBODY, None, None)
        return self._record(message, current() or NOBODY)

    def record(
        self, message: Message, scope: Scope, *, strict: bool | None = False, defer: Defer | None = None
    ) -> Receipt:
        """Records ``message`` as said in ``scope``: what frameworks build their calls on.

        ``strict`` raises InvalidMessage for the caller's own mistakes (None: if the client is strict). ``defer`` is handed
        the last step, putting the message into the queue, to run when a transaction commits. Nothing else ever raises.
        """
        if witness.ask is not None:
            return self._witnessed(message, scope, strict, defer)
        return self._record(message, scope, strict, defer)

    def _witnessed(self, message: Message, scope: Scope, strict: bool | None, defer: Defer | None) -> Receipt:
        over = None if witness.ask is None else witness.ask(message, scope)
        try:
            receipt = self._record(message, scope, strict, defer)
        except InvalidMessage as mistake:
            if over is not None:
                over(mistake)
            raise
        if over is not None:
            over(receipt)
        return receipt

    def _record(
        self,
        message: Message,
        scope: Scope,
        strict: bool | None = None,
        defer: Defer | None = None,
        held_by: Runtime | None = None,
    ) -> Receipt:
        """``held_by`` had the message wait for its visitor, and finishes it now."""
        runtime = held_by or (self._own if _override is None else _override(self))
        try:
            if self._silence is not None and runtime is self._own:
                return self._dropped(runtime, self._silence, message, strict)
            if message.dedupe_key is not None and (drop := ids.derive_id(message, self._dedupe_secret)) is not None:
                return self._dropped(runtime, drop, message, strict)
            if held_by is None:
                ids.stamp(message)  # with the time of the call, whenever it is finished
            if scope.visitor is None and scope.waiting and held_by is None and scope.drop is None:
                return self._hold(runtime, message, scope, strict, defer)
            found = runtime.pipeline.finish(message, scope)
            if message.companions:
                self._record_companions(message, scope)
            if isinstance(found, Drop):
                return self._dropped(runtime, found, message, strict)
            if defer is not None:
                defer(partial(self._put_late, runtime, found, message, scope))
            elif (drop := runtime.delivery.put(found)) is not None:
                return self._told(runtime, drop, message)
            return new(Receipt, (True, found[0], None, ""))
        except Exception as error:  # the border of the host: analytics never breaks a request
            if isinstance(error, InvalidMessage) and (self.is_strict if strict is None else strict):
                raise
            return self._failed(runtime, message, error)

    def _record_companions(self, message: Message, scope: Scope) -> None:
        """Record the messages that the stages added to this one; each gets a receipt of its own."""
        companions, message.companions = message.companions, ()
        for companion in companions:
            self.record(companion, scope)

    def _dedupe_secret(self) -> str | None:
        secret = self.settings.dedupe_secret or self.settings.write_key
        # A test needs no key: its ids go nowhere.
        return secret.reveal() if secret is not None else None if _override is None else ""

    def _hold(
        self, runtime: Runtime, message: Message, scope: Scope, strict: bool | None, defer: Defer | None
    ) -> Receipt:
        """Keeps the message until its visitor is known; what is wrong whoever they are is told at once."""
        if (drop := runtime.pipeline.foresee(message)) is not None:
            return self._dropped(runtime, drop, message, strict)
        scope.hold(partial(self._record, message, scope, False, defer, runtime))
        return Receipt(True, message.message_id)

    def _put_late(self, runtime: Runtime, envelope: Packed, message: Message, scope: Scope) -> None:
        """The deferred last step, unless consent was withdrawn meanwhile. What was said before a test's capture and is
        put inside it does not leave either."""
        now = self._runtime() if runtime is self._own else runtime
        if scope.drop is not None:
            self._dropped(now, scope.drop, message, strict=False)
        elif (drop := now.delivery.put(envelope)) is not None:
            self._told(now, drop, message)

    def _failed(self, runtime: Runtime, message: Message, error: Exception) -> Receipt:
        internal_error(f"{message.type}()", error)
        return self._dropped(runtime, Drop(DropReason.INTERNAL_ERROR, type(error).__name__), message, strict=False)

    def _dropped(self, runtime: Runtime, drop: Drop, message: Message, strict: bool | None) -> Receipt:
        runtime.delivery.skipped(drop)
        if drop.reason in CALLERS_MISTAKES and (self.is_strict if strict is None else strict):
            raise InvalidMessage(drop.reason, drop.detail)
        return self._told(runtime, drop, message)

    def _told(self, runtime: Runtime, drop: Drop, message: Message) -> Receipt:
        level = logging.DEBUG if drop.reason in QUIET else logging.WARNING
        if logging.getLogger("segment_web").isEnabledFor(level):
            place = f" at {site}" if self._debug and drop.reason in CALLERS_MISTAKES and (site := call_site()) else ""
            text = f"segment_web skipped a {message.type}{place}: {drop.reason} ({drop.detail})"
            log(level, f"skipped:{drop.reason}{place}", text)
        runtime.delivery.notify("message_dropped", drop, message)
        return Receipt(False, message.message_id, drop.reason, drop.detail)

    def _runtime(self) -> Runtime:
        return self._own if _override is None else _override(self)


_override: Callable[[Analytics], Runtime] | None = None


@contextmanager
def overridden(runtime_for: Callable[[Analytics], Runtime]) -> Iterator[None]:
    """Every client of this process runs ``runtime_for(client)`` inside the block, and is strict: for tests."""
    global _override
    before, _override = _override, runtime_for
    try:
        yield
    finally:
        _override = before
