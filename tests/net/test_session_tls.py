"""TLS is verified, always, and its time belongs to the deadline."""

from __future__ import annotations

import inspect
import socket
import ssl
from pathlib import Path

import pytest

from segment_web.errors import ConfigError
from segment_web.net.failures import NetworkError
from segment_web.net.session import Session
from tests.net.hostile import Handler, HostileServer, answering, dripping, hanging, mute


def test_a_certificate_nobody_vouches_for_is_refused(server_tls: ssl.SSLContext) -> None:
    with HostileServer(answering(), tls=server_tls) as server, pytest.raises(NetworkError) as caught:
        Session(timeout=5).post(server.url, b"{}", {"Authorization": "Basic x"})
    assert caught.value.kind == "tls"
    assert "self-signed" in str(caught.value)
    assert server.requests == []


def test_a_certificate_in_ca_file_is_trusted_and_the_connection_kept(
    server_tls: ssl.SSLContext, certificate: Path
) -> None:
    with HostileServer(answering(), tls=server_tls) as server:
        session = Session(timeout=5, ca_file=str(certificate))
        assert [session.post(server.url, b"x" * 400_000, {}).status for _ in range(3)] == [200] * 3
        session.close()
    assert server.connections == 1


def test_a_trusted_certificate_for_another_name_is_refused(server_tls: ssl.SSLContext, certificate: Path) -> None:
    with HostileServer(answering(), tls=server_tls) as server, pytest.raises(NetworkError) as caught:
        Session(timeout=5, ca_file=str(certificate)).post(server.url.replace("127.0.0.1", "localhost"), b"{}", {})
    assert caught.value.kind == "tls"
    assert server.requests == []


def test_a_server_without_tls_is_a_tls_failure() -> None:
    def complain(connection: socket.socket, _server: HostileServer) -> None:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with HostileServer(complain) as server, pytest.raises(NetworkError) as caught:
        Session(timeout=5).post(server.url.replace("http:", "https:"), b"{}", {})
    assert caught.value.kind == "tls"


def test_verification_has_no_switch() -> None:
    assert set(inspect.signature(Session).parameters) == {"timeout", "connect_timeout", "proxy", "ca_file", "clock"}


def test_authorities_are_read_when_a_server_asks_for_tls_and_not_before(
    server_tls: ssl.SSLContext, certificate: Path
) -> None:
    """They take 20 ms, and a local collector has no use for them; who was spoken to before makes nobody trusted."""
    with HostileServer(answering()) as plain, HostileServer(answering(), tls=server_tls) as secure:
        session, other = Session(timeout=5, ca_file=str(certificate)), Session(timeout=5)
        assert session.post(plain.url, b"{}", {}).status == other.post(plain.url, b"{}", {}).status == 200
        assert session._context is None
        assert session.post(secure.url, b"{}", {}).status == 200
        with pytest.raises(NetworkError) as caught:
            other.post(secure.url, b"{}", {})
        session.close()
        other.close()
    assert caught.value.kind == "tls"


@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
def test_a_ca_file_that_cannot_be_used_is_said_at_once(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match="PEM"):
        Session(timeout=1, ca_file=str(path))


def test_a_handshake_that_hangs_ends_with_the_deadline() -> None:
    with HostileServer(mute) as server, pytest.raises(NetworkError) as caught:
        Session(timeout=0.5).post(server.url.replace("http:", "https:"), b"{}", {})
    assert caught.value.kind == "timeout"


@pytest.mark.parametrize("handler", [dripping(b"HTTP/1.1 200 OK\r\n" + b"x" * 99), hanging(b"HTTP/1.1 200")])
def test_the_deadline_holds_under_tls(server_tls: ssl.SSLContext, certificate: Path, handler: Handler) -> None:
    with HostileServer(handler, tls=server_tls) as server:
        session = Session(timeout=0.5, ca_file=str(certificate))
        with pytest.raises(NetworkError) as caught:
            session.post(server.url, b"{}", {})
    assert caught.value.kind == "timeout"


def test_tls_goes_through_a_proxy_s_tunnel(server_tls: ssl.SSLContext, certificate: Path) -> None:
    def tunnel(connection: socket.socket, proxy: HostileServer) -> None:
        proxy.receive(connection)
        connection.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        with server_tls.wrap_socket(connection, server_side=True) as inner:
            answering()(inner, proxy)

    with HostileServer(tunnel) as proxy:
        session = Session(timeout=5, proxy=f"http://127.0.0.1:{proxy.port}", ca_file=str(certificate))
        assert session.post("https://127.0.0.1:9/v1/batch", b"{}", {}).status == 200
        session.close()
    assert [request.line.split()[0] for request in proxy.requests] == ["CONNECT", "POST"]
