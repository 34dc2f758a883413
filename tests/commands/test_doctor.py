"""``segment-web doctor``: each thing that can be wrong is told with its cure, in seconds."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from segment_web.collector import CollectorServer
from segment_web.commands.doctor import examine
from segment_web.commands.findings import Finding, Level
from segment_web.settings import Settings, load
from tests.commands.terminal import segment_web

KEY = "good-key-1234"


def settings(**options: Any) -> Settings:
    return load({"write_key": KEY, **options})


def bad(findings: list[Finding]) -> list[str]:
    return [finding.name for finding in findings if finding.level is not Level.OK]


def test_a_good_set_up_is_confirmed_and_the_probe_arrives(server: CollectorServer) -> None:
    done = segment_web("doctor", SEGMENT_WRITE_KEY=KEY, SEGMENT_HOST=server.url)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.rstrip().endswith("All is well.")
    (message,) = server.wait_for(1)
    assert (message["event"], message["userId"]) == ("segment_web Probe", "segment-web-doctor")


def test_the_key_is_never_shown_whole(server: CollectorServer) -> None:
    done = segment_web("doctor", "--json", SEGMENT_WRITE_KEY=KEY, SEGMENT_HOST=server.url)
    assert "***1234" in done.stdout
    assert KEY not in done.stdout


def test_a_wrong_key_is_told_with_its_cure_within_seconds(server: CollectorServer) -> None:
    began = time.monotonic()
    done = segment_web("doctor", SEGMENT_WRITE_KEY="wrong-key-5678", SEGMENT_HOST=server.url)
    assert time.monotonic() - began < 8
    assert (done.returncode, done.stderr) == (1, "")
    assert "✗ probe       the server does not know this write key (HTTP 401)" in done.stdout
    assert "→ Copy the write key from the source" in done.stdout
    assert len(server.batches) == 1  # one probe, not a volley


def test_no_key_is_an_error_and_nothing_is_sent(server: CollectorServer) -> None:
    done = segment_web("doctor", "--json", SEGMENT_HOST=server.url)
    assert done.returncode == 1
    findings = {finding["name"]: finding for finding in json.loads(done.stdout)["findings"]}
    assert findings["write_key"]["level"] == "error"
    assert "SEGMENT_WRITE_KEY" in findings["write_key"]["cure"]
    assert "probe" not in findings
    assert server.batches == []


def test_a_host_that_is_down_is_told_apart_from_a_wrong_key(nobody: str) -> None:
    *_, last = examine(settings(host=nobody))
    assert (last.level, last.name) == (Level.ERROR, "connection")
    assert "Connection refused" in last.text
    assert "firewall" in last.cure


def test_a_server_that_never_answers_is_waited_for_no_longer_than_asked(hanging: str) -> None:
    began = time.monotonic()
    *_, last = examine(settings(host=hanging), timeout=0.5)
    assert time.monotonic() - began < 3
    assert (last.level, last.name) == (Level.ERROR, "probe")


def test_a_server_without_trusted_tls_is_told(server: CollectorServer) -> None:
    *_, last = examine(settings(host=server.url.replace("http:", "https:")))
    assert (last.level, last.name) == (Level.ERROR, "connection")
    assert "no trusted TLS" in last.text


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (403, "does not know this write key"),
        (404, "does not speak Segment's Tracking API"),
        (301, "does not speak Segment's Tracking API"),
        (429, "takes nothing now"),
        (503, "takes nothing now"),
        (400, "not delivered (HTTP 400)"),
    ],
)
def test_each_refusal_has_its_own_words(server: CollectorServer, status: int, words: str) -> None:
    server.answer(status, times=None)
    *_, last = examine(settings(host=server.url))
    assert (last.level, last.name) == (Level.ERROR, "probe")
    assert words in last.text
    assert last.cure


def test_without_the_probe_nothing_is_sent(server: CollectorServer) -> None:
    done = segment_web("doctor", "--no-probe", SEGMENT_WRITE_KEY=KEY, SEGMENT_HOST=server.url)
    assert done.returncode == 0
    assert "can be reached" in done.stdout
    assert server.batches == []


def test_the_applications_own_stage_does_not_stand_in_the_probes_way(server: CollectorServer) -> None:
    found = list(examine(settings(host=server.url, before_send=[lambda message, scope: None])))
    assert bad(found) == []
    assert len(server.wait_for(1)) == 1


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"enabled": False}, "enabled"),
        ({"bots": "keep"}, "bots"),
        ({"delivery": "console"}, "delivery"),
        ({"cookie": {"httponly": True}}, "cookie"),
        ({"cookie": {"samesite": "Strict"}}, "cookie"),
        ({"cookie": {"domain": "localhost"}}, "cookie"),
        ({"cookie": {"mode": "read"}, "visit": True}, "visit"),
        ({"cookie": {"mode": "off"}}, "cookie"),
    ],
)
def test_settings_that_surprise_are_warned_of(server: CollectorServer, options: dict[str, Any], name: str) -> None:
    found = list(examine(settings(host=server.url, **options), probe=False))
    assert [(finding.name, finding.level) for finding in found if finding.level is not Level.OK] == [
        (name, Level.WARNING)
    ]


def test_an_unencrypted_host_is_warned_of_before_anything_is_sent() -> None:
    found = list(examine(settings(host="http://collector.example", delivery="null")))
    assert bad(found) == ["host", "delivery"]


def test_a_key_that_cannot_be_fetched_is_an_error(server: CollectorServer) -> None:
    def locked_vault() -> str:
        raise ConnectionError("vault")

    found = list(examine(settings(host=server.url, write_key=locked_vault)))
    assert bad(found) == ["write_key"]
    assert server.batches == []


def test_a_wrong_setting_is_a_finding_and_not_a_traceback() -> None:
    done = segment_web("doctor", SEGMENT_REGION="mars")
    assert (done.returncode, done.stderr) == (1, "")
    assert "✗ settings  environment variable SEGMENT_REGION must be one of 'us', 'eu', not 'mars'." in done.stdout
