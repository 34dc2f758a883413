"""Who and what is refused, and with which status: analytics.js gives up on 400, 403 and 413, and comes again on 429."""

from __future__ import annotations

import gzip
from base64 import b64encode
from typing import Any

import orjson
import pytest

from segment_web.collector import CollectorServer
from segment_web.messages.limits import BATCH_COUNT, REQUEST_BYTES
from tests.browser.proxy.cdn import KEY
from tests.browser.proxy.conftest import Open
from tests.browser.proxy.page import ORIGIN, Page
from tests.contracts.said import said

FRIEND = "https://blog.example"
FOREIGN = [
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    {"Origin": "https://evil.example", "Sec-Fetch-Site": ""},
    {"Origin": "null", "Sec-Fetch-Site": ""},
    {"Origin": "", "Sec-Fetch-Site": "cross-site"},
    {"Origin": "", "Sec-Fetch-Site": "same-site"},
    {"Origin": f"{ORIGIN}.evil.example", "Sec-Fetch-Site": ""},
    {"Origin": f"{ORIGIN}:8080", "Sec-Fetch-Site": "same-site"},
]
OWN: list[dict[str, str]] = [
    {},
    {"Sec-Fetch-Site": ""},
    {"Origin": ORIGIN.upper(), "Sec-Fetch-Site": ""},
    {"Origin": "https://shop.test", "Sec-Fetch-Site": ""},  # TLS ended before the server
    {"Origin": "null"},
    {"Origin": "", "Sec-Fetch-Site": ""},
]


def basic(text: str) -> str:
    return "Basic " + b64encode(text.encode()).decode()


def sized(page: Page, size: int) -> bytes:
    """A batch of so many bytes, in messages that are small enough."""
    item = orjson.dumps({**page.message(), "properties": {"text": "x" * 20_000}})
    items = b",".join([item] * (size // len(item) - 1))
    body = b'{"writeKey":"%b","batch":[%b]}' % (KEY.encode(), items)
    return body[:-1] + b" " * (size - len(body)) + b"}"


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_a_foreign_page_may_not_send(open_page: Open, segment: CollectorServer, headers: dict[str, str]) -> None:
    page = open_page(origins=[FRIEND])
    answer = page.send(headers=headers)
    assert answer.status == 403
    assert answer.all("Access-Control-Allow-Origin") == []
    assert said(page.app, segment) == []


def test_no_answer_to_a_post_forbids_to_store_it(open_page: Open) -> None:
    """Chromium would keep the request open; every refusal of a GET forbids it."""
    page = open_page(rate_limit=5)
    answers = [page.send(), page.post_body("m", b"{}"), page.post_body("t", b"junk"), page.send(headers=FOREIGN[0])]
    answers += [
        page.send(writeKey="foreign"),
        page.post_body("b", b"x" * (REQUEST_BYTES + 1)),
        page.send(),
        page.send(),
    ]
    assert [answer.status for answer in answers] == [200, 200, 400, 403, 403, 413, 200, 429]
    assert [value for answer in answers for value in answer.all("Cache-Control")] == []
    assert [page.fetch(path).all("Cache-Control") for path in ("v1/t", "nothing")] == [["no-store"]] * 2


@pytest.mark.parametrize("headers", OWN, ids=str)
def test_a_page_of_ones_own_may(open_page: Open, segment: CollectorServer, headers: dict[str, str]) -> None:
    page = open_page()
    answer = page.send(headers=headers)
    assert answer.status == 200
    assert answer.all("Access-Control-Allow-Origin") == []
    assert len(said(page.app, segment)) == 1


def test_a_listed_origin_may_send_and_read_the_answer(open_page: Open, segment: CollectorServer) -> None:
    page = open_page(origins=[FRIEND])
    asks = {"Origin": FRIEND, "Access-Control-Request-Method": "POST"}
    preflight = page.fetch("v1/t", "OPTIONS", **asks)
    assert preflight.status == 204
    assert {"authorization", "content-type", "x-retry-count"} <= set(
        preflight.all("Access-Control-Allow-Headers")[0].split(", ")
    )
    answer = page.send(headers={"Origin": FRIEND, "Sec-Fetch-Site": "cross-site"})
    for said_to_it in (preflight, answer):
        assert said_to_it.all("Access-Control-Allow-Origin") == [FRIEND]
        assert said_to_it.all("Access-Control-Allow-Credentials") == []
        assert "Origin" in said_to_it.all("Vary")[0]
    assert len(said(page.app, segment)) == 1


def test_the_preflight_of_another_origin_is_refused(open_page: Open) -> None:
    for origins in ([], [FRIEND]):
        answer = open_page(origins=origins).fetch("v1/t", "OPTIONS", Origin="https://evil.example")
        assert answer.status == 403
        assert [name for name, _ in answer.headers if name.lower().startswith("access-control")] == []


@pytest.mark.parametrize("key", ["foreign", "", None, 7, KEY[:-1], KEY.upper()], ids=repr)
def test_a_foreign_key_is_refused(open_page: Open, segment: CollectorServer, key: Any) -> None:
    page = open_page()
    assert page.send(writeKey=key).status == 403
    assert page.send(writeKey=key, headers={"Authorization": basic("foreign:")}).status == 403
    assert said(page.app, segment) == []


def test_the_bodys_key_counts_before_a_sites_password(open_page: Open, segment: CollectorServer) -> None:
    page = open_page()
    assert page.send(headers={"Authorization": basic("staff:password")}).status == 200
    assert page.send(writeKey=None, headers={"Authorization": basic(f"{KEY}:")}).status == 200
    assert page.send(writeKey="foreign", headers={"Authorization": basic(f"{KEY}:")}).status == 403
    assert len(said(page.app, segment)) == 2


@pytest.mark.parametrize(
    "body", [b"", b"junk", b"[]", b"7", b"null", b'{"a":NaN}', b"\xff\xfe", b'{"event":"x"', b"[" * 100_000], ids=len
)
def test_what_cannot_be_read_is_refused(open_page: Open, segment: CollectorServer, body: bytes) -> None:
    page = open_page()
    assert page.post_body("t", body).status == 400
    assert said(page.app, segment) == []


def test_a_batch_must_be_a_list(open_page: Open) -> None:
    assert open_page().post_body("b", orjson.dumps({"writeKey": KEY, "batch": {"0": {}}})).status == 400


def test_the_limit_of_a_request_holds_to_the_byte(open_page: Open, segment: CollectorServer) -> None:
    page = open_page()
    assert page.post_body("b", sized(page, REQUEST_BYTES)).status == 200
    arrived = len(said(page.app, segment))
    assert arrived == 1  # of many with one messageId
    assert page.post_body("b", sized(page, REQUEST_BYTES + 1)).status == 413
    assert page.post_body("t", b" " * 600_000).status == 413
    assert len(said(page.app, segment)) == arrived


def test_packed_bodies_are_unpacked_and_bombs_are_not(open_page: Open, segment: CollectorServer) -> None:
    page = open_page()
    packed = {"Content-Encoding": "gzip"}
    assert page.post_body("t", gzip.compress(orjson.dumps(page.message())), packed).status == 200
    bomb = gzip.compress(b'{"writeKey":"' + b"x" * 50_000_000, 9)
    assert page.post_body("t", bomb, packed).status == 413
    assert page.post_body("t", gzip.compress(b"{}")[:-4], packed).status == 400
    assert page.post_body("t", b"{}", packed).status == 400
    unknown = page.post_body("t", b"{}", {"Content-Encoding": "<br>"})
    assert (unknown.status, b"br" in unknown.body) == (400, False)
    assert len(said(page.app, segment)) == 1


def test_what_travels_is_limited_apart_from_what_is_in_it(open_page: Open) -> None:
    """A gzip header may hold a name of any length (RFC 1952), beside a body of a few bytes."""
    page = open_page()
    packed = bytearray(gzip.compress(orjson.dumps(page.message())))
    packed[3] |= 8  # FNAME
    packed[10:10] = b"x" * 600_000 + b"\0"
    assert page.post_body("t", bytes(packed), {"Content-Encoding": "gzip"}).status == 413


def test_a_batch_has_2500_messages_at_most(open_page: Open, segment: CollectorServer) -> None:
    page = open_page(rate_limit=None)
    for count, status in ((BATCH_COUNT, 200), (BATCH_COUNT + 1, 413)):
        body = b'{"writeKey":"%b","batch":[%b]}' % (KEY.encode(), b",".join([b"0"] * count))
        assert page.post_body("b", body).status == status
    assert page.app.analytics is not None
    assert page.app.analytics.stats().dropped == {"type_unknown": BATCH_COUNT}


def test_who_sends_too_much_is_asked_to_come_again(open_page: Open, segment: CollectorServer) -> None:
    page = open_page(rate_limit=6)
    statuses = [page.send(headers={"X-Forwarded-For": f"198.51.100.{number}"}).status for number in range(7)]
    assert statuses == [200] * 6 + [429]
    again = page.send()
    assert again.status == 429
    assert 1 <= int(again.all("Retry-After")[0]) <= 60
    assert len(said(page.app, segment)) == 6


def test_a_batch_costs_what_it_holds(open_page: Open) -> None:
    page = open_page(rate_limit=6)
    batch = orjson.dumps({"writeKey": KEY, "batch": [page.message() for _ in range(6)]})
    assert page.post_body("b", batch).status == 200
    assert page.send().status == 429


def test_a_batch_of_more_than_an_allowance_is_refused(open_page: Open, segment: CollectorServer) -> None:
    """For good: the browser need not come again with it."""
    page = open_page(rate_limit=6)
    statuses = []
    for count in (7, 5):
        batch = orjson.dumps({"writeKey": KEY, "batch": [page.message() for _ in range(count)]})
        statuses.append(page.post_body("b", batch).status)
    assert (statuses, len(said(page.app, segment))) == ([413, 200], 5)


def test_what_a_batch_shares_counts_for_each_of_its_messages(open_page: Open) -> None:
    """A few bytes would be work for minutes else: the URLs of each message are looked through."""
    page = open_page(rate_limit=None)
    for count, status in ((15, 200), (16, 413)):
        shared = {"page": {"url": "%" * 32_000}}
        body = {"writeKey": KEY, "context": shared, "batch": [page.message() for _ in range(count)]}
        assert page.post_body("b", orjson.dumps(body)).status == status


def test_a_message_that_is_too_large_is_counted_before_it_is_looked_at(open_page: Open) -> None:
    page = open_page()
    for context in ({"page": {"url": "%" * 33_000}}, {"ip": "x" * 33_000}):
        assert page.send(context=context).status == 200
    nested = orjson.dumps(page.message())[:-1] + b',"_metadata":' + b"[" * 300 + b"]" * 300 + b"}"
    assert page.post_body("t", nested).status == 200
    assert page.app.analytics is not None
    assert page.app.analytics.stats().dropped == {"message_too_large": 3}


def test_junk_is_limited_too(open_page: Open) -> None:
    page = open_page(rate_limit=3)
    assert [page.post_body("t", b"junk").status for _ in range(4)] == [400, 400, 400, 429]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "v1/t", 405),
        ("PUT", "v1/t", 405),
        ("POST", f"v1/projects/{KEY}/settings", 405),
        ("DELETE", f"v1/projects/{KEY}/settings", 405),
        ("GET", "", 404),
        ("POST", "v1/pixel/track", 404),
        ("POST", "v2/t", 404),
    ],
)
def test_there_is_nothing_else(open_page: Open, method: str, path: str, status: int) -> None:
    assert open_page().fetch(path, method).status == status
