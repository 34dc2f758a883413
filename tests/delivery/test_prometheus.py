"""What a scrape finds: the books of this process under conventional names."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, generate_latest

from segment_web import Analytics
from segment_web.collector import CollectorServer
from segment_web.prometheus import SegmentCollector
from tests.delivery.conftest import KEY, MakeClient, say


def scraped(client: Analytics) -> dict[str, float]:
    registry = CollectorRegistry()
    registry.register(SegmentCollector(client))
    lines = generate_latest(registry).decode().splitlines()
    return {name: float(value) for line in lines if line[0] != "#" for name, value in [line.rsplit(" ", 1)]}


def test_a_scrape_has_every_number_of_the_books(server: CollectorServer, make: MakeClient) -> None:
    client = make(sources={"mail": {"write_key": KEY, "host": server.url}})
    say(client, 3)
    client.track("Thing Done", user_id="1", source="mail")
    client.track("Thing Done")  # without an id
    assert client.flush(5)
    server.answer(405)
    say(client, 1)
    assert client.flush(5)
    found = scraped(client)
    assert found['segment_web_messages_accepted_total{source="default"}'] == 4
    assert found['segment_web_messages_delivered_total{source="default"}'] == 3
    assert found['segment_web_messages_delivered_total{source="mail"}'] == 1
    assert found['segment_web_messages_dropped_total{reason="refused",source="default"}'] == 1
    assert found['segment_web_messages_skipped_total{reason="no_user_anon_id"}'] == 1
    assert found['segment_web_messages_pending{source="default"}'] == found["segment_web_queue_ratio"] == 0
    assert found['segment_web_sent_bytes_total{source="mail"}'] == client.stats().sources["mail"].bytes_sent > 0
    assert found['segment_web_failing_seconds{source="default"}'] > 0


def test_it_is_registered_before_there_is_a_client() -> None:
    registry = CollectorRegistry(auto_describe=True)
    registry.register(SegmentCollector())
    assert {metric.name for metric in registry.collect()} >= {"segment_web_messages_accepted", "segment_web_halted"}
