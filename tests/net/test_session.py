"""A session sends what it is given and nothing else, over one connection."""

from __future__ import annotations

from pathlib import Path

import pytest

from segment_web.errors import ConfigError
from segment_web.net.failures import NetworkError
from segment_web.net.session import RESPONSE_LIMIT, Session
from tests.net.hostile import HostileServer, answering

HEADERS = {"Content-Type": "application/json", "Authorization": "Basic YWJjMTIzOg=="}


def test_the_answer_is_status_headers_body_and_time() -> None:
    with HostileServer(answering(429, b"slow down", "Retry-After: 7", "X-Twice: a", "X-TWICE: b")) as server:
        session = Session(timeout=2)
        answer = session.post(server.url, b"{}", HEADERS)
        session.close()
    assert (answer.status, answer.body) == (429, b"slow down")
    assert (answer.headers["retry-after"], answer.headers["x-twice"]) == ("7", "a, b")
    assert answer.elapsed > 0


def test_the_body_and_the_headers_arrive_as_they_were_given() -> None:
    body = bytes(range(256)) * 2_000
    with HostileServer(answering()) as server:
        session = Session(timeout=5)
        session.post(server.url, body, HEADERS)
        session.close()
    [request] = server.requests
    assert request.line == "POST /v1/batch HTTP/1.1"
    assert request.body == body
    assert request.headers == {
        "host": f"127.0.0.1:{server.port}",
        "accept-encoding": "identity",
        "content-length": str(len(body)),
        "content-type": "application/json",
        "authorization": "Basic YWJjMTIzOg==",
    }


def test_the_caller_cannot_ask_for_an_encoding_that_is_not_decoded() -> None:
    with HostileServer(answering()) as server:
        session = Session(timeout=2)
        session.post(server.url, b"{}", {"accept-encoding": "gzip", "content-LENGTH": "7"})
        session.close()
    assert server.requests[0].headers["accept-encoding"] == "identity"
    assert server.requests[0].headers["content-length"] == "2"


def test_three_posts_share_one_connection() -> None:
    with HostileServer(answering()) as server:
        session = Session(timeout=2)
        assert [session.post(server.url, b"{}", {}).status for _ in range(3)] == [200] * 3
        session.close()
    assert len(server.requests) == 3
    assert server.connections == 1


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("location", ["{other}", "http://[::bad", "ftp://127.0.0.1/x"])
def test_a_redirect_is_an_answer_and_its_target_is_never_contacted(status: int, location: str) -> None:
    with HostileServer(answering()) as other:
        place = location.format(other=other.url)
        with HostileServer(answering(status, b"", f"Location: {place}")) as server:
            session = Session(timeout=2)
            answer = session.post(server.url, b"{}", HEADERS)
            session.close()
    assert (answer.status, answer.headers["location"]) == (status, place)
    assert other.connections == 0


def test_the_environment_s_proxies_and_netrc_are_not_trusted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login evil password evil\n")
    with HostileServer(answering()) as proxy, HostileServer(answering()) as server:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
            monkeypatch.setenv(name.lower(), f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("NETRC", str(netrc))
        session = Session(timeout=2)
        session.post(server.url, b"{}", {})
        session.close()
    assert proxy.connections == 0
    assert "authorization" not in server.requests[0].headers


def test_a_password_in_the_address_is_not_sent() -> None:
    with HostileServer(answering()) as server:
        session = Session(timeout=2)
        session.post(server.url.replace("http://", "http://evil:evil@"), b"{}", HEADERS)
        session.close()
    assert server.requests[0].headers["authorization"] == HEADERS["Authorization"]
    assert "evil" not in server.requests[0].headers["host"]


def test_cookies_are_not_kept() -> None:
    with HostileServer(answering(200, b"{}", "Set-Cookie: a=b; Path=/")) as server:
        session = Session(timeout=2)
        session.post(server.url, b"{}", {})
        session.post(server.url, b"{}", {})
        session.close()
    assert "cookie" not in server.requests[1].headers


def test_a_proxy_that_is_asked_for_is_used_with_its_password() -> None:
    with HostileServer(answering()) as proxy:
        session = Session(timeout=2, proxy=f"http://user:pass@127.0.0.1:{proxy.port}")
        session.post("http://segment.test/v1/batch", b"{}", {})
        session.close()
    [request] = proxy.requests
    assert request.line == "POST http://segment.test/v1/batch HTTP/1.1"
    assert request.headers["proxy-authorization"] == "Basic dXNlcjpwYXNz"
    assert "user" not in repr(vars(session)) or "pass@" not in repr(vars(session))


def test_a_proxy_that_refuses_is_a_failure_of_the_proxy() -> None:
    with HostileServer(answering(407)) as proxy:
        session = Session(timeout=2, proxy=f"http://127.0.0.1:{proxy.port}")
        with pytest.raises(NetworkError) as caught:
            session.post("https://segment.test/v1/batch", b"{}", HEADERS)
        session.close()
    assert caught.value.kind == "proxy"
    assert proxy.requests[0].line == "CONNECT segment.test:443 HTTP/1.1"
    assert "authorization" not in proxy.requests[0].headers


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "https://127.0.0.1:1", "127.0.0.1:1", "http://"])
def test_a_proxy_that_cannot_be_used_is_said_at_once(proxy: str) -> None:
    with pytest.raises(ConfigError, match="http:// URL"):
        Session(timeout=2, proxy=proxy)


def test_a_body_of_the_limit_is_whole_and_one_more_byte_is_cut() -> None:
    for size in (RESPONSE_LIMIT, RESPONSE_LIMIT + 1):
        with HostileServer(answering(200, b"x" * size)) as server:
            session = Session(timeout=2)
            assert session.post(server.url, b"{}", {}).body == b"x" * RESPONSE_LIMIT
            session.close()


def test_a_file_is_got_without_a_body_and_cut_at_its_own_limit() -> None:
    with HostileServer(answering(200, b"x" * 100_000)) as server:
        session = Session(timeout=2)
        assert session.get(server.url, {"Accept": "*/*"}, limit=80_000).body == b"x" * 80_000
        session.close()
    [request] = server.requests
    assert request.line == "GET /v1/batch HTTP/1.1"
    assert request.headers == {"host": f"127.0.0.1:{server.port}", "accept-encoding": "identity", "accept": "*/*"}
    assert request.body == b""


def test_getting_does_not_follow_a_redirect_either() -> None:
    with HostileServer(answering()) as other, HostileServer(answering(302, b"", f"Location: {other.url}")) as server:
        session = Session(timeout=2)
        assert session.get(server.url, {}, limit=10).status == 302
        session.close()
    assert other.connections == 0
