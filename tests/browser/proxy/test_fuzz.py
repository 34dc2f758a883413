"""Requests of random parts: refused or taken, never an error of ours."""

from __future__ import annotations

import gzip
import logging
import random
from typing import Any

import orjson
import pytest

from tests.browser.proxy.cdn import CHUNK, KEY, LIBRARY, PROJECT, CdnServer
from tests.browser.proxy.conftest import Open
from tests.browser.proxy.page import Page
from tests.contracts.app import Request
from tests.effort import scaled

ROUNDS = scaled(700)  # for each framework
SEED = 20_260_211
METHODS = ["POST"] * 6 + ["GET"] * 3 + ["OPTIONS", "HEAD", "PUT", "DELETE", "PROPFIND"]
PATHS = [f"v1/{name}" for name in ("t", "i", "p", "g", "a", "s", "b", "m", "batch", "import", "track", "alias")]
PATHS += [LIBRARY, PROJECT, CHUNK, "", "v1/", "..", "%2e%2e/v1/t", "v1//t", "v1/t%00", "v1/t%0a", "%ff%fe", "a" * 3_000]
PIECES = ["", "x", "\x00", "\ud800", "ä", "null", "-1", KEY, "a" * 200, "https://evil.example", "%22", "é" * 130]
NAMES = ["type", "event", "userId", "anonymousId", "messageId", "context", "properties", "traits", "integrations"]
NAMES += ["timestamp", "sentAt", "batch", "writeKey", "groupId", "previousId", "name", "category", "_metadata", "ip"]
HEADERS = ["Origin", "Sec-Fetch-Site", "Authorization", "Content-Type", "X-Forwarded-For", "Host", "If-None-Match"]
HEADERS += ["X-Retry-Count", "User-Agent", "Cookie", "X-Forwarded-Host", "Transfer-Encoding", "Accept-Encoding"]


class Fuzz:
    """Random requests, the same ones in every run."""

    def __init__(self) -> None:
        self._random = random.Random(SEED)
        self.choice = self._random.choice

    def rarely(self) -> bool:
        return self._random.random() < 0.15

    def value(self, depth: int = 0) -> Any:
        kind = self._random.randrange(9 if depth < 3 else 6)
        plain = [
            None,
            True,
            self._random.randrange(-(2**63), 2**63),
            self._random.random() * 1e308,
            "2024-01-01T00:00:00Z",
        ]
        if kind < 5:
            return plain[kind]
        if kind < 7:
            return self.choice([piece for piece in PIECES if piece != "\ud800"])
        if kind == 7:
            return [self.value(depth + 1) for _ in range(self._random.randrange(4))]
        return {self.choice([*NAMES, "page", "url", "search"]): self.value(depth + 1) for _ in range(4)}

    def body(self, page: Page) -> bytes:
        message = page.message()
        for name in self._random.sample(NAMES, self._random.randrange(6)):
            message[name] = self.value()
        whole: Any = message if self._random.random() < 0.6 else {"writeKey": KEY, "batch": [message, self.value()]}
        body = orjson.dumps(whole)
        if self.rarely():
            at = self._random.randrange(len(body))
            body = body[:at] + self._random.randbytes(3) + body[at + self._random.randrange(50) :]
        return gzip.compress(body) if self.rarely() else body

    def headers(self) -> dict[str, str]:
        names = self._random.sample(HEADERS, self._random.randrange(5))
        return {name: self.choice(PIECES).encode("latin-1", "replace").decode("latin-1") for name in names}

    def request(self, page: Page) -> Request:
        request = page.request(self.choice(METHODS), f"/a/{self.choice(PATHS)}", **self.headers())
        packed = (("Content-Encoding", "gzip"),) if self.rarely() else ()
        return request._replace(body=self.body(page), headers=(*request.headers, *packed))


def test_no_request_makes_an_error(open_page: Open, cdn: CdnServer, caplog: pytest.LogCaptureFixture) -> None:
    page = open_page(cdn=cdn.url, rate_limit=None, origins=["https://blog.example"], server_events=["X"])
    fuzz = Fuzz()
    page.get("/seen")
    statuses: dict[int, int] = {}
    caplog.set_level(logging.ERROR, "segment_web")
    for _ in range(ROUNDS):
        status = page.app.driver.request(fuzz.request(page)).status
        statuses[status] = statuses.get(status, 0) + 1
    assert [record.getMessage() for record in caplog.records if record.name == "segment_web"] == []
    assert set(statuses) <= {200, 204, 304, 308, 400, 403, 404, 405, 413}
    assert {200, 400, 403, 404, 405} <= set(statuses)  # it came everywhere
    assert page.app.analytics is not None
    assert page.app.analytics.flush(10)
    stats = page.app.analytics.stats()
    assert stats.accepted == stats.delivered + stats.lost
