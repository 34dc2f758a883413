"""Chooses the real things: the pipeline and the delivery that a client with these settings runs."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any

from segment_web.delivery.delivery import Delivery
from segment_web.delivery.lane import Lane
from segment_web.delivery.queues.memory import MemoryQueue
from segment_web.delivery.transports.console import ConsoleTransport
from segment_web.delivery.transports.file import FileTransport
from segment_web.delivery.transports.null import NullTransport
from segment_web.delivery.transports.transport import Transport
from segment_web.errors import ConfigError
from segment_web.messages.observer import Observer
from segment_web.messages.wire import LIBRARY
from segment_web.net.retry import RetryPolicy
from segment_web.pipeline.pipeline import Pipeline, Stage
from segment_web.pipeline.sanitise import Encoder
from segment_web.pipeline.stages.admit import admit
from segment_web.pipeline.stages.before_send import BeforeSend
from segment_web.pipeline.stages.bots import drop_bots, flag_bots
from segment_web.pipeline.stages.encode import Encode
from segment_web.pipeline.stages.enrich import Enrich
from segment_web.pipeline.stages.limits import limits
from segment_web.settings import Settings
from segment_web.settings.kinds import dotted
from segment_web.version import VERSION

DEFAULT_SOURCE = "default"
BOTS: Mapping[str, tuple[Stage, ...]] = {"drop": (drop_bots,), "flag": (flag_bots,), "keep": ()}


@dataclass(frozen=True, slots=True)
class Runtime:
    """What a client runs: messages go through ``pipeline`` on the caller's thread and leave by ``delivery``."""

    pipeline: Pipeline
    delivery: Delivery


def utc() -> tzinfo:
    """The zone of naive datetimes where no framework knows better."""
    return UTC


def build(
    settings: Settings,
    *,
    zone: Callable[[], tzinfo] = utc,
    observers: Sequence[Observer] = (),
    transport: Transport | None = None,
) -> Runtime:
    """The runtime for ``settings``; ``zone`` is what naive datetimes are in, ``transport`` replaces the configured one."""
    delivery = build_delivery(settings, observers=observers, transport=transport)
    return Runtime(build_pipeline(settings, zone=zone, marked=delivery.marked), delivery)


def build_pipeline(settings: Settings, *, zone: Callable[[], tzinfo], marked: Callable[[int], None]) -> Pipeline:
    """The stages in their order; one that is not configured is not in the list."""
    stages: list[Stage] = [
        admit,
        *BOTS[settings.bots],  # before any work, and before an anonymous id is issued
        Enrich(_defaults(settings), settings.context, settings.integrations),
        *([BeforeSend(settings.before_send)] if settings.before_send else []),
        limits,  # after the application's stage, which may break a rule
    ]
    return Pipeline(tuple(stages), Encode(Encoder(zone=zone), marked))


def build_delivery(settings: Settings, *, observers: Sequence[Observer], transport: Transport | None) -> Delivery:
    """One lane into the configured transport; the transport is made in the process that uses it."""

    def make_lane() -> Lane:
        drop_oldest = settings.when_full == "drop_oldest"
        return Lane(
            source=DEFAULT_SOURCE,
            queue=MemoryQueue(max_count=settings.queue_size, max_size=settings.queue_bytes, drop_oldest=drop_oldest),
            policy=RetryPolicy(max_retries=settings.max_retries, budget=settings.retry_budget),
            jitter=random.Random().random,
            count=settings.batch_size,
            size=settings.batch_bytes,
            interval=settings.flush_interval,
        )

    make_transport = (lambda: transport) if transport is not None else transport_factory(settings)
    return Delivery(
        make_lane=make_lane, make_transport=make_transport, exit_timeout=settings.exit_timeout, observers=observers
    )


def transport_factory(settings: Settings) -> Callable[[], Transport]:
    """How the transport named by ``delivery`` is made; ConfigError for a name that is none."""
    name = settings.delivery
    if name in TRANSPORTS:
        return lambda: TRANSPORTS[name](settings)
    try:
        custom = dotted(name)
    except ValueError as error:
        names = ", ".join(map(repr, TRANSPORTS))
        raise ConfigError(f"delivery must be one of {names}, or a transport's dotted path: it must {error}.") from error
    return lambda: custom(settings)


def _http(settings: Settings) -> Transport:
    from segment_web.delivery.transports.http import HttpTransport  # httpx comes with the first delivery
    from segment_web.net.session import Session

    if settings.write_key is None:
        raise ConfigError("write_key is missing: set SEGMENT_WRITE_KEY to the key of your Segment source.")
    session = Session(timeout=settings.request_timeout, proxy=settings.proxy, ca_file=settings.ca_file)
    return HttpTransport(session, base_url=settings.base_url, write_key=settings.write_key, gzip=settings.gzip)


# A transport is added here: one line.
TRANSPORTS: Mapping[str, Callable[[Settings], Transport]] = {
    "thread": _http,
    "console": lambda settings: ConsoleTransport(),
    "file": lambda settings: FileTransport(settings.delivery_file),
    "null": lambda settings: NullTransport(),
}


def _defaults(settings: Settings) -> dict[str, Any]:
    defaults: dict[str, Any] = {"library": {"name": LIBRARY, "version": VERSION}, "channel": "server"}
    if settings.app:
        defaults["app"] = dict(settings.app)
    return defaults
