"""From 200 HTTP requests to the wire under the servers people run: nothing is lost by a SIGTERM right after the last."""

from __future__ import annotations

import os
import signal

import pytest

from segment_web.collector import CollectorServer
from tests.journeys.conftest import Run

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no SIGTERM as servers know it")

REQUESTS = 200
WSGI = "tests.journeys.project.wsgi:application"
ASGI = "tests.journeys.project.asgi:application"


def assert_all_arrived_once(server: CollectorServer, output: str) -> None:
    pages = [message for message in server.messages if message["type"] == "page"]
    tracks = [message["properties"]["number"] for message in server.messages if message["type"] == "track"]
    assert (len(pages), sorted(tracks)) == (REQUESTS, list(range(REQUESTS))), output
    assert server.discarded == []
    assert {message["anonymousId"] for message in server.messages} == {"0f1e2d3c"}
    assert "Traceback" not in output
    assert "segment_web" not in output.replace("segment_web.W", ""), output


@pytest.mark.parametrize(
    ("command", "prefix"),
    [
        (f"gunicorn --bind 127.0.0.1:{{port}} --preload --workers 2 {WSGI}", ""),
        (f"gunicorn --bind 127.0.0.1:{{port}} --workers 2 --threads 4 {WSGI}", "/async"),
        (f"uvicorn --host 127.0.0.1 --port {{port}} {ASGI}", "/async"),
        (f"uvicorn --host 127.0.0.1 --port {{port}} {ASGI}", ""),
        ("django runserver --noreload 127.0.0.1:{port}", ""),
    ],
    ids=["gunicorn preload", "gunicorn threads, async views", "uvicorn", "uvicorn, sync views", "runserver noreload"],
)
def test_every_event_arrives_once(run: Run, segment_server: CollectorServer, command: str, prefix: str) -> None:
    application = run(*command.split())
    application.get_all([f"{prefix}/books/{number}/" for number in range(REQUESTS)])
    assert segment_server.messages == []
    output = application.end(signal.SIGTERM)
    assert_all_arrived_once(segment_server, output)


def test_the_reloading_development_server_delivers_when_its_child_ends(
    run: Run, segment_server: CollectorServer
) -> None:
    """As at every saved file and at Ctrl-C."""
    application = run("django", "runserver", "127.0.0.1:{port}")
    child = int(application.get("/pid/"))
    assert child != application.process.pid
    application.get_all([f"/books/{number}/" for number in range(REQUESTS)])
    output = application.end(signal.SIGTERM, pid=child)
    assert_all_arrived_once(segment_server, output)
