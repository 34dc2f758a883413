"""The health view: 200 or 503 for a monitor, and no trace of the monitor."""

from __future__ import annotations

import json

from tests.contracts.browser import Browser, cookies_of
from tests.contracts.conftest import Framework

KEY = "contract-write-key"


def test_a_monitor_learns_whether_delivery_is_well_and_leaves_no_trace(framework: Framework) -> None:
    app = framework.app(page_views=True, visit=True)
    assert app.analytics is not None
    well = Browser(app).get("/health")
    app.analytics.close()
    closed = Browser(app).get("/health")
    assert [(found.status, json.loads(found.body)["status"]) for found in (well, closed)] == [
        (200, "ok"),
        (503, "failing"),
    ]
    assert json.loads(closed.body)["reasons"][0]["name"] == "halted"
    for found in (well, closed):
        assert (found.all("Cache-Control"), cookies_of(found)) == (["no-store"], {})
        assert KEY not in found.body.decode()
    assert app.analytics.stats().accepted + app.analytics.stats().skipped == 0
