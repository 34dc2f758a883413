"""The JSON behind the page, and what guards both."""

from __future__ import annotations

from contextlib import closing

import httpx
import pytest
from werkzeug.test import Client as WsgiClient

from segment_web.collector import CollectorServer, Store, create_app
from tests.collector.messages import batch, track


def test_messages_come_newest_first_with_their_meaning(client: httpx.Client) -> None:
    client.post("/v1/batch", json=batch(track("m1"), track("m2", userId=7.5)))
    second, first = client.get("/api/messages").json()["messages"]
    assert (first["message_id"], first["status"], first["message"]["event"]) == ("m1", "accepted", "Tested")
    assert (second["code"], second["meaning"]) == ("id_not_string", "An id is not a non-empty string.")


def test_messages_are_filtered_and_summed_up(client: httpx.Client) -> None:
    client.post("/v1/batch", json=batch(track("m1"), {"type": "page", "userId": "u2", "messageId": "m2"}))
    found = client.get("/api/messages", params={"type": "page", "summary": 1, "search": "u2"}).json()["messages"]
    assert [message["message_id"] for message in found] == ["m2"]
    assert "message" not in found[0]
    after = client.get("/api/messages", params={"after": found[0]["id"]}).json()
    assert after == {"messages": []}


def test_one_message_is_shown_to_the_last_digit(client: httpx.Client) -> None:
    client.post("/v1/t", content=b'{"userId":"u1","event":"Big","properties":{"id":12345678901234567890}}')
    (message,) = client.get("/api/messages").json()["messages"]
    assert '"id": 12345678901234567890' in client.get(f"/api/messages/{message['id']}").text
    assert client.get("/api/messages/999").status_code == 404


def test_requests_are_listed_with_a_masked_key(client: httpx.Client) -> None:
    client.post("/v1/t", json=track(), auth=("secret-abcd", ""))
    answer = client.get("/api/batches")
    assert answer.json()["batches"][0]["write_key"] == "***abcd"
    assert "secret" not in answer.text


HUGE = (str(2**63), "9" * 5_000, "0" * 5_000 + "1")


@pytest.mark.parametrize("path", ["messages", "batches"])
def test_junk_parameters_do_no_harm(path: str, client: httpx.Client) -> None:
    client.post("/v1/t", json=track())
    numbers = [
        f"{name}={text}" for name in ("limit", "after", "before", "batch", "failed") for text in ("x", "-5", *HUGE)
    ]
    for junk in (*numbers, "type=%27", "search=%25%5c%00", "search=" + "a" * 500):
        assert client.get(f"/api/{path}?{junk}").status_code == 200, junk[:50]
    assert len(client.get(f"/api/{path}?before={HUGE[0]}").json()[path]) == 1
    assert client.get(f"/api/{path}?after={HUGE[0]}").json()[path] == []
    assert client.get(f"/api/{path}?search=" + "a" * 501).status_code == 400


@pytest.mark.parametrize("id", HUGE)
def test_a_message_of_a_huge_number_is_not_found(id: str, client: httpx.Client) -> None:
    client.post("/v1/t", json=track())
    assert client.get(f"/api/messages/{id}").status_code == (200 if id.startswith("0") else 404)


@pytest.mark.parametrize("number", HUGE[:2])
def test_no_request_breaks_the_list_of_requests(number: str, client: httpx.Client) -> None:
    headers = {"X-Retry-Count": number, "User-Agent": "a" * 50_000}
    client.post("/v1/t", json=track(), headers=headers)
    (shown,) = client.get("/api/batches").json()["batches"]
    assert (shown["retry_count"], len(shown["headers"]["user-agent"])) == (2**63 - 1, 1_000)


def test_no_depth_of_a_message_breaks_the_lists(client: httpx.Client) -> None:
    answers = {client.post("/v1/batch", json=batch(nested(depth))).status_code for depth in range(250, 258)}
    assert answers == {200, 400}
    assert client.get("/api/messages").status_code == client.get("/api/batches").status_code == 200


def nested(depth: int) -> object:
    return [] if depth == 0 else [nested(depth - 1)]


def test_requests_are_chosen_by_answer_and_text(server: CollectorServer, client: httpx.Client) -> None:
    client.post("/v1/t", json=track("first-id"))
    client.post("/v1/t", content=b"nope", headers={"User-Agent": "Tester/1"})
    first, second = (stored.id for stored in server.batches)
    for asked, expected in (
        ({"failed": "1"}, [second]),
        ({"failed": "0"}, [first]),
        ({"search": "FIRST-id"}, [first]),
        ({"search": "tester"}, [second]),
        ({"search": "not valid"}, [second]),
        ({"before": str(second)}, [first]),
    ):
        assert [row["id"] for row in client.get("/api/batches", params=asked).json()["batches"]] == expected, asked
    (message,) = client.get("/api/messages", params={"batch": first}).json()["messages"]
    assert message["message_id"] == "first-id"


def test_clear_forgets_everything(server: CollectorServer, client: httpx.Client) -> None:
    client.post("/v1/t", json=track())
    before = client.get("/api/stats").json()
    assert client.post("/api/clear").json() == {"success": True}
    after = client.get("/api/stats").json()
    assert (before["received"], after["received"], server.messages) == (1, 0, [])
    assert before["epoch"] != after["epoch"]


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}]
)
def test_other_sites_can_neither_read_nor_clear(
    headers: dict[str, str], server: CollectorServer, client: httpx.Client
) -> None:
    client.post("/v1/t", json=track())
    assert client.post("/api/clear", headers=headers).status_code == 403
    answer = client.get("/api/messages", headers=headers)
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert len(server.messages) == 1


def test_the_page_may_run_nothing_but_its_own_files(client: httpx.Client) -> None:
    page = client.get("/")
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert "<style" not in page.text
    assert "style=" not in page.text
    assert client.get("/static/collector.js").headers["Content-Security-Policy"] == policy


def test_the_empty_page_does_not_promise_what_it_refuses() -> None:
    with CollectorServer(write_keys={"key"}) as server:
        text = httpx.get(server.url, trust_env=False).text
    assert "Any write key will do" not in text
    assert f'"HOST": "{server.url}"' in text


@pytest.mark.parametrize(
    ("host", "names", "status"),
    [
        *(
            (host, (), 200)
            for host in ("localhost", "127.0.0.1:1", "shop.localhost:8765", "[::1]:8765", "LOCALHOST.", "")
        ),
        *((host, (), 403) for host in ("evil.example", "192.0.2.1", "localhost.evil.example", "evil@localhost", "a b")),
        *((host, ("0.0.0.0",), 200) for host in ("192.0.2.1:8765", "[2001:db8::1]")),
        ("evil.example", ("0.0.0.0",), 403),
        ("collector:8765", ("0.0.0.0", "Collector"), 200),
    ],
)
def test_only_own_host_names_are_served(host: str, names: tuple[str, ...], status: int) -> None:
    with closing(Store()) as store:
        asked = WsgiClient(create_app(store, hosts=names))
        posted = asked.post("/v1/t", json=track(writeKey="key"), headers={"Host": host})
        seen = asked.get("/api/messages", headers={"Host": host})
        assert (posted.status_code, seen.status_code) == (status, status)
        assert len(store.messages()) == (status == 200)


def test_a_server_serves_the_name_that_it_was_given() -> None:
    with CollectorServer(hosts=["collector.internal"]) as server:
        by_name = httpx.get(server.url, headers={"Host": "collector.internal"}, trust_env=False)
        by_another = httpx.get(server.url, headers={"Host": "evil.example"}, trust_env=False)
    assert (by_name.status_code, by_another.status_code) == (200, 403)
    assert "--allow-host" in by_another.json()["message"]
