"""Blinker signals: sent by the application, with the facts, to every receiver."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from segment_web.collector import CollectorServer
from segment_web.flask import Segment, signals
from tests.flask.conftest import browser_of


class Heard:
    """A receiver that writes down what it hears."""

    def __init__(self) -> None:
        self.facts: list[dict[str, Any]] = []

    def __call__(self, sender: Flask, **facts: Any) -> None:
        self.facts.append({"sender": sender, **facts})


@pytest.fixture
def server() -> Iterator[CollectorServer]:
    with CollectorServer() as server:
        yield server


@pytest.fixture
def sending(server: CollectorServer) -> Iterator[Callable[[], Flask]]:
    made: list[Flask] = []

    def make() -> Flask:
        app = Flask("shop")
        Segment(app, write_key="key", host=server.url)
        app.add_url_rule("/", view_func=lambda: str(app.extensions["segment"].client.track("Seen")))
        made.append(app)
        return app

    yield make
    for app in made:
        app.extensions["segment"].client.close()


def test_accepted_and_delivered(sending: Callable[[], Flask], server: CollectorServer) -> None:
    app, accepted, delivered = sending(), Heard(), Heard()
    signals.message_accepted.connect(accepted, app)
    signals.batch_delivered.connect(delivered, app)
    browser_of(app).get("/")
    assert app.extensions["segment"].client.close(10)  # flush() may return before receivers are told
    (message,) = server.messages
    assert [(fact["sender"], fact["message_id"]) for fact in accepted.facts] == [(app, message["messageId"])]
    assert [fact["message_ids"] for fact in delivered.facts] == [(message["messageId"],)]


def test_dropped(sending: Callable[[], Flask]) -> None:
    app, dropped = sending(), Heard()
    signals.message_dropped.connect(dropped, app)
    app.test_client().get("/", headers={"User-Agent": "curl/8"})
    assert [fact["reason"] for fact in dropped.facts] == ["bot"]


def test_refused(sending: Callable[[], Flask], server: CollectorServer) -> None:
    app, refused = sending(), Heard()
    server.answer(413)
    signals.batch_refused.connect(refused, app)
    browser_of(app).get("/")
    assert app.extensions["segment"].client.close(10)  # flush() may return before receivers are told
    assert len(refused.facts[0]["message_ids"]) == 1


def test_another_applications_messages_are_not_heard(sending: Callable[[], Flask]) -> None:
    heard, first, second = Heard(), sending(), sending()
    signals.message_accepted.connect(heard, first)
    browser_of(second).get("/")
    assert heard.facts == []


def test_a_receiver_that_raises_keeps_none_from_hearing(sending: Callable[[], Flask]) -> None:
    app, heard = sending(), [Heard(), Heard()]

    def broken(sender: Flask, **facts: Any) -> None:
        raise RuntimeError("the receiver's own")

    for receiver in (heard[0], broken, heard[1]):
        signals.message_accepted.connect(receiver, app)
    assert browser_of(app).get("/").status_code == 200
    assert [len(each.facts) for each in heard] == [1, 1]
