"""``segment-web send --input JSON`` as Segment's cross-SDK suites run it: a process, a server, one line of JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from segment_web.collector import CollectorServer


@pytest.fixture
def server() -> Iterator[CollectorServer]:
    with CollectorServer(write_keys={"conformance"}) as running:
        yield running


def run(
    server: CollectorServer, *sequences: dict[str, Any], key: str = "conformance", **config: Any
) -> tuple[int, Any]:
    described = {
        "writeKey": key,
        "apiHost": server.url,
        "sequences": sequences,
        "config": {"flushInterval": 30, **config},
    }
    command = [sys.executable, "-m", "segment_web", "send", "--input", json.dumps(described)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


def tracks(number: int, **fields: Any) -> dict[str, Any]:
    return {"events": [{"type": "track", "event": "Test", "userId": f"u{n}", **fields} for n in range(number)]}


EVERY_CALL = [
    {"type": "track", "event": "Test", "userId": "u", "properties": {"n": 1}, "messageId": "m-1"},
    {"type": "identify", "userId": "u", "traits": {"email": "a@b.co"}},
    {"type": "page", "name": "Home", "anonymousId": "a"},
    {"type": "screen", "name": "Home", "userId": "u"},
    {"type": "group", "groupId": "g", "userId": "u"},
    {"type": "alias", "userId": "u", "previousId": "a"},
]


def test_every_call_arrives_in_one_batch(server: CollectorServer) -> None:
    assert run(server, {"events": EVERY_CALL}) == (0, {"success": True, "sentBatches": 1})
    assert [message["type"] for message in server.messages] == [event["type"] for event in EVERY_CALL]
    assert server.messages[0]["messageId"] == "m-1"
    assert server.discarded == []


def test_batches_are_cut_at_flush_at_and_sequences_wait(server: CollectorServer) -> None:
    code, said = run(server, tracks(4), {"delayMs": 300, **tracks(2)}, flushAt=2)
    assert (code, said) == (0, {"success": True, "sentBatches": 3})


@pytest.mark.parametrize(("status", "wait"), [(500, None), (429, 1), (408, None), (503, 1)])
def test_what_passes_is_retried_with_its_count(server: CollectorServer, status: int, wait: int | None) -> None:
    server.answer(status, retry_after=wait)
    assert run(server, tracks(1)) == (0, {"success": True, "sentBatches": 1})
    assert [batch.headers.get("x-retry-count") for batch in server.batches] == [None, "1"]


def test_retries_end_where_the_settings_say(server: CollectorServer) -> None:
    server.answer(500, times=None)
    code, said = run(server, tracks(1), maxRetries=1)
    assert (code, said["success"], said["sentBatches"]) == (1, False, 0)
    assert "HTTP 500" in said["error"]
    assert len(server.batches) == 2


@pytest.mark.parametrize(("status", "requests"), [(400, 1), (422, 1), (501, 1)])
def test_a_permanent_answer_is_a_failure_told_at_once(server: CollectorServer, status: int, requests: int) -> None:
    server.answer(status, times=None)
    code, said = run(server, tracks(1))
    assert (code, said["success"]) == (1, False)
    assert str(status) in said["error"]
    assert len(server.batches) == requests


def test_a_wrong_key_fails_within_the_timeout(server: CollectorServer) -> None:
    code, said = run(server, tracks(1), key="wrong", timeout=1)
    assert (code, said["success"]) == (1, False)
    assert "HTTP 401" in said["error"]


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"writeKey": "k", "sequences": [{"events": [{"type": "dance"}]}]}'])
def test_a_wrong_input_is_a_failure_in_json_too(text: str) -> None:
    command = [sys.executable, "-m", "segment_web", "send", "--input", text]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]
