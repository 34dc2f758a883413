"""The oracle notices what it is there to notice."""

from __future__ import annotations

from collections.abc import Iterator

import orjson
import pytest

from segment_web import Analytics
from segment_web.net.session import Session
from tests.delivery.oracle import Oracle


@pytest.fixture
def oracle() -> Iterator[Oracle]:
    with Oracle() as running:
        yield running


@pytest.fixture
def idle() -> Iterator[Analytics]:
    """A client that has sent nothing and counted nothing."""
    with Analytics("k" * 32, delivery="null") as client:
        yield client


def post(oracle: Oracle, *messages: dict[str, object], frame: str = '"writeKey":"k"') -> None:
    session = Session(timeout=5)
    body = b'{"batch":%b,"sentAt":"2026-01-01T00:00:00.000Z",%b}' % (orjson.dumps(messages), frame.encode())
    assert session.post(f"{oracle.url}/v1/batch", body, {}).status == 200
    session.close()


def test_a_loss_nobody_counted(oracle: Oracle, idle: Analytics) -> None:
    oracle.owe("ann")
    with pytest.raises(AssertionError, match="uncounted"):
        oracle.check(idle)


def test_a_message_whose_bytes_changed(oracle: Oracle, idle: Analytics) -> None:
    owed = oracle.owe("ann").message_id
    post(oracle, {"messageId": owed, "timestamp": 1})
    oracle.check(idle)
    post(oracle, {"messageId": owed, "timestamp": 2})
    with pytest.raises(AssertionError, match="bytes of a message"):
        oracle.check(idle)


def test_a_frame_that_changed(oracle: Oracle, idle: Analytics) -> None:
    owed = oracle.owe("ann").message_id
    post(oracle, {"messageId": owed})
    post(oracle, {"messageId": owed}, frame='"writeKey":"x"')
    with pytest.raises(AssertionError, match="sentAt"):
        oracle.check(idle)


def test_a_visitor_whose_order_broke(oracle: Oracle, idle: Analytics) -> None:
    ann, bob, later = oracle.owe("ann").message_id, oracle.owe("bob").message_id, oracle.owe("ann").message_id
    post(oracle, {"messageId": later}, {"messageId": bob})
    post(oracle, {"messageId": ann})
    with pytest.raises(AssertionError, match="ann"):
        oracle.check(idle)


def test_a_message_nobody_sent(oracle: Oracle, idle: Analytics) -> None:
    post(oracle, {"messageId": "invented"})
    with pytest.raises(AssertionError, match="nobody sent"):
        oracle.check(idle)
