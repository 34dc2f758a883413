"""A page in a visitor's browser, and what its analytics.js sends."""

from __future__ import annotations

from itertools import count
from typing import Any

import orjson

from tests.browser.proxy.cdn import KEY
from tests.contracts.app import Answer, App
from tests.contracts.browser import Browser

PEER = "203.0.113.7"
ORIGIN = "http://shop.test"
HEADERS = {"Content-Type": "text/plain", "Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}
IN_THE_BROWSER = "13e02579-e2d9-4b0c-9d3c-5d3f6a1b2c3d"  # the anonymous id that analytics.js has made

_numbers = count(1)


class Page(Browser):
    """What analytics.js 1.84 does with the cookies of the browser it runs in."""

    def __init__(self, app: App) -> None:
        super().__init__(app)
        self.app = app

    def send(self, endpoint: str = "t", *, headers: dict[str, str] | None = None, **fields: Any) -> Answer:
        """Posts one message as analytics.js does; ``fields`` over what it would say."""
        return self.post_body(endpoint, orjson.dumps({**self.message(), **fields}), headers)

    def post_body(self, endpoint: str, body: bytes, headers: dict[str, str] | None = None) -> Answer:
        """Posts any bytes; a header of ``""`` is left out."""
        given = {name: value for name, value in {**HEADERS, **(headers or {})}.items() if value}
        request = self.request("POST", f"/a/v1/{endpoint}", **given)._replace(body=body, peer=PEER)
        answer = self.app.driver.request(request)
        self.keep(answer)
        return answer

    def fetch(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """Asks for something below the mount."""
        return self.app.driver.request(self.request(method, f"/a/{path}", **headers)._replace(peer=PEER))

    def message(self) -> dict[str, Any]:
        """A track call on a page of the shop, sent at once."""
        return {
            "type": "track",
            "event": "Product Viewed",
            "properties": {"sku": "G-32"},
            "integrations": {},
            "messageId": f"ajs-next-1700000000000-{next(_numbers):08}",
            "timestamp": "2024-01-01T00:00:00.000Z",
            "sentAt": "2024-01-01T00:00:00.000Z",
            "anonymousId": self.anonymous_id or IN_THE_BROWSER,
            "userId": None,
            "writeKey": KEY,
            "context": {
                "page": {
                    "path": "/shoes",
                    "referrer": "",
                    "search": "?q=1",
                    "title": "Shoes",
                    "url": f"{ORIGIN}/shoes?q=1",
                },
                "userAgent": self._agent,
                "locale": "de-DE",
                "timezone": "Europe/Berlin",
                "campaign": {"source": "newsletter"},
                "library": {"name": "analytics.js", "version": "next-1.84.3"},
            },
            "_metadata": {"bundled": ["Segment.io"]},
        }
