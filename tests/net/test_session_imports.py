"""What is imported early is light, and a request imports nothing: a fork during an import would hang the child."""

from __future__ import annotations

import ssl
import subprocess
import sys
from pathlib import Path

import pytest

from tests.net.hostile import HostileServer, answering, ending, hanging

POSTING = """
import sys
from segment_web.net.failures import NetworkError
from segment_web.net.session import Session
import segment_web.net.connections as pool

before = set(sys.modules)
*urls, ca_file = sys.argv[1:]
session = Session(timeout=0.5, ca_file=ca_file)
pool.target_of("http://b\\u00fccher.example/")
for url in urls:
    try:
        session.post(url, b"x" * 400_000, {"A": "b"})
    except NetworkError:
        pass
session.close()
print(sorted(set(sys.modules) - before))
"""


def test_no_request_imports_a_module(server_tls: ssl.SSLContext, certificate: Path) -> None:
    with (
        HostileServer(answering()) as plain,
        HostileServer(answering(), tls=server_tls) as secure,
        HostileServer(hanging()) as slow,
        HostileServer(ending(b"HTTP")) as broken,
    ):
        named = plain.url.replace("127.0.0.1", "localhost")
        urls = [plain.url, named, secure.url, slow.url, broken.url, "http://127.0.0.1:1/", "no address"]
        command = [sys.executable, "-c", POSTING, *urls, str(certificate)]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert output.strip() == "[]"
    assert len(plain.requests) == 2
    assert len(secure.requests) == 1


@pytest.mark.parametrize("module", ["retry", "statuses", "failures", "deadline"])
def test_what_decides_needs_no_http_library(module: str) -> None:
    script = (
        f"import sys, segment_web.net.{module}; print([m for m in ('httpx', 'httpcore', 'ssl') if m in sys.modules])"
    )
    output = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout
    assert output.strip() == "[]"
