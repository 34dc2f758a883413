"""Chooses the real things: the pipeline and the delivery that a client with these settings runs."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from importlib.util import find_spec
from typing import Any

from segment_web.delivery.batcher import Pace
from segment_web.delivery.delivery import Delivery
from segment_web.delivery.lane import Lane
from segment_web.delivery.queues.memory import MemoryQueue, QueueBounds
from segment_web.delivery.skipped_calls import SkippedCalls
from segment_web.delivery.transports.console import ConsoleTransport
from segment_web.delivery.transports.file import FileTransport
from segment_web.delivery.transports.null import NullTransport
from segment_web.delivery.transports.transport import Transport
from segment_web.errors import ConfigError, MissingExtra
from segment_web.messages.observer import Observer
from segment_web.messages.wire import LIBRARY
from segment_web.net.retry import RetryPolicy
from segment_web.pipeline.pipeline import Pipeline, Stage
from segment_web.pipeline.sanitise import Encoder
from segment_web.pipeline.stages.before_send import BeforeSend
from segment_web.pipeline.stages.bots import drop_bots, mark_bots
from segment_web.pipeline.stages.consent import consent
from segment_web.pipeline.stages.encode import Encode
from segment_web.pipeline.stages.enrich import Enrich
from segment_web.pipeline.stages.limits import Limits
from segment_web.pipeline.stages.route import Route
from segment_web.pipeline.volume import Volume
from segment_web.process import uvicorn  # noqa: F401 - looks at each process's first event
from segment_web.settings import Settings
from segment_web.settings.kinds import dotted
from segment_web.settings.secret import Secret
from segment_web.version import VERSION


@dataclass(frozen=True, slots=True)
class Runtime:
    """What a client runs: messages go through ``pipeline`` on the caller's thread and leave by ``delivery``."""

    pipeline: Pipeline
    delivery: Delivery


def build(
    settings: Settings,
    *,
    zone: Callable[[], tzinfo],
    observers: Sequence[Observer] = (),
    transport: Transport | None = None,
) -> Runtime:
    """The runtime for ``settings``; ``zone`` is what naive datetimes are in, ``transport`` replaces the configured one."""
    if settings.delivery == "console" and transport is None:
        observers = (*observers, SkippedCalls())
    delivery = build_delivery(settings, observers=observers, transport=transport)
    return Runtime(build_pipeline(settings, zone=zone, marked=delivery.marked), delivery)


def build_pipeline(settings: Settings, *, zone: Callable[[], tzinfo], marked: Callable[[int], None]) -> Pipeline:
    """The stages in their order; one that is not configured is not in the list."""
    gates: list[Stage] = [consent, *([drop_bots] if settings.bots == "drop" else [])]
    stages: list[Stage] = [
        *([mark_bots] if settings.bots == "flag" else []),
        _enrich(settings, gates),
        *([BeforeSend(settings.before_send)] if settings.before_send else []),
        *([Route(settings.source_router)] if settings.source_router else []),
    ]
    volume = Volume()
    limits = Limits(settings.aliases, settings.keyless, zone, volume)  # last: the application's stage may break a rule
    return Pipeline.of(gates, stages, limits, Encode(Encoder(zone=zone), marked, volume))


def build_delivery(settings: Settings, *, observers: Sequence[Observer], transport: Transport | None) -> Delivery:
    """One lane and one transport for each source; transports are made in the process that uses them."""
    aliases = settings.aliases
    pace = Pace(
        count=settings.batch_size,
        size=settings.batch_bytes,
        interval=settings.flush_interval,
        spacing=1 / settings.rate_limit if settings.rate_limit else 0.0,
    )
    policy = RetryPolicy(max_retries=settings.max_retries, budget=settings.retry_budget)
    make = (lambda alias: transport) if transport is not None else transport_factory(settings)

    def make_room() -> QueueBounds:
        drop_oldest = settings.when_full == "drop_oldest"
        return QueueBounds(max_count=settings.queue_size, max_size=settings.queue_bytes, drop_oldest=drop_oldest)

    def make_lanes(room: QueueBounds) -> dict[str, Lane]:
        jitter = random.Random().random
        return {alias: Lane(alias, MemoryQueue(room), pace, policy, jitter) for alias in aliases}

    return Delivery(
        make_room=make_room,
        make_lanes=make_lanes,
        make_transports=lambda: {alias: make(alias) for alias in aliases},
        exit_timeout=settings.exit_timeout,
        observers=observers,
    )


def transport_factory(settings: Settings) -> Callable[[str], Transport]:
    """How a source's transport named by ``delivery`` is made; ConfigError for a name that is none."""
    name = settings.delivery
    if name == "thread" and settings.oauth is not None:
        check_oauth_extra()
    if name in TRANSPORTS:
        return lambda alias: TRANSPORTS[name](settings, alias)
    try:
        custom = dotted(name)
    except ValueError as error:
        names = ", ".join(map(repr, TRANSPORTS))
        raise ConfigError(f"delivery must be one of {names}, or a transport's dotted path: it must {error}.") from error
    return lambda alias: custom(settings, alias)


def check_oauth_extra() -> None:
    """MissingExtra unless the packages that sign are there: said at the start, and without the time to import them."""
    if not all(find_spec(name) for name in ("jwt", "cryptography")):
        raise MissingExtra("the oauth setting", "oauth")


def _http(settings: Settings, alias: str) -> Transport:
    from segment_web.delivery.transports.http import HttpTransport  # httpx comes with the first delivery
    from segment_web.net.session import Session

    write_key, base_url = settings.source(alias)

    def session() -> Session:
        return Session(timeout=settings.request_timeout, proxy=settings.proxy, ca_file=settings.ca_file)

    tokens = None
    if settings.oauth is not None:
        from segment_web.net.oauth import Tokens  # PyJWT and cryptography, too

        tokens = Tokens(session(), settings.oauth, settings.token_server(alias))
    key = write_key or Secret("")
    return HttpTransport(session(), base_url=base_url, write_key=key, gzip=settings.gzip, tokens=tokens)


# A transport is added here, one line, and its name in DELIVERIES of the settings.
TRANSPORTS: Mapping[str, Callable[[Settings, str], Transport]] = {
    "thread": _http,
    "console": lambda settings, alias: ConsoleTransport(),
    "file": lambda settings, alias: FileTransport(settings.delivery_file),
    "null": lambda settings, alias: NullTransport(),
}


def _enrich(settings: Settings, gates: Sequence[Stage]) -> Enrich:
    """``keeps``: anything that is kept of visitors joins the context of their messages."""
    return Enrich(
        _defaults(settings),
        tuple(gates),
        settings.context,
        settings.integrations,
        keeps=settings.visit is not None or settings.group is not None,
    )


def _defaults(settings: Settings) -> dict[str, Any]:
    defaults: dict[str, Any] = {"library": {"name": LIBRARY, "version": VERSION}, "channel": "server"}
    if settings.app:
        defaults["app"] = dict(settings.app)
    return defaults
