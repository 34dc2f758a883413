"""What the endpoint lets in, and what it refuses."""

from __future__ import annotations

import gzip
import socket
import tracemalloc

import httpx
import pytest

from segment_web.collector import CollectorServer
from segment_web.incoming.bodies import RefusedError, decode
from tests.collector.conftest import client_for
from tests.collector.messages import batch, track

SUCCESS = {"success": True}


@pytest.mark.parametrize("path", ["batch", "import", "b", "batch/", "/batch", "//batch//"])
def test_batch_paths_keep_every_message_in_order(path: str, server: CollectorServer, client: httpx.Client) -> None:
    answer = client.post(f"/v1/{path}", json=batch(track("m1"), track("m2")))
    assert (answer.status_code, answer.json()) == (200, SUCCESS)
    assert [message["messageId"] for message in server.messages] == ["m1", "m2"]


@pytest.mark.parametrize(
    ("paths", "body"),
    [
        (("identify", "i"), {"traits": {"plan": "pro"}}),
        (("track", "t"), {"event": "Tested"}),
        (("page", "p"), {"name": "Home"}),
        (("screen", "s"), {"name": "Home"}),
        (("group", "g"), {"groupId": "acme"}),
        (("alias", "a"), {"previousId": "old"}),
    ],
)
def test_single_paths_say_the_type(
    paths: tuple[str, str], body: dict[str, object], server: CollectorServer, client: httpx.Client
) -> None:
    for path in paths:
        assert client.post(f"/v1/{path}", json=body | {"userId": "u1"}).json() == SUCCESS
    assert [message["type"] for message in server.messages] == [paths[0], paths[0]]


def test_a_single_body_loses_its_write_key_and_nothing_else(server: CollectorServer, client: httpx.Client) -> None:
    client.post("/v1/t", json=track("m1", writeKey="key", sentAt="2024-01-01T00:00:00.000Z", _metadata={"a": 1}))
    (message,) = server.messages
    assert "writeKey" not in message
    assert message["_metadata"] == {"a": 1}


def test_metrics_are_answered_and_ignored(server: CollectorServer, client: httpx.Client) -> None:
    assert client.post("/v1/m", json={"series": []}).json() == SUCCESS
    assert (server.messages, server.batches) == ([], [])


def test_an_unknown_path_is_not_found(client: httpx.Client) -> None:
    assert client.post("/v1/nothing", json=batch(track())).status_code == 404


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "", "application/json"])
def test_bodies_are_json_whatever_they_are_called(
    content_type: str, server: CollectorServer, client: httpx.Client
) -> None:
    body = b'{"userId":"u1","event":"Tested"}'
    assert client.post("/v1/t", content=body, headers={"Content-Type": content_type}).status_code == 200
    assert len(server.messages) == 1


def test_a_byte_order_mark_is_no_part_of_a_body(server: CollectorServer, client: httpx.Client) -> None:
    assert client.post("/v1/t", content=b'\xef\xbb\xbf{"userId":"u1","event":"Tested"}').status_code == 200
    assert len(server.messages) == 1


def test_gzip_is_undone_and_both_sizes_are_recorded(server: CollectorServer, client: httpx.Client) -> None:
    plain = b'{"userId":"u1","event":"Tested","properties":{"x":"' + b"y" * 5000 + b'"}}'
    zipped = gzip.compress(plain)
    assert client.post("/v1/t", content=zipped, headers={"Content-Encoding": "gzip"}).status_code == 200
    (request,) = server.batches
    assert (request.wire_bytes, request.body_bytes) == (len(zipped), len(plain))


@pytest.mark.parametrize(
    ("body", "encoding", "error"),
    [
        (b"{nope", "", "not valid JSON"),
        (b'{"userId":"u1","event":"a","properties":{"x":NaN}}', "", "not valid JSON"),
        (b'{"event":"\xff"}', "", "not valid JSON"),
        (b"[]", "", "not a JSON object"),
        (b"plain", "gzip", "not valid gzip"),
        (gzip.compress(b'{"userId":"u1"}' * 99)[:-9], "gzip", "cut off"),
        (b"{}", "br", "not supported"),
        (gzip.compress(b" " * 20_000_000), "gzip", "too large"),
    ],
    ids=["no JSON", "NaN", "no UTF-8", "a list", "no gzip", "half a gzip", "brotli", "a bomb"],
)
def test_unreadable_requests_are_400(
    body: bytes, encoding: str, error: str, server: CollectorServer, client: httpx.Client
) -> None:
    answer = client.post("/v1/t", content=body, headers={"Content-Encoding": encoding})
    assert answer.status_code == 400
    assert error in answer.json()["message"]
    assert [request.status for request in server.batches] == [400]
    assert server.messages == []


def test_a_zip_bomb_is_never_unpacked() -> None:
    bomb = gzip.compress(b" " * 20_000_000)
    tracemalloc.start()
    with pytest.raises(RefusedError, match="too large"):
        decode(bomb, "gzip")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000


def test_a_body_without_a_batch_is_400(client: httpx.Client) -> None:
    assert client.post("/v1/batch", json={"batch": "no list"}).status_code == 400


@pytest.mark.parametrize(("extra", "status"), [(0, 200), (1, 400)])
def test_a_request_may_have_512000_bytes(
    extra: int, status: int, server: CollectorServer, client: httpx.Client
) -> None:
    body = b'{"batch":[{"type":"track","event":"Tested","userId":"u1"}]'
    body += b" " * (512_000 - len(body) - 1 + extra) + b"}"
    assert len(body) == 512_000 + extra
    assert client.post("/v1/batch", content=body).status_code == status
    assert len(server.messages) == 1 - extra


@pytest.mark.parametrize(("size", "status"), [(32_768, 200), (32_769, 400)])
def test_a_message_may_have_32768_bytes(size: int, status: int, server: CollectorServer, client: httpx.Client) -> None:
    head, tail = b'{"type":"track","event":"', b'","userId":"u1"}'
    message = head + b"x" * (size - len(head) - len(tail)) + tail
    answer = client.post("/v1/batch", content=b'{"batch":[' + message + b',{"type":"page","userId":"u1"}]}')
    assert answer.status_code == status
    assert len(server.messages) == (2 if status == 200 else 0)


def test_too_deep_nesting_is_400(client: httpx.Client) -> None:
    deep = b'{"userId":"u1","event":"Deep","properties":{"x":' + b"[" * 400 + b"]" * 400 + b"}}"
    assert client.post("/v1/t", content=deep).status_code == 400


@pytest.mark.parametrize(
    ("authorization", "in_body", "status"),
    [
        ("Basic a2V5Og==", None, 200),
        (None, "key", 200),
        ("Bearer token", "key", 200),
        ("Basic !!!", "key", 200),
        ("Basic b3RoZXI6", "key", 401),
        (None, "other", 401),
        (None, "", 401),
        (None, None, 401),
    ],
)
def test_only_known_write_keys_are_let_in(authorization: str | None, in_body: str | None, status: int) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    with CollectorServer(write_keys={"key"}) as server:
        answer = httpx.post(f"{server.url}/v1/t", json=track("m1", writeKey=in_body), headers=headers, trust_env=False)
        assert answer.status_code == status
        assert len(server.messages) == (status == 200)


def test_any_key_is_let_in_by_default_but_not_none(server: CollectorServer) -> None:
    with httpx.Client(base_url=server.url, trust_env=False) as client:
        assert client.post("/v1/t", json=track(), auth=("whatever", "")).status_code == 200
        assert client.post("/v1/t", json=track()).status_code == 401
    assert server.batches[0].write_key == "whatever"


def test_a_browser_of_any_origin_may_post(client: httpx.Client) -> None:
    asked = {
        "Origin": "https://shop.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,x-retry-count",
    }
    preflight = client.options("/v1/t", headers=asked)
    assert preflight.status_code == 204
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    allowed = preflight.headers["Access-Control-Allow-Headers"].split(", ")
    assert {"authorization", "content-type", "x-retry-count"} <= set(allowed)
    refused = client.post("/v1/t", content=b"{", headers={"Origin": "https://shop.example"})
    assert refused.headers["Access-Control-Allow-Origin"] == "*"


def test_a_chunked_body_is_read_whole(server: CollectorServer, client: httpx.Client) -> None:
    parts = [b'{"userId":"u1",', b'"event":"Tested"}']
    assert client.post("/v1/t", content=iter(parts)).status_code == 200
    assert client.post("/v1/t", json=track()).status_code == 200
    assert server.batches[0].body_bytes == sum(map(len, parts))


@pytest.mark.parametrize("declared", ["many", "-1", "99999999"])
def test_a_body_without_a_usable_length_ends_the_connection(declared: str, server: CollectorServer) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        connection.sendall(f"POST /v1/t HTTP/1.1\r\nHost: localhost\r\nContent-Length: {declared}\r\n\r\n".encode())
        received = b"".join(iter(lambda: connection.recv(4096), b""))
    assert received.startswith(b"HTTP/1.1 400 ")
    assert server.batches == []


def test_a_file_remembers_ids_over_a_restart(tmp_path: object) -> None:
    database = f"{tmp_path}/recording.sqlite3"
    for _ in range(2):
        with CollectorServer(database=database) as server, client_for(server) as client:
            client.post("/v1/t", json=track("m1"))
        statuses = [stored.status for stored in server.store.messages()]
        server.store.close()
    assert statuses == ["duplicate", "accepted"]
