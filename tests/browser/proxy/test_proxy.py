"""The proxy as a whole: what may happen to it and must not happen to the host."""

from __future__ import annotations

import os
import threading
from typing import Any

import orjson
import pytest

from segment_web import Analytics
from segment_web.browser.proxy.proxy import Proxy, proxy_of
from segment_web.testing import capture_events
from segment_web.web.request.request_analytics import RequestAnalytics
from segment_web.web.request.web_scope import WebScope
from segment_web.web.rules import Rules
from tests.browser.proxy.cdn import KEY, LIBRARY, CdnServer
from tests.browser.proxy.page import HEADERS
from tests.contracts.browser import CHROME
from tests.core.plain_request import PlainRequest

MESSAGE = orjson.dumps({"event": "Seen", "anonymousId": "a", "writeKey": KEY, "messageId": "1"})


class Broken(PlainRequest):
    """A request that raises when its body is asked for, against all promises."""

    def body(self, limit: int) -> bytes | None:
        raise RuntimeError("the framework's own")

    @property
    def person(self) -> Any:
        raise RuntimeError("the application's own")

    @person.setter
    def person(self, value: Any) -> None: ...


def analytics(**first_party: Any) -> Analytics:
    return Analytics(KEY, delivery="null", first_party={"cdn": None, **first_party})


def asking(client: Analytics, kind: type[PlainRequest] = PlainRequest) -> RequestAnalytics:
    headers = {**HEADERS, "User-Agent": CHROME}
    request = kind(url="http://shop.test/a/v1/t", method="POST", headers=headers, sent=MESSAGE)
    return RequestAnalytics(WebScope(request, Rules.of(client.settings), client), client)


def test_an_error_of_ours_is_no_error_of_the_browsers(caplog: pytest.LogCaptureFixture) -> None:
    with analytics() as client:
        answer = proxy_of(client).answer("POST", "v1/t", asking(client, Broken))
    assert answer.status == 200  # analytics.js would send it again, and again
    assert "segment_web failed in the proxy" in caplog.text


def test_a_client_has_one_proxy() -> None:
    with analytics() as one, analytics() as other:
        assert proxy_of(one) is proxy_of(one)
        assert proxy_of(one) is not proxy_of(other)


def test_a_cold_file_holds_its_visitor_up_for_a_moment_only() -> None:
    """The CDN hangs: the answer comes when patience is over, and whoever asks meanwhile does not wait again."""
    with CdnServer() as cdn, analytics(cdn=cdn.url) as client:
        cdn.answers.clear()
        statuses: list[int] = []
        threads = [
            threading.Thread(
                target=lambda: statuses.append(proxy_of(client).answer("GET", LIBRARY, asking(client)).status)
            )
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not cdn.answers.is_set()  # it hangs still
        cdn.answers.set()
        assert (statuses, len(cdn.asked)) == ([503] * 4, 1)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_child_has_tables_and_locks_of_its_own() -> None:
    """Its parent may be inside any of the locks; what the parent saw, the child has not."""
    client = analytics()
    proxy = Proxy(client.settings)
    with capture_events():
        proxy.answer("POST", "v1/t", asking(client))
        held = vars(vars(proxy)["_made"].intake)["_seen"]
        with vars(held)["_lock"]:
            child = os.fork()
            if child == 0:
                status = proxy.answer("POST", "v1/t", asking(client)).status
                os._exit(0 if status == 200 else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    client.close()
