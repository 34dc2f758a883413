"""Scripted answers, over HTTP."""

from __future__ import annotations

import threading

import httpx
import pytest

from segment_web.collector import Answers, CollectorServer
from segment_web.errors import ConfigError
from tests.collector.conftest import client_for
from tests.collector.messages import batch, track


def statuses(client: httpx.Client, count: int) -> list[int]:
    return [client.post("/v1/batch", json=batch(track(f"m{number}"))).status_code for number in range(count)]


def test_a_script_is_used_up_in_order_and_normal_behaviour_returns(
    server: CollectorServer, client: httpx.Client
) -> None:
    server.answer(500, times=2)
    server.answer(429)
    assert statuses(client, 5) == [500, 500, 429, 200, 200]
    assert [message["messageId"] for message in server.messages] == ["m3", "m4"]


def test_an_answer_without_end_holds_until_recovery(server: CollectorServer, client: httpx.Client) -> None:
    server.answer(503, times=None)
    assert statuses(client, 3) == [503] * 3
    server.recover()
    assert statuses(client, 1) == [200]


def test_a_script_says_headers_and_body(server: CollectorServer, client: httpx.Client) -> None:
    server.answer(429, retry_after=2, body=b"slow down", headers={"X-RateLimit-Reset": "3"})
    answer = client.post("/v1/batch", json=batch(track()))
    assert answer.content == b"slow down"
    assert (answer.headers["Retry-After"], answer.headers["X-RateLimit-Reset"]) == ("2", "3")


def test_a_refused_request_is_recorded_with_its_ids_and_nothing_else(
    server: CollectorServer, client: httpx.Client
) -> None:
    server.answer(503)
    client.post("/v1/batch", json=batch(track("m1"), track("m2")))
    (request,) = server.batches
    assert (request.status, request.scripted, request.message_ids) == (503, True, ("m1", "m2"))
    assert (server.messages, server.discarded) == ([], [])
    assert client.post("/v1/batch", json=batch(track("m1"))).status_code == 200
    assert len(server.messages) == 1


@pytest.mark.parametrize("status", [201, 204])
def test_a_scripted_2xx_accepts(status: int, server: CollectorServer, client: httpx.Client) -> None:
    server.answer(status)
    assert statuses(client, 2) == [status, 200]
    assert len(server.messages) == 2


def test_a_late_answer_has_been_recorded_and_recovery_sends_it_off(
    server: CollectorServer, client: httpx.Client
) -> None:
    server.answer(200, delay=600)
    with client_for(server) as late:
        sender = threading.Thread(target=statuses, args=(late, 1))
        sender.start()
        server.wait_for(1)
        assert statuses(client, 20) == [200] * 20  # others are answered meanwhile
        assert sender.is_alive()
        server.recover()
        sender.join(60)
        assert not sender.is_alive()


def test_metrics_and_pages_do_not_use_up_a_script(server: CollectorServer, client: httpx.Client) -> None:
    server.answer(500)
    client.post("/v1/m", json={})
    client.get("/api/stats")
    assert statuses(client, 2) == [500, 200]


@pytest.mark.parametrize(("status", "times"), [(199, 1), (600, 1), (200, 0)])
def test_answers_that_are_none_are_refused(status: int, times: int) -> None:
    with pytest.raises(ConfigError):
        Answers().answer(status, times=times)
