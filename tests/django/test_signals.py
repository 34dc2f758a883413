"""Django signals tell what became of messages; who listens badly harms nobody."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from django.dispatch import Signal

from segment_web.django import conf, signals
from segment_web.messages.reasons import DropReason
from tests.django.browser import Browser
from tests.django.conftest import Wire

pytestmark = pytest.mark.django_db(transaction=True)

NAMES = ("message_accepted", "message_dropped", "batch_delivered", "batch_refused")
SECONDS = 5.0


class Told:
    """What the signals said; the delivery's own are sent on its thread, a moment after the books are closed."""

    def __init__(self) -> None:
        self.facts: list[tuple[str, dict[str, Any]]] = []
        self._more = threading.Condition()

    def hear(self, name: str, facts: dict[str, Any]) -> None:
        with self._more:
            self.facts.append((name, facts))
            self._more.notify_all()

    def first(self, count: int) -> list[tuple[str, dict[str, Any]]]:
        with self._more:
            assert self._more.wait_for(lambda: len(self.facts) >= count, SECONDS), self.facts
            return list(self.facts)


@pytest.fixture
def told() -> Iterator[Told]:
    heard = Told()
    receivers = []
    for name in NAMES:

        def receive(sender: object, signal: Signal, _name: str = name, **facts: Any) -> None:
            heard.hear(_name, facts)

        getattr(signals, name).connect(receive)
        receivers.append((name, receive))
    yield heard
    for name, receiver in receivers:
        getattr(signals, name).disconnect(receiver)


def test_accepted_then_delivered(browser: Browser, wire: Wire, told: Told) -> None:
    browser.get("/track/")
    [message] = wire.messages
    (accepted, facts), (delivered, batch) = told.first(2)
    assert (accepted, delivered) == ("message_accepted", "batch_delivered")
    assert facts["message_id"] == message["messageId"] == orjson.loads(facts["body"])["messageId"]
    assert batch["message_ids"] == (message["messageId"],)
    assert batch["bytes_sent"] > 0


def test_dropped_with_its_reason(browser: Browser, wire: Wire, told: Told) -> None:
    browser.get("/track/", **{"user-agent": "curl/8.0"})
    [(name, facts)] = told.first(1)
    assert (name, facts["reason"], facts["message"].event) == ("message_dropped", DropReason.BOT, "Book Viewed")
    assert wire.messages == []


def test_refused_with_the_servers_answer(wire: Wire, told: Told) -> None:
    wire.server.answer(400, body=b'{"message":"no"}', times=None)
    Browser().get("/track/")
    name, facts = told.first(2)[-1]
    assert (name, facts["reason"], len(facts["message_ids"])) == ("batch_refused", DropReason.BAD_REQUEST, 1)
    assert conf.client().stats().lost == 1


def test_a_receiver_that_raises_breaks_neither_request_nor_delivery(wire: Wire) -> None:
    def bad(**_: Any) -> None:
        raise RuntimeError("a mistake of the application")

    for name in NAMES:
        getattr(signals, name).connect(bad)
    try:
        assert Browser().get("/track/").json()["accepted"]
        assert len(wire.messages) == 1
    finally:
        for name in NAMES:
            getattr(signals, name).disconnect(bad)
