"""What a real answer does to the messages it answers: a few of each kind, over real connections."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from segment_web import Analytics
from segment_web.messages.envelope import Batch, Envelope
from segment_web.messages.message import Message
from segment_web.messages.outcome import Outcome
from segment_web.messages.reasons import Drop
from segment_web.settings import load
from tests.delivery.conftest import MakeClient
from tests.delivery.faults import Fault
from tests.delivery.oracle import Oracle
from tests.net.hostile import HostileServer, answering

TAKEN_AT_ONCE = (
    Fault.status(200, "Content-Type: text/html", body=b"<h1>Welcome to the hotel's network</h1>"),
    Fault.status(200, "Content-Type: application/json", body=b"{not json"),
    Fault.status(202),
    Fault.status(204),
    Fault.status(299, body=b""),
)
PASSING = (
    *(Fault.status(status) for status in (408, 410, 429, 460, 500, 502, 503, 504, 599)),
    Fault.status(503, "Retry-After: x"),
    Fault.status(503, "Retry-After: -1"),
    Fault.status(503, "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT"),
)
FINAL = tuple(Fault.status(status) for status in (402, 405, 418, 422, 451, 501, 505, 511))
ORDERS = ("Retry-After: 1", "X-RateLimit-Reset: 1")


class Deliveries:
    """An observer of outcomes, by message id."""

    def __init__(self) -> None:
        self.delivered: set[str] = set()
        self.refused: set[str] = set()

    def message_accepted(self, envelope: Envelope) -> None: ...

    def message_dropped(self, drop: Drop, message: Message | None) -> None: ...

    def batch_delivered(self, batch: Batch, outcome: Outcome) -> None:
        self.delivered |= {envelope.message_id for envelope in batch.envelopes}

    def batch_refused(self, envelopes: Sequence[Envelope], drop: Drop, outcome: Outcome) -> None:
        self.refused |= {envelope.message_id for envelope in envelopes}


def named(faults: tuple[Fault, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("fault", faults, ids=lambda fault: fault.name)


@named(TAKEN_AT_ONCE)
def test_a_2xx_is_enough_whatever_its_body(make: MakeClient, fault: Fault) -> None:
    with Oracle([fault]) as oracle:
        client = make(host=oracle.url, flush_interval=60)
        oracle.say(client, "ann")
        assert client.flush(5)
        oracle.check(client)
        assert (len(oracle.arrivals), client.stats().delivered, client.stats().retried) == (1, 1, 0)


JITSU = b'{"errors":["Message ID: ann.1: throttled"],"ok":false,"okEvents":2,"receivedEvents":3}'
PARTLY = {
    "by id": (JITSU, {"ann.0", "ann.2"}),
    "by number": (JITSU.replace(b"ann.1", b"?"), {"ann.0", "ann.1"}),
    "all": (b'{"ok":false,"okEvents":0,"errors":[]}', set()),
    "duplicates count as taken": (b'{"ok":false,"okEvents":1,"deduplicatedEvents":1}', {"ann.0", "ann.1"}),
    "without a number": (b'{"success":false}', set()),
    "nonsense": (b'{"ok":false,"okEvents":[9],"errors":7}', set()),
    "too deep": (b'{"ok":false,"okEvents":2,"errors":' + b"[" * 500 + b"]" * 500 + b"}", {"ann.0", "ann.1"}),
    "not an object": (b"[false]", {"ann.0", "ann.1", "ann.2"}),
}


@pytest.mark.parametrize(("body", "taken"), PARTLY.values(), ids=[*PARTLY])
def test_messages_that_a_2xx_refuses_in_its_body_are_counted(body: bytes, taken: set[str]) -> None:
    with Oracle(otherwise=Fault.status(200, body=body)) as oracle:
        settings = load({"write_key": "key", "host": oracle.url, "flush_interval": 60}, environ={})
        seen = Deliveries()
        client = Analytics.from_settings(settings, observers=[seen])
        for _ in range(3):
            oracle.say(client, "ann")
        assert client.flush(5)
        stats = client.stats()
        client.close()
    assert (seen.delivered, seen.refused) == (taken, {"ann.0", "ann.1", "ann.2"} - taken)
    assert (stats.accepted, stats.delivered, stats.lost) == (3, len(taken), 3 - len(taken))
    assert (stats.last_error is None) == (len(taken) == 3)


@named(PASSING)
def test_a_passing_failure_costs_nothing_but_time(make: MakeClient, fault: Fault) -> None:
    with Oracle([fault]) as oracle:
        client = make(host=oracle.url, flush_interval=60)
        for visitor in ("ann", "bob"):
            oracle.say(client, visitor)
        assert client.flush(5)
        oracle.check(client)
        assert [arrival.headers.get("x-retry-count") for arrival in oracle.arrivals] == [None, "1"]
        assert client.stats().delivered == 2
        oracle.check_fresh(client)


@named(FINAL)
def test_a_final_no_is_counted_and_the_next_message_goes(make: MakeClient, fault: Fault) -> None:
    with Oracle([fault]) as oracle:
        client = make(host=oracle.url, flush_interval=60)
        oracle.say(client, "ann")
        assert client.flush(5)
        oracle.check(client)
        assert client.stats().dropped == {"refused": 1}
        oracle.check_fresh(client)


@pytest.mark.parametrize("status", [301, 302, 304, 307, 308])
def test_a_redirect_is_not_followed_and_nothing_is_lost(make: MakeClient, status: int) -> None:
    with HostileServer(answering()) as elsewhere:
        redirect = Fault.status(status, f"Location: {elsewhere.url}")
        with Oracle([redirect]) as oracle:
            client = make(host=oracle.url)
            oracle.say(client, "ann")
            oracle.wait_for_requests(1)
            assert not client.flush(0.1)
            oracle.check(client)
            stats = client.stats()
            assert (stats.pending, stats.last_error) == (1, f"HTTP {status}")
            assert client.close(2), "the end of the process tries once more"
            oracle.check(client)
        assert elsewhere.connections == 0


@pytest.mark.parametrize("order", ORDERS)
def test_nothing_is_sent_inside_an_ordered_window(make: MakeClient, order: str) -> None:
    with Oracle([Fault.status(429, order)]) as oracle:
        client = make(host=oracle.url)
        oracle.say(client, "ann")
        oracle.wait_for_requests(1)
        for visitor in ("bob", "cyd"):
            oracle.say(client, visitor)
        assert client.flush(5)
        oracle.check(client)
        first, *later = [arrival.at for arrival in oracle.arrivals]
        assert min(later) - first >= 1.0


@pytest.mark.parametrize("years", [-10, 10])
def test_a_clock_ten_years_off_changes_no_window(make: MakeClient, years: int) -> None:
    """Whose clock is wrong cannot be told from here: the server's is ten years from ours."""
    theirs = datetime.now(UTC).replace(microsecond=0) + timedelta(days=365 * years)
    date, until = (format_datetime(moment, usegmt=True) for moment in (theirs, theirs + timedelta(seconds=1)))
    with Oracle([Fault.status(503, f"Date: {date}", f"Retry-After: {until}")]) as oracle:
        client = make(host=oracle.url)
        oracle.say(client, "ann")
        assert client.flush(5)
        oracle.check(client)
        first, second = [arrival.at for arrival in oracle.arrivals]
        assert second - first >= 1.0
