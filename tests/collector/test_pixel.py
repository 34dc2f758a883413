"""The pixel: a GET request that carries one message and is answered with an image."""

from __future__ import annotations

import base64
from typing import Any

import httpx
import pytest

from segment_web.browser.pixel import pixel_url
from segment_web.collector import CollectorServer
from segment_web.settings import Settings
from segment_web.settings.secret import Secret

WORDS = {"userId": "u?>1", "event": "Email Opened", "writeKey": "key", "properties": {"subject": "Ü>?"}}
JSON = '{"userId":"u?>1","event":"Email Opened","writeKey":"key","properties":{"subject":"Ü>?"}}'.encode()

QUERIES: list[dict[str, Any]] = [
    {"data": base64.b64encode(JSON).decode()},
    {"data": base64.urlsafe_b64encode(JSON).decode().rstrip("=")},
    {"userId": "u?>1", "event": "Email Opened", "writeKey": "key", "properties.subject": "Ü>?"},
]


@pytest.mark.parametrize("query", QUERIES, ids=["standard base64", "URL-safe base64", "parameters"])
def test_a_pixel_is_a_message(query: dict[str, Any], server: CollectorServer) -> None:
    answer = httpx.get(f"{server.url}/v1/pixel/track", params=query, trust_env=False)
    assert (answer.status_code, answer.headers["Content-Type"], answer.content[:6]) == (200, "image/gif", b"GIF89a")
    assert answer.headers["Cache-Control"] == "no-store"
    (message,) = server.messages
    assert {name: message[name] for name in ("type", "userId", "event", "properties")} == {
        "type": "track",
        **{name: WORDS[name] for name in ("userId", "event", "properties")},
    }
    assert [(request.path, request.write_key) for request in server.batches] == [("/v1/pixel/track", "key")]


def test_our_own_pixel_arrives(server: CollectorServer) -> None:
    settings = Settings(write_key=Secret("key"), host=f"{server.url}/")
    httpx.get(pixel_url(settings, "Email Opened", user_id=7, properties={"subject": "Hi"}), trust_env=False)
    (message,) = server.messages
    assert (message["userId"], message["properties"]) == ("7", {"subject": "Hi"})


@pytest.mark.parametrize(
    "query",
    ["", "data=%21", "data=e30", "data=bm9wZQ", "writeKey=key&a=1&a.b=2", "writeKey=key&a" + ".a" * 20_000 + "=1"],
)
def test_an_unreadable_pixel_is_an_image_and_noted(query: str, server: CollectorServer) -> None:
    answer = httpx.get(f"{server.url}/v1/pixel/track?{query}", trust_env=False)
    assert (answer.status_code, answer.content[:6]) == (200, b"GIF89a")
    (request,) = server.batches
    assert (request.status, server.messages) == (200, [])
    assert request.error


def test_a_look_at_the_headers_alone_is_no_message(server: CollectorServer) -> None:
    assert httpx.head(f"{server.url}/v1/pixel/track", params=QUERIES[2], trust_env=False).status_code == 200
    assert httpx.get(f"{server.url}/v1/pixel/nothing", params=QUERIES[2], trust_env=False).status_code == 404
    assert (server.messages, server.batches) == ([], [])
