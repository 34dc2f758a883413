"""Application servers: 200 requests, SIGTERM right after the last response, and every event arrives once."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from segment_web.collector import CollectorServer
from tests.journeys.conftest import Application

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no SIGTERM as servers know it")

REQUESTS = 200
WSGI = "tests.journeys.project.wsgi:application"
ASGI = "tests.journeys.project.asgi:application"
UNWRAPPED = "tests.journeys.project.unwrapped:application"
GUNICORN = "gunicorn --bind 127.0.0.1:{port} --workers 2"
UWSGI = "tests.processes.run_uwsgi --http-socket 127.0.0.1:{port} --master --need-app"
# Plain die-on-term ends a worker in the middle of a request, and then without its exit handlers.
GRACEFUL = ["--hook-master-start", "unix_signal:15 gracefully_kill_them_all"]

SERVERS = {
    "gunicorn gthread": ("gunicorn", f"{GUNICORN} --worker-class gthread --threads 4 {WSGI}"),
    # One worker: a SIGTERM that comes while another still patches its modules is lost, on which gunicorn waits for 30 seconds.
    "gunicorn gevent": ("gevent", f"{GUNICORN} --workers 1 --worker-class gevent {WSGI}"),
    "gunicorn gevent, preload": ("gevent", f"{GUNICORN} --workers 1 --worker-class gevent --preload {WSGI}"),
    "gunicorn with uvicorn's workers": ("uvicorn_worker", f"{GUNICORN} -k uvicorn_worker.UvicornWorker {ASGI}"),
    "gunicorn with uvicorn's workers, unwrapped": (
        "uvicorn_worker",
        f"{GUNICORN} -k uvicorn_worker.UvicornWorker {UNWRAPPED}",
    ),
    "gunicorn that renews its workers": ("gunicorn", f"{GUNICORN} --max-requests 50 {WSGI}"),
    "uWSGI": ("pyuwsgi", f"{UWSGI} --processes 2 --enable-threads --py-call-uwsgi-fork-hooks --module {WSGI}"),
    # One worker: uWSGI does not end one that is still loading its application.
    "uWSGI, lazy-apps": ("pyuwsgi", f"{UWSGI} --enable-threads --lazy-apps --module {WSGI}"),
    "uWSGI, gevent": (
        "pyuwsgi",
        f"{UWSGI} --enable-threads --py-call-uwsgi-fork-hooks --gevent 20 --module {WSGI}",
    ),
    "hypercorn": ("hypercorn", f"hypercorn --bind 127.0.0.1:{{port}} --workers 2 {ASGI}"),
    "daphne": ("daphne", f"daphne -b 127.0.0.1 -p {{port}} {ASGI}"),
}
Run = Callable[[list[str]], Application]


@pytest.fixture
def run(segment_server: CollectorServer) -> Iterator[Run]:
    started: list[Application] = []

    def start(command: list[str]) -> Application:
        started.append(Application(command, segment_server.url))
        return started[-1]

    yield start
    for application in started:
        application.kill()


def command(line: str) -> list[str]:
    return [*line.split(), *(GRACEFUL if line.startswith(UWSGI) else [])]


@pytest.mark.parametrize(("module", "line"), SERVERS.values(), ids=SERVERS)
def test_every_event_arrives_once(run: Run, segment_server: CollectorServer, module: str, line: str) -> None:
    pytest.importorskip(module, reason=f"{module} is not installed")
    application = run(command(line))
    application.get_all([f"/books/{number}/" for number in range(REQUESTS)])
    output = application.end(signal.SIGTERM)
    arrived = Counter((m["type"], m.get("properties", {}).get("number")) for m in segment_server.messages)
    expected = Counter({("track", number): 1 for number in range(REQUESTS)}) + Counter({("page", None): REQUESTS})
    assert arrived == expected, output
    assert segment_server.discarded == []
    assert "Traceback" not in output
    assert "segment_web:" not in output


def test_uvicorn_that_loses_messages_is_told_so_once(run: Run, segment_server: CollectorServer) -> None:
    pytest.importorskip("uvicorn", reason="uvicorn is not installed")
    application = run(["uvicorn", "--port", "{port}", UNWRAPPED])
    application.get_all([f"/books/{number}/" for number in range(20)])
    output = application.end(signal.SIGTERM)
    told = [line for line in output.splitlines() if "segment_web:" in line]
    assert ["SegmentASGI(application), from segment_web.asgi" in line for line in told] == [True], output
    assert segment_server.messages == []


def test_uwsgi_that_lacks_an_option_is_told_so_once(run: Run, segment_server: CollectorServer) -> None:
    pytest.importorskip("pyuwsgi", reason="pyuwsgi is not installed")
    application = run(command(f"{UWSGI} --processes 2 --module {WSGI}"))
    application.get_all([f"/books/{number}/" for number in range(20)])
    output = application.end(signal.SIGTERM)
    told = [line for line in output.splitlines() if "segment_web:" in line]
    assert 1 <= len(told) <= 2, output  # one in each worker that had an event
    assert {line.partition(": ")[2].partition(":")[0] for line in told} == {
        "uWSGI runs without py-call-uwsgi-fork-hooks"
    }
