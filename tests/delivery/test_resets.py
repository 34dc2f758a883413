"""A connection that breaks at any byte of the request or the answer: the batch is kept, and goes again unaltered."""

from __future__ import annotations

from collections.abc import Iterator

import orjson
import pytest

from segment_web.delivery.transports.http import HttpTransport
from segment_web.messages.envelope import Batch, Envelope
from segment_web.net.session import Session
from segment_web.settings.secret import Secret
from tests.delivery.faults import Fault, plain
from tests.delivery.oracle import Arrival, Obligation, Oracle

REQUEST_LINE = "POST /v1/batch HTTP/1.1"
ANSWER = plain(200)


@pytest.fixture
def oracle() -> Iterator[Oracle]:
    with Oracle() as running:
        yield running


@pytest.fixture
def transport(oracle: Oracle) -> Iterator[HttpTransport]:
    made = HttpTransport(Session(timeout=5), base_url=oracle.url, write_key=Secret("key"), gzip=False)
    yield made
    made.close()


def envelope(owed: Obligation) -> Envelope:
    body = orjson.dumps({"messageId": owed.message_id, "text": "é"})
    return Envelope(owed.message_id, owed.visitor, "default", body)


def batch(oracle: Oracle) -> Batch:
    owed = [oracle.owe(visitor) for visitor in ("ann", "bob")]
    return Batch("default", tuple(map(envelope, owed)))


def size_of(arrival: Arrival) -> int:
    """The bytes of a whole request."""
    lines = [REQUEST_LINE, *(f"{name}: {value}" for name, value in arrival.headers.items()), ""]
    return sum(len(line) + len("\r\n") for line in lines) + len(arrival.frame.raw)


def test_at_every_byte_of_the_answer(oracle: Oracle, transport: HttpTransport) -> None:
    sent = batch(oracle)
    for offset in range(len(ANSWER)):
        oracle.follow(Fault.reset_in_answer(offset))
        assert transport.deliver(sent).verdict == "retry", offset
    assert transport.deliver(sent).verdict == "delivered"
    oracle.check_wire()
    assert len(oracle.arrivals) == len(ANSWER) + 1, "one attempt sends once"


def test_at_every_byte_of_the_request(oracle: Oracle, transport: HttpTransport) -> None:
    sent = batch(oracle)
    assert transport.deliver(sent).verdict == "delivered"
    whole = size_of(oracle.arrivals[0])
    for offset in range(whole + 1):
        oracle.follow(Fault.reset_in_request(offset))
        assert transport.deliver(sent).verdict == "retry", offset
    assert transport.deliver(sent).verdict == "delivered"
    oracle.check_wire()
    assert len(oracle.arrivals) == 2, "the server read only two of the requests"
