"""Deliveries authorised by OAuth: to a token server and a Tracking API that both check, over real HTTP."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator
from logging.handlers import QueueHandler
from queue import SimpleQueue
from typing import Any

import pytest

from segment_web import Analytics
from segment_web.collector import CollectorServer
from segment_web.logs import log
from tests.net.token_server import CANARY, CLIENT, KEY_ID, TokenServer, key_pair

KEY = "oauth-test-write-key"
MakeClient = Callable[..., Analytics]


@pytest.fixture
def tokens() -> Iterator[TokenServer]:
    with TokenServer() as running:
        yield running


@pytest.fixture
def server(tokens: TokenServer) -> Iterator[CollectorServer]:
    """A Tracking API that takes the tokens of ``tokens`` alone, and wants the write key in the body as well."""
    with CollectorServer(write_keys={KEY}, tokens=tokens.is_valid) as running:
        yield running


@pytest.fixture
def make(server: CollectorServer, tokens: TokenServer) -> Iterator[MakeClient]:
    """Makes clients whose books must be straight at the end."""
    log.forget()  # what an earlier test was told must not silence this one
    made: list[Analytics] = []

    def make_client(oauth: dict[str, Any] | None = None, **options: Any) -> Analytics:
        pem = key_pair().pem
        application = {"client_id": CLIENT, "key_id": KEY_ID, "private_key": pem, "host": tokens.url, **(oauth or {})}
        defaults: dict[str, Any] = {"write_key": KEY, "host": server.url, "flush_interval": 0.01}
        made.append(Analytics(**{**defaults, "oauth": application, **options}))
        return made[-1]

    yield make_client
    for client in made:
        client.close(2)
        stats = client.stats()
        assert stats.accepted == stats.delivered + stats.lost
        assert stats.pending == 0


@pytest.fixture
def pause() -> Iterator[Callable[[], str]]:
    """Waits for the log line that says that a delivery is paused."""
    lines: SimpleQueue[logging.LogRecord] = SimpleQueue()
    handler = QueueHandler(lines)
    logging.getLogger("segment_web").addHandler(handler)
    yield lambda: next(line for line in (lines.get(timeout=20).getMessage() for _ in range(99)) if "paused" in line)
    logging.getLogger("segment_web").removeHandler(handler)


def say(client: Analytics, event: str = "Thing Done") -> None:
    assert client.track(event, user_id="u")


def retry_counts(server: CollectorServer) -> list[tuple[int, str | None]]:
    return [(batch.status, batch.headers.get("x-retry-count")) for batch in server.batches]


def test_one_token_serves_many_batches(server: CollectorServer, tokens: TokenServer, make: MakeClient) -> None:
    client = make()
    for number in range(3):
        say(client, f"Event {number}")
        assert client.flush(20)
    assert [message["event"] for message in server.messages] == ["Event 0", "Event 1", "Event 2"]
    assert (tokens.requests, tokens.refusals) == (1, [])


@pytest.mark.parametrize("status", [401, 403, 511])
def test_a_refused_token_is_replaced_and_the_batch_sent_once_more(
    server: CollectorServer, tokens: TokenServer, make: MakeClient, status: int
) -> None:
    client = make()
    say(client, "First")
    assert client.flush(20)
    server.answer(status)
    say(client, "Second")
    assert client.flush(20)
    assert client.stats().retried == 0  # at once, not after a pause
    assert [message["event"] for message in server.messages] == ["First", "Second"]
    assert retry_counts(server) == [(200, None), (status, None), (200, "1")]
    assert tokens.requests == 2


def test_a_revoked_token_is_replaced(server: CollectorServer, tokens: TokenServer, make: MakeClient) -> None:
    client = make()
    say(client)
    assert client.flush(20)
    tokens.valid.clear()
    say(client)
    assert client.flush(20)
    assert len(server.messages) == client.stats().delivered == 2
    assert client.stats().retried == 0
    assert tokens.valid == {tokens.issued[1]}


def test_a_short_lived_token_is_renewed_on_the_way(
    server: CollectorServer, tokens: TokenServer, make: MakeClient
) -> None:
    tokens.lifetime = 0.000_001
    client = make()
    for _ in range(3):
        say(client)
        assert client.flush(20)
    assert len(tokens.issued) == len(server.messages) == 3
    assert [batch.status for batch in server.batches] == [200, 200, 200]


def test_a_token_of_the_wrong_region_pauses_with_the_cure_and_loses_nothing(
    server: CollectorServer, tokens: TokenServer, make: MakeClient, pause: Callable[[], str]
) -> None:
    with TokenServer() as elsewhere:
        client = make({"host": elsewhere.url})
        say(client)
        assert "check that the OAuth application may write to this source, SEGMENT_WRITE_KEY and the region" in pause()
        assert (client.stats().pending, client.stats().lost) == (1, 0)
        tokens.valid.update(elsewhere.issued)
        assert client.close(20)
    assert len(server.messages) == 1
    assert retry_counts(server) == [(401, None), (401, "1"), (200, "2")]


def test_an_unknown_application_pauses_with_the_cure_and_loses_nothing(
    server: CollectorServer, tokens: TokenServer, make: MakeClient, pause: Callable[[], str]
) -> None:
    keys, tokens.keys = tokens.keys, {}
    client = make()
    say(client)
    assert "(token server: HTTP 401 invalid_client); the token server does not know this application" in pause()
    assert (client.stats().last_error or "").startswith(
        "token server: HTTP 401 invalid_client: the token server does not"
    )
    tokens.keys = keys
    assert client.close(20)
    assert retry_counts(server) == [(200, None)]  # what never left is no repetition


def test_a_network_that_wants_a_login_is_waited_for(
    server: CollectorServer, tokens: TokenServer, make: MakeClient
) -> None:
    client = make()
    server.answer(511, times=2)
    say(client)
    assert client.flush(20)
    assert retry_counts(server) == [(511, None), (511, "1"), (200, "2")]


def test_messages_wait_for_a_token_server_that_is_down(
    server: CollectorServer, tokens: TokenServer, make: MakeClient
) -> None:
    tokens.stop()
    client = make()
    say(client)
    assert not client.flush(0.3)
    assert client.stats().pending == 1
    tokens.start()
    assert client.flush(20)
    assert retry_counts(server) == [(200, None)]


def test_no_caller_waits_for_a_token(server: CollectorServer, tokens: TokenServer, make: MakeClient) -> None:
    tokens.gate.clear()
    client = make()
    client.prepare()
    assert tokens.requests == 0
    say(client, "First")
    assert tokens.asked.wait(60)
    say(client, "Second")
    assert tokens.issued == []  # both calls are over, and no token is there yet
    tokens.gate.set()
    assert client.flush(20)
    assert len(server.messages) == 2


def test_each_source_has_a_token_of_its_own(server: CollectorServer, tokens: TokenServer, make: MakeClient) -> None:
    client = make(sources={"marketing": {"write_key": KEY}})
    say(client)
    assert client.track("Thing Done", user_id="u", source="marketing")
    assert client.flush(20)
    assert len(set(tokens.issued)) == len(server.messages) == 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_child_fetches_its_own_token(server: CollectorServer, tokens: TokenServer, make: MakeClient) -> None:
    client = make()
    say(client, "Parent")
    assert client.flush(20)
    child = os.fork()
    if child == 0:
        said = client.track("Child", user_id="u").accepted and client.close(20)
        os._exit(0 if said else 1)
    assert os.waitpid(child, 0)[1] == 0
    say(client, "Parent again")
    assert client.flush(20)
    assert [message["event"] for message in server.messages] == ["Parent", "Child", "Parent again"]
    assert len(tokens.issued) == 2


def test_secrets_are_in_no_log_and_no_repr(
    server: CollectorServer,
    tokens: TokenServer,
    make: MakeClient,
    pause: Callable[[], str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    client = make()
    shown = [repr(client), str(client.settings)]
    for status, times in ((500, 1), (401, 1), (401, 2)):
        server.answer(status, times=times)
        say(client)
        _ = pause() if times == 2 else client.flush(20)
        shown.append(str(client.stats()))
    assert len(tokens.issued) == 3
    assert "will retry" in said(caplog)
    text = said(caplog) + "".join(shown)
    assert [secret for secret in (CANARY, key_pair().pem.splitlines()[1], KEY) if secret in text] == []


def test_a_process_that_ends_does_not_wait_for_a_token_server_that_hangs(tokens: TokenServer, make: MakeClient) -> None:
    tokens.gate.clear()
    client = make()
    say(client)
    assert tokens.asked.wait(60)
    closing = threading.Thread(target=client.close, args=(0.2,))
    closing.start()
    closing.join(10)
    assert not closing.is_alive()
    assert client.stats().dropped == {"exit_timeout": 1}


def said(caplog: pytest.LogCaptureFixture) -> str:
    """All log lines so far, with their tracebacks."""
    return "\n".join(logging.Formatter().format(record) for record in caplog.records)
