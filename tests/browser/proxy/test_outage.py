"""While Segment is down, or wants to be left alone, the browser notices nothing and nothing is lost."""

from __future__ import annotations

from segment_web.collector import CollectorServer
from tests.browser.proxy.conftest import Open

EVENTS = 20


def test_while_the_tracking_api_is_down_the_browser_sees_200(open_page: Open, segment: CollectorServer) -> None:
    segment.answer(503, times=2)
    page = open_page()
    assert [page.send(event=f"Event {number}").status for number in range(EVENTS)] == [200] * EVENTS
    arrived = segment.wait_for(EVENTS, 10)
    assert {message["event"] for message in arrived} == {f"Event {number}" for number in range(EVENTS)}


def test_a_429_of_segments_reaches_no_browser_and_makes_no_storm(open_page: Open, segment: CollectorServer) -> None:
    segment.answer(429, retry_after=1)
    page = open_page()
    assert [page.send(event=f"Event {number}").status for number in range(EVENTS)] == [200] * EVENTS
    segment.wait_for(EVENTS, 10)
    first, *later = segment.batches
    assert first.status == 429
    assert len(later) <= 2  # what had waited leaves together
    assert page.app.analytics is not None
    assert page.app.analytics.flush(5)
    stats = page.app.analytics.stats()
    assert (stats.accepted, stats.delivered, stats.lost) == (EVENTS, EVENTS, 0)


def test_a_full_queue_is_counted_and_no_error_of_the_browsers(open_page: Open, segment: CollectorServer) -> None:
    segment.answer(503, times=None)
    page = open_page(settings={"queue_size": 5})
    assert [page.send().status for _ in range(EVENTS)] == [200] * EVENTS
    assert page.app.analytics is not None
    stats = page.app.analytics.stats()
    assert stats.accepted == 5
    assert stats.dropped == {"queue_full": EVENTS - 5}
    segment.recover()
    segment.wait_for(5, 10)
