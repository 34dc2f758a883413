"""A failure is one clean line that betrays nothing."""

from __future__ import annotations

import pickle
import traceback

import pytest

from segment_web.errors import SegmentError
from segment_web.net.failures import FailureKind, NetworkError
from segment_web.net.session import Session
from tests.net.hostile import HostileServer, sending

SECRET = "Basic c2VjcmV0LXdyaXRlLWtleTo="


def test_a_failure_is_printable_and_short() -> None:
    failure = NetworkError(FailureKind.READ, "a\r\nb\x1b[31m\u202e" + "x" * 10_000)
    assert str(failure).isprintable()
    assert len(str(failure)) <= 300
    assert isinstance(failure, SegmentError)


def test_a_failure_survives_pickling() -> None:
    failure = pickle.loads(pickle.dumps(NetworkError(FailureKind.TLS, "no trusted TLS connection")))
    assert (failure.kind, str(failure)) == ("tls", "no trusted TLS connection")


@pytest.mark.parametrize("headers", [{"Authorization": SECRET + "\r\nX: y"}, {"Authorization": SECRET + "\u2603"}])
def test_a_header_http_cannot_carry_is_a_failure_that_does_not_quote_it(headers: dict[str, str]) -> None:
    with HostileServer(sending(b"")) as server, pytest.raises(NetworkError) as caught:
        Session(timeout=2).post(server.url, b"{}", headers)
    text = "".join(traceback.format_exception(caught.value))
    assert caught.value.kind == "protocol"
    assert "c2VjcmV0" not in text
    assert caught.value.__context__ is None


def test_bytes_of_the_server_do_not_reach_the_message() -> None:
    with HostileServer(sending(b"EVIL \x1b]0;owned\x07 1\r\n\r\n")) as server, pytest.raises(NetworkError) as caught:
        Session(timeout=2).post(server.url, b"{}", {})
    assert caught.value.kind == "protocol"
    assert "owned" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "url", ["", "ftp://127.0.0.1/", "127.0.0.1:1", "http://", "http://127.0.0.1:99999/", "http://u:pass\n@[::", "//h/"]
)
def test_what_is_no_address_is_a_failure_without_the_address(url: str) -> None:
    with pytest.raises(NetworkError) as caught:
        Session(timeout=2).post(url, b"{}", {})
    assert caught.value.kind == "protocol"
    assert "pass" not in str(caught.value)
