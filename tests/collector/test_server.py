"""The server in the background: connections, outages, waiting."""

from __future__ import annotations

import contextlib
import socket
import threading

import httpx
import pytest

from segment_web.collector import CollectorServer
from tests.collector.conftest import client_for
from tests.collector.messages import batch, track


def test_a_connection_is_kept(client: httpx.Client) -> None:
    ports = set()
    for number in range(20):
        with client.stream("POST", "/v1/batch", json=batch(track(f"m{number}"))) as answer:
            answer.read()
            ports.add(answer.extensions["network_stream"].get_extra_info("client_addr")[1])
    assert len(ports) == 1


def test_an_answer_is_one_packet(server: CollectorServer) -> None:
    """In two pieces it would wait 40 ms for an acknowledgement (Nagle's algorithm)."""
    body = b'{"userId":"u1","event":"Tested","writeKey":"key"}'
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        for _ in range(3):
            head = f"POST /v1/t HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            connection.sendall(head + body)
            answer = connection.recv(65_536)
            assert answer.endswith(b'{"success":true}')
            assert answer.lower().count(b"\ncontent-length:") == 1


def test_threads_lose_and_double_nothing(server: CollectorServer) -> None:
    def send(sender: int) -> None:
        with client_for(server) as client:
            for number in range(25):
                client.post("/v1/batch", json=batch(track(f"{sender}-{number}"), track("shared")))

    threads = [threading.Thread(target=send, args=(sender,)) for sender in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({message["messageId"] for message in server.messages}) == len(server.messages) == 201
    assert server.stats.duplicates == 199


def test_an_outage_cuts_connections_and_the_same_port_comes_back(server: CollectorServer, client: httpx.Client) -> None:
    client.post("/v1/batch", json=batch(track("before")))
    port = server.port
    server.stop()
    with pytest.raises(httpx.TransportError):
        client.post("/v1/batch", json=batch(track("during")))
    server.start()
    assert server.port == port
    client.post("/v1/batch", json=batch(track("after")))
    assert [message["messageId"] for message in server.messages] == ["before", "after"]


def test_stopping_does_not_wait_for_delayed_answers(server: CollectorServer) -> None:
    server.answer(200, delay=600, times=None)
    with client_for(server) as client:
        sender = threading.Thread(target=ignore_disconnect, args=(client,))
        sender.start()
        server.wait_for_requests(1)
        server.stop()
        sender.join(60)
    assert not sender.is_alive()


def ignore_disconnect(client: httpx.Client) -> None:
    with contextlib.suppress(httpx.TransportError):
        client.post("/v1/batch", json=batch(track()))


def test_start_and_stop_may_be_repeated_and_records_stay() -> None:
    server = CollectorServer()
    server.start().start()
    with client_for(server) as client:
        client.post("/v1/batch", json=batch(track("m1")))
    server.stop()
    server.stop()
    assert [message["messageId"] for message in server.messages] == ["m1"]


def test_waiting_ends_when_the_last_message_arrives(server: CollectorServer, client: httpx.Client) -> None:
    waited: list[str] = []
    waiter = threading.Thread(target=lambda: waited.extend(m["messageId"] for m in server.wait_for(2, timeout=60)))
    waiter.start()
    client.post("/v1/batch", json=batch(track("m1")))
    client.post("/v1/batch", json=batch(track("m2")))
    waiter.join(10)
    assert waited == ["m1", "m2"]


def test_waiting_in_vain_says_what_arrived_instead(server: CollectorServer, client: httpx.Client) -> None:
    client.post("/v1/batch", json=batch(track("m1"), track("m2", event=7, userId="u2")))
    server.answer(503)
    client.post("/v1/batch", json=batch(track("m3")), headers={"X-Retry-Count": "2"})
    with pytest.raises(AssertionError) as caught:
        server.wait_for(2, timeout=0.01)
    assert str(caught.value).splitlines() == [
        "waited 0.01 s for 2 accepted messages; arrived:",
        "2 messages",
        "  track 'Tested' by 'u1' (accepted)",
        "  track '' by 'u2' (discarded: event_not_string)",
        "2 requests",
        "  POST /v1/batch, 2 messages -> 200",
        "  POST /v1/batch, 1 messages -> 503 scripted, retry 2",
    ]


def test_requests_are_recorded_with_the_headers_of_interest(server: CollectorServer, client: httpx.Client) -> None:
    client.post("/v1/batch", json=batch(track()), headers={"X-Retry-Count": "3", "User-Agent": "tester/1"})
    (request,) = server.batches
    assert (request.path, request.status, request.messages, request.accepted) == ("/v1/batch", 200, 1, 1)
    assert (request.retry_count, request.user_agent, request.write_key) == (3, "tester/1", "key")
    assert "authorization" not in request.headers


def test_clear_forgets_everything_ids_included(server: CollectorServer, client: httpx.Client) -> None:
    client.post("/v1/t", json=track("m1"))
    server.clear()
    assert (server.messages, server.batches, server.stats.received) == ([], [], 0)
    client.post("/v1/t", json=track("m1"))
    assert len(server.messages) == 1
