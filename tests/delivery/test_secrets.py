"""The write key shows nowhere: five hundred failures of every kind, and everything they leave behind is searched for it."""

from __future__ import annotations

import io
import logging
import pickle
import traceback
from base64 import b64encode
from collections.abc import Callable, Iterator
from itertools import islice
from random import Random
from typing import Any
from urllib.parse import quote

import pytest

from segment_web import Analytics
from segment_web.commands.doctor.command import examine
from segment_web.delivery.transports.http import HttpTransport
from segment_web.messages.envelope import Batch, Envelope
from segment_web.net.failures import NetworkError
from segment_web.net.session import Session
from segment_web.settings import load
from segment_web.settings.secret import Secret
from tests.delivery.faults import Fault, plain
from tests.delivery.oracle import Oracle

CANARY = "cAnArY/7Kw+Xq93Zt0PbLmVr5sUe"  # with characters that URLs and base64 write otherwise
SHOWN = 4  # characters at its end may show
CHECKED = 12  # characters: a piece so long is no accident
FAILURES = 500


def tellings(key: str) -> list[str]:
    """The ways in which a text could tell the key: as it is, in a URL, as Basic credentials, cut at either end."""
    plain_forms = [key[:CHECKED], key[-CHECKED:], quote(key, safe="")[:CHECKED], repr(key.encode())[2:-1]]
    return [*plain_forms, b64encode(f"{key}:".encode()).decode()[:CHECKED]]


def assert_silent(text: str) -> None:
    found = [text[max(0, text.find(form) - 200) :][:400] for form in tellings(CANARY) if form in text]
    assert found == []


def test_the_search_finds_the_key_in_each_form() -> None:
    for text in (CANARY, quote(CANARY, safe=""), b64encode(f"{CANARY}:".encode()).decode(), f"...{CANARY[3:]}"):
        with pytest.raises(AssertionError):
            assert_silent(f"before {text} after")
    assert_silent(f"***{CANARY[-SHOWN:]}")


class Log:
    """Everything that any logger says, with tracebacks and the values in their frames."""

    def __init__(self) -> None:
        self._stream = io.StringIO()
        self.handler = logging.StreamHandler(self._stream)
        self.records: list[logging.LogRecord] = []
        self.handler.addFilter(self._keep)

    def _keep(self, record: logging.LogRecord) -> bool:
        self.records.append(record)
        return True

    @property
    def text(self) -> str:
        parts = [self._stream.getvalue()]
        for record in self.records:
            parts += [repr(record.args), repr(vars(record))]
            if record.exc_info and record.exc_info[1] is not None:
                parts += traceback.TracebackException.from_exception(record.exc_info[1], capture_locals=True).format()
        return "\n".join(parts)


@pytest.fixture
def log() -> Iterator[Log]:
    """The root logger and the HTTP libraries' at DEBUG, and nothing that segment_web leaves out for being repeated."""
    made, root = Log(), logging.getLogger()
    before = root.level
    root.addHandler(made.handler)
    root.setLevel(logging.DEBUG)
    yield made
    root.setLevel(before)
    root.removeHandler(made.handler)


def faults(dice: Random) -> Iterator[Fault]:
    """Failures of every kind, without end."""
    makers: list[Callable[[], Fault]] = [
        lambda: Fault.status(dice.choice([*range(300, 309), *range(400, 430), *range(500, 512)])),
        lambda: Fault.status(dice.randint(500, 599), f"Retry-After: {dice.choice(['0', 'x', '-1', '99'])}"),
        lambda: Fault.status(302, "Location: http://127.0.0.1:9/\r\nSet-Cookie: a=b"),
        lambda: Fault.reset_in_request(dice.randint(0, 250)),  # a request has more
        lambda: Fault.reset_in_answer(dice.randint(0, 40)),
        lambda: Fault.saying(b"SSH-2.0-OpenSSH\r\n\r\n"),
        lambda: Fault.status(500, body=dice.randbytes(2_000)),
        lambda: Fault.status(400, "X-Key: ***", body=f"unknown key {CANARY}".encode()),
    ]
    while True:
        yield dice.choice(makers)()


def batch(number: int) -> Batch:
    body = b'{"messageId":"ann.%d"}' % number
    return Batch("default", (Envelope(f"ann.{number}", "ann", "default", body),))


def test_five_hundred_failed_deliveries_tell_nothing(log: Log) -> None:
    said: list[str] = []
    script = faults(Random(7))
    with Oracle() as oracle:
        transport = HttpTransport(Session(timeout=2), base_url=oracle.url, write_key=Secret(CANARY), gzip=True)
        for number in range(FAILURES):
            oracle.follow(next(script))
            outcome = transport.deliver(batch(number))
            assert outcome.verdict != "delivered"
            said += [repr(outcome), str(outcome)]
        transport.close()
        assert len(set(said)) > 50, "the failures are of many kinds"
        assert any(arrival.headers["authorization"] for arrival in oracle.arrivals)
    assert "httpcore" in log.text, "the HTTP library's own lines are searched, too"
    assert_silent("\n".join([*said, log.text]))


def test_a_failing_client_tells_nothing(log: Log) -> None:
    """Through a whole client: its log, its books, its repr, and what pickle and vars find in it."""
    shown: list[str] = []
    script = faults(Random(9))
    with Oracle(islice(script, 40)) as oracle:
        client = Analytics(CANARY, host=oracle.url, flush_interval=0.001, batch_size=5, request_timeout=1)
        for n in range(60):
            oracle.say(client, f"visitor {n}")
            client.track(None if n % 2 else "Thing Done", {"n": object()}, user_id=None if n % 3 else "u")  # type: ignore[arg-type]
            shown += [repr(client), str(client), repr(client.stats()), str(client.stats())]
        client.flush(0.5)
        client.close(0.2)
    assert_silent("\n".join([*shown, log.text]))


def holders() -> list[Any]:
    """What an error report or a debugger may look into."""
    settings = load({"write_key": CANARY, "sources": {"other": {"write_key": CANARY}}, "dedupe_secret": CANARY})
    client = Analytics(CANARY)
    transport = HttpTransport(Session(timeout=1), base_url="http://127.0.0.1:9", write_key=Secret(CANARY), gzip=True)
    return [settings, settings.write_key, settings.sources, client, client.stats(), transport, Secret(CANARY)]


@pytest.mark.parametrize("number", range(7))
def test_what_holds_the_key_does_not_show_it(number: int) -> None:
    holder = holders()[number]
    texts = [repr(holder), str(holder), f"{holder}", f"{holder!r:>5}", repr([holder]), repr({"holder": holder})]
    texts += [repr(vars(holder))] if hasattr(holder, "__dict__") else []
    names = [name for kind in type(holder).__mro__ for name in getattr(kind, "__slots__", ())]
    texts += [repr(getattr(holder, name)) for name in names if hasattr(holder, name)]
    assert_silent("\n".join(texts))


def test_a_pickled_key_is_its_mask() -> None:
    settings = load({"write_key": CANARY})
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert_silent(pickle.dumps(settings.write_key, protocol).decode("latin-1"))


def test_the_exception_of_a_failed_request_tells_nothing(nobody: str) -> None:
    headers = {"Authorization": "Basic " + b64encode(f"{CANARY}:".encode()).decode()}
    for url in (f"{nobody}/", f"{nobody.replace('http', 'https')}/", "ftp://127.0.0.1/", "http://[::bad/", "no"):
        with pytest.raises(NetworkError) as caught:
            Session(timeout=1).post(url, CANARY.encode(), headers)
        failure = caught.value
        trace = "".join(traceback.format_exception(failure))
        assert_silent(
            "\n".join([trace, repr(failure), repr(failure.args), repr(vars(failure)), repr(failure.__context__)])
        )


def test_a_key_no_header_can_carry_tells_nothing(log: Log) -> None:
    """Characters that HTTP cannot carry make the library complain, with the header's text in its complaint."""
    with Oracle() as oracle:
        session = Session(timeout=1)
        for header in (f"Basic {CANARY}\r\nX-Evil: 1", f"Basic {CANARY}\u20ac", f"Basic {CANARY}\x00"):
            with pytest.raises(NetworkError) as caught:
                session.post(f"{oracle.url}/v1/batch", b"{}", {"Authorization": header})
            assert_silent("".join(traceback.format_exception(caught.value)))
        session.close()
    assert_silent(log.text)


def test_the_doctor_and_its_probe_tell_nothing(log: Log) -> None:
    with Oracle([Fault.status(status) for status in (401, 302, 500)]) as oracle:
        settings = load({"write_key": CANARY, "host": oracle.url})
        for _ in range(3):
            findings = list(examine(settings, timeout=2))
            assert_silent("\n".join(map(repr, findings)))
    assert_silent(log.text)


def test_a_server_that_sends_the_key_back_finds_it_in_no_line_of_ours(log: Log) -> None:
    echo = plain(403, f"X-You-Said: {CANARY}", body=CANARY.encode())
    with Oracle([Fault.saying(echo)]) as oracle:
        client = Analytics(CANARY, host=oracle.url)
        oracle.say(client, "ann")
        client.flush(1)
        client.close(0)
    ours = [record.getMessage() for record in log.records if record.name.startswith("segment_web")]
    assert ours
    assert_silent("\n".join(ours))
