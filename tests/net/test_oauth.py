"""Access tokens: asked for with a signed assertion, kept until shortly before they expire, never a reason to lose."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from segment_web.messages.outcome import Outcome, Verdict
from segment_web.net.assertion import client_assertion
from segment_web.net.oauth import ASSUMED_LIFETIME, MARGIN, Tokens
from segment_web.net.session import Session
from segment_web.process import fork_lock
from segment_web.settings import load
from segment_web.settings.connection import OAuth
from segment_web.settings.secret import Secret
from tests.net.token_server import CANARY, CLIENT, DAY, KEY_ID, Answer, TokenServer, key_pair


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self, now: float = 1_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def server() -> Iterator[TokenServer]:
    with TokenServer() as running:
        yield running


def credentials(**changes: Any) -> OAuth:
    options = {"client_id": CLIENT, "key_id": KEY_ID, "private_key": key_pair().pem, **changes}
    oauth = load({"oauth": options}).oauth
    assert oauth is not None
    return oauth


def tokens_of(server: TokenServer, clock: Clock | None = None, **changes: Any) -> Tokens:
    return Tokens(Session(timeout=2), credentials(**changes), server.url, clock=clock or Clock())


def outcome(tokens: Tokens) -> Outcome:
    found = tokens.current()
    assert isinstance(found, Outcome)
    assert found.sends == 0
    return found


def test_the_server_agrees_with_every_claim_and_the_token_is_kept(server: TokenServer) -> None:
    tokens = tokens_of(server)
    assert [tokens.current() for _ in range(3)] == [Secret(server.issued[0])] * 3
    assert (server.requests, server.refusals) == (1, [])


def test_each_assertion_is_a_new_one(server: TokenServer) -> None:
    tokens = tokens_of(server)
    for _ in range(3):
        tokens.forget()
        assert tokens.current() == Secret(server.issued[-1])
    assert len(set(server.issued)) == 3


@pytest.mark.parametrize(("lifetime", "kept"), [(DAY, DAY - MARGIN), (10, 5), (0, ASSUMED_LIFETIME - MARGIN)])
def test_a_token_is_renewed_before_it_expires(server: TokenServer, lifetime: float, kept: float) -> None:
    server.lifetime, clock = lifetime, Clock()
    tokens = tokens_of(server, clock)
    counts = []
    for passed in (0.0, kept - 0.1, kept, kept + 0.1):
        clock.now = 1_000.0 + passed
        assert isinstance(tokens.current(), Secret)
        counts.append(server.requests)
    assert counts == [1, 1, 2, 2]


def test_the_assertion_is_of_this_moment_by_the_wall_clock(server: TokenServer) -> None:
    for wall, verdict in ((time.time() - 120, "Expired"), (time.time() + 120, "Immature")):
        tokens = Tokens(Session(timeout=2), credentials(), server.url, wall=Clock(wall))
        assert outcome(tokens).verdict is Verdict.PAUSE
        assert verdict in server.refusals[-1]


def test_a_callable_brings_a_key_that_was_rotated(server: TokenServer) -> None:
    pem = key_pair().pem
    tokens = tokens_of(server, private_key=lambda: pem)
    tokens.current()
    server.keys[KEY_ID], pem = key_pair("rotated").public, key_pair("rotated").pem
    tokens.forget()
    assert tokens.current() == Secret(server.issued[1])


def test_a_key_may_have_its_line_ends_spelled_out(server: TokenServer) -> None:
    tokens = tokens_of(server, private_key=key_pair().pem.replace("\n", "\\n"))
    assert isinstance(tokens.current(), Secret)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"client_id": "another"}, id="unknown client"),
        pytest.param({"key_id": "another"}, id="unknown key"),
        pytest.param({"private_key": key_pair("another").pem}, id="wrong key"),
    ],
)
def test_an_application_the_server_does_not_know_pauses_with_the_cure(
    server: TokenServer, changes: dict[str, Any]
) -> None:
    refused = outcome(tokens_of(server, **changes))
    assert (refused.verdict, refused.detail) == (Verdict.PAUSE, "token server: HTTP 401 invalid_client")
    assert "check client_id, key_id and private_key in the setting oauth, the region" in refused.cure


def test_no_process_forks_in_the_middle_of_a_signature() -> None:
    sign = partial(client_assertion, credentials(), "https://oauth.example", now=0.0, token_id="1")
    signing = threading.Thread(target=sign)
    with fork_lock.loading:  # what every fork takes first, and holds until it is over
        signing.start()
        signing.join(0.3)
        assert signing.is_alive()
    signing.join(10)
    assert not signing.is_alive()


@pytest.mark.parametrize(
    "pem",
    [
        pytest.param("-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----", id="garbage"),
        pytest.param("", id="empty"),
        pytest.param(key_pair("short", 1024).pem, id="too short"),
    ],
)
def test_a_key_that_cannot_sign_pauses_with_the_cure_and_asks_nobody(server: TokenServer, pem: str) -> None:
    refused = outcome(tokens_of(server, private_key=lambda: pem))
    assert refused.verdict is Verdict.PAUSE
    assert "private_key in the setting oauth" in refused.cure
    assert "canary" not in str(refused)
    assert server.requests == 0


@pytest.mark.parametrize(
    ("answer", "verdict", "cure"),
    [
        (Answer(400, b'{"error": "invalid_scope"}'), Verdict.PAUSE, "check scope"),
        (Answer(403, b"not JSON"), Verdict.PAUSE, "check client_id"),
        (Answer(302, b"", {"Location": "https://elsewhere.invalid/"}), Verdict.PAUSE, "check the region, and host"),
        (Answer(404), Verdict.PAUSE, "check the region, and host"),
        (Answer(422), Verdict.PAUSE, "check client_id"),
        (Answer(408), Verdict.RETRY, ""),
        (Answer(429), Verdict.RETRY, ""),
        (Answer(500), Verdict.RETRY, ""),
        (Answer(501), Verdict.RETRY, ""),
        (Answer(511), Verdict.RETRY, ""),
    ],
)
def test_no_answer_of_the_token_server_loses_a_batch(
    server: TokenServer, answer: Answer, verdict: Verdict, cure: str
) -> None:
    server.scripted.append(answer)
    tokens = tokens_of(server)
    found = outcome(tokens)
    assert (found.verdict, found.detail.split()[3]) == (verdict, str(answer.status))
    assert cure in found.cure
    assert isinstance(tokens.current(), Secret)  # asked again, the server is its old self


def test_a_busy_token_server_says_how_long_to_wait(server: TokenServer) -> None:
    server.scripted.append(Answer(429, b"", {"Retry-After": "7"}))
    assert outcome(tokens_of(server)).retry_after == 7.0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"null",
        b"\xff",
        b'{"expires_in": 60}',
        b'{"access_token": ""}',
        b'{"access_token": 5}',
        b'{"access_token": ["canary"]}',
        b'{"access_token": "canary\\r\\nX-Other: 1"}',
        '{"access_token": "canary\u00e9"}'.encode(),
        b'{"access_token": "canary", "token_type": "mac"}',
        b'{"access_token": "canary", "token_type": 1}',
        b"[" * 70_000,
    ],
)
def test_an_answer_without_a_token_is_a_passing_fault(server: TokenServer, body: bytes) -> None:
    server.scripted.append(Answer(200, body))
    tokens = tokens_of(server)
    assert outcome(tokens) == Outcome(Verdict.RETRY, "token server: HTTP 200 without a usable token", sends=0)
    assert isinstance(tokens.current(), Secret)


@pytest.mark.parametrize("lifetime", ['"soon"', "null", "-5", "true", "[]", "1e999"])
def test_a_lifetime_nobody_understands_is_taken_for_an_hour(server: TokenServer, lifetime: str) -> None:
    server.scripted.append(Answer(200, f'{{"access_token": "one", "expires_in": {lifetime}}}'.encode()))
    clock = Clock()
    tokens = tokens_of(server, clock)
    if lifetime == "1e999":  # no number in JSON
        assert outcome(tokens).verdict is Verdict.RETRY
        return
    assert tokens.current() == Secret("one")
    clock.now += ASSUMED_LIFETIME
    assert tokens.current() == Secret(server.issued[0])


def test_a_token_server_that_is_down_is_a_passing_failure(server: TokenServer) -> None:
    tokens = tokens_of(server)
    server.stop()
    assert outcome(tokens).verdict is Verdict.RETRY
    server.start()
    assert isinstance(tokens.current(), Secret)


def test_a_token_server_that_hangs_ends_with_the_deadline(server: TokenServer) -> None:
    server.gate.clear()
    tokens = Tokens(Session(timeout=0.3), credentials(), server.url)
    assert outcome(tokens).detail.startswith("token server: timeout")


def test_nothing_shows_the_token_or_the_key(server: TokenServer) -> None:
    tokens = tokens_of(server)
    shown = f"{tokens.current()!r} {vars(tokens)} {tokens} {credentials()!r}"
    body = key_pair().pem.splitlines()[1]
    assert CANARY in server.issued[0]
    assert CANARY not in shown
    assert body not in shown
