"""A local Segment that knows one key, and one that is down."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

pytest.importorskip("flask", reason="the collector needs Flask")

from segment_web.cli.main import main
from segment_web.collector import CollectorServer
from tests.ports import own_port

Told = tuple[int, dict[str, Any]]  # an exit code and a report


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Told]:
    """``segment-web doctor --json`` with these settings in the environment, without a process of its own."""

    def run(*arguments: str, **settings: str) -> Told:
        for name, value in settings.items():
            monkeypatch.setenv(f"SEGMENT_{name.upper()}", value)
        code = main(["doctor", "--json", *arguments])
        return code, json.loads(capsys.readouterr().out)

    return run


@pytest.fixture
def server() -> Iterator[CollectorServer]:
    with CollectorServer(port=own_port(), write_keys={"good-key-1234"}) as running:
        yield running


@pytest.fixture
def hanging() -> Iterator[str]:
    """An address that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
