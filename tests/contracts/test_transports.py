"""What every transport keeps: the bytes as they are, a word on every batch, and a close that may come twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pytest

from segment_web.compose import TRANSPORTS, transport_factory
from segment_web.delivery.transports.console import ConsoleTransport
from segment_web.delivery.transports.transport import Transport
from segment_web.messages.envelope import Batch, Envelope
from segment_web.messages.outcome import DELIVERED, Outcome, Verdict
from segment_web.pipeline.sanitise import encode
from segment_web.settings import load
from segment_web.settings.connection import DEFAULT_SOURCE
from tests.contracts.byte_server import serving

ODD = 'line\nline\r\u2028 \x00 ü 𝄞 \ud800 </script> ],"sentAt"'


class Row(NamedTuple):
    """A transport, and the messages that have arrived by it so far (None where they are not kept)."""

    transport: Transport
    arrived: Callable[[], list[bytes] | None]


def built(**settings: Any) -> Transport:
    """What a client with these settings delivers by."""
    return transport_factory(load({"write_key": "contract-key", **settings}, environ={}))(DEFAULT_SOURCE)


@contextmanager
def http(folder: Path, *, gzip: bool = True) -> Iterator[Row]:
    with serving() as server:

        def arrived() -> list[bytes]:
            frames = [body.rpartition(b'],"sentAt"')[0].removeprefix(b'{"batch":[') for body in server.bodies]
            return [message for frame in frames for message in taken_apart(frame)]

        yield Row(built(host=server.url, gzip=gzip), arrived)


@contextmanager
def plain_http(folder: Path) -> Iterator[Row]:
    with http(folder, gzip=False) as row:
        yield row


@contextmanager
def file(folder: Path) -> Iterator[Row]:
    path = folder / "messages.jsonl"
    yield Row(
        built(delivery="file", delivery_file=str(path)),
        lambda: path.read_bytes().split(b"\n")[:-1] if path.exists() else [],
    )


@contextmanager
def console(folder: Path) -> Iterator[Row]:
    yield Row(ConsoleTransport(StringIO()), lambda: None)


@contextmanager
def null(folder: Path) -> Iterator[Row]:
    yield Row(built(delivery="null"), lambda: None)


# A transport is added here: one row.
ROWS: dict[str, Callable[[Path], AbstractContextManager[Row]]] = {
    "thread": http,
    "thread, without gzip": plain_http,
    "console": console,
    "file": file,
    "null": null,
}


@pytest.fixture(params=ROWS.values(), ids=[*ROWS])
def row(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Row]:
    with request.param(tmp_path) as row:
        yield row
        row.transport.close()


def batch(number: int = 3) -> Batch:
    bodies = [
        encode({"type": "track", "event": ODD, "userId": "u", "properties": {"n": n, ODD: ODD}}) for n in range(number)
    ]
    return Batch(DEFAULT_SOURCE, tuple(Envelope(f"m{n}", "u", DEFAULT_SOURCE, body) for n, body in enumerate(bodies)))


def taken_apart(frame: bytes) -> list[bytes]:
    """The messages of a batch, which are joined by commas: cut where each of them begins."""
    first, *others = frame.split(b',{"type"')
    return [first, *(b'{"type"' + other for other in others)]


def test_every_transport_has_a_row() -> None:
    assert set(TRANSPORTS) <= set(ROWS)


def test_a_batch_is_delivered_and_the_transport_says_so(row: Row) -> None:
    outcome = row.transport.deliver(batch())
    assert type(outcome) is Outcome
    assert (outcome.verdict, outcome.sends, outcome.retry_after) == (Verdict.DELIVERED, 1, None)


def test_the_bytes_arrive_as_they_are(row: Row) -> None:
    sent = batch()
    row.transport.deliver(sent)
    assert row.arrived() in ([envelope.body for envelope in sent.envelopes], None)


def test_a_second_attempt_carries_the_same_bytes(row: Row) -> None:
    sent = batch(1)
    row.transport.deliver(sent)
    row.transport.deliver(sent._replace(retries=1))
    assert row.arrived() in ([sent.envelopes[0].body] * 2, None)


def test_closing_twice_is_closing_once(row: Row) -> None:
    row.transport.deliver(batch(1))
    row.transport.close()
    row.transport.close()
    assert row.arrived() in ([batch(1).envelopes[0].body], None)


def test_closing_what_has_carried_nothing(row: Row) -> None:
    row.transport.close()
    assert row.arrived() in ([], None)


def test_the_console_says_each_message_on_a_line_of_its_own() -> None:
    stream = StringIO()
    assert ConsoleTransport(stream).deliver(batch()) == DELIVERED
    lines = stream.getvalue().splitlines()
    assert len(lines) == 3
    assert all(line.startswith("[segment] track") and line.isprintable() for line in lines)


def test_the_messages_are_json_on_the_way(tmp_path: Path) -> None:
    """The rows compare bytes; this tells that the bytes are a batch."""
    with serving() as server:
        transport = built(host=server.url)
        transport.deliver(batch(2))
        transport.close()
        frame = orjson.loads(server.bodies[0])
    assert [message["properties"]["n"] for message in frame["batch"]] == [0, 1]
    assert (set(frame), frame["writeKey"]) == ({"batch", "sentAt", "writeKey"}, "contract-key")
