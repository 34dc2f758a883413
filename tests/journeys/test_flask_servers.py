"""From 200 HTTP requests to the wire under the servers people run Flask on: a SIGTERM right after the last loses nothing."""

from __future__ import annotations

import os
import signal

import pytest

from segment_web.collector import CollectorServer
from tests.journeys.conftest import Run
from tests.journeys.test_servers import REQUESTS, assert_all_arrived_once

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no SIGTERM as servers know it")

WSGI = "tests.journeys.flask_application:app"
BOOKS = [f"/books/{number}/" for number in range(REQUESTS)]
FLASK = f"flask --app {WSGI} run --host 127.0.0.1 --port {{port}}"


@pytest.mark.parametrize(
    "command",
    [
        f"gunicorn --bind 127.0.0.1:{{port}} --preload --workers 2 {WSGI}",
        f"waitress --listen 127.0.0.1:{{port}} {WSGI}",
        f"{FLASK} --no-reload",
        "uvicorn --host 127.0.0.1 --port {port} tests.journeys.flask_asgi:application",
    ],
    ids=["gunicorn preload", "waitress", "flask run", "uvicorn"],
)
def test_every_event_arrives_once(run: Run, segment_server: CollectorServer, command: str) -> None:
    application = run(*command.split())
    application.get_all(BOOKS)
    assert segment_server.messages == []
    output = application.end(signal.SIGTERM)
    assert_all_arrived_once(segment_server, output)


def test_the_reloading_server_delivers_when_its_child_ends(run: Run, segment_server: CollectorServer) -> None:
    """As at every saved file and at Ctrl-C."""
    application = run(*FLASK.split(), "--reload")
    child = int(application.get("/pid/"))
    assert child != application.process.pid
    application.get_all(BOOKS)
    output = application.end(signal.SIGTERM, pid=child)
    assert_all_arrived_once(segment_server, output)
