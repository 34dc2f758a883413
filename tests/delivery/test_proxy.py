"""What a proxy answers concerns the proxy: the messages are kept, and the log names the cure."""

from __future__ import annotations

import logging

import pytest

from tests.delivery.conftest import MakeClient
from tests.net.hostile import HostileServer, answering


@pytest.mark.parametrize(
    ("host", "status"),
    [("http://segment.test", 407), ("https://segment.test", 407), ("https://segment.test", 403)],
)
def test_a_proxy_that_asks_for_a_password_pauses_the_source(
    make: MakeClient, caplog: pytest.LogCaptureFixture, host: str, status: int
) -> None:
    with HostileServer(answering(status)) as proxy, caplog.at_level(logging.ERROR, "segment_web"):
        client = make(host=host, proxy=f"http://user:pa55word@127.0.0.1:{proxy.port}", flush_interval=60)
        assert client.track("Thing Done", user_id="ann")
        assert not client.flush(1)
        stats = client.stats()
        client.close(0)
    assert (stats.pending, stats.lost) == (1, 0)
    assert stats.paused_until is not None
    [record] = [record for record in caplog.records if "is paused" in record.getMessage()]
    assert f"HTTP {status}" in record.getMessage()
    assert "the password and the address in the setting proxy" in record.getMessage()
    assert "pa55" not in caplog.text
