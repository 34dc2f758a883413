"""Real application servers in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

import pytest

from segment_web.collector import CollectorServer
from tests.django.browser import CHROME
from tests.ports import own_port

ROOT = Path(__file__).parents[2]
START_SECONDS = 20.0
STOP_SECONDS = 15.0
VISITORS = 4  # at once


class Application:
    """The journeys' project, run by ``command`` with ``{port}`` filled in."""

    def __init__(self, command: list[str], segment_host: str) -> None:
        self.port = own_port()
        environ = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.journeys.project.settings",
            "JOURNEY_SEGMENT_HOST": segment_host,
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
        }
        filled = [sys.executable, "-m", *(part.format(port=self.port) for part in command)]
        self.process = subprocess.Popen(
            filled, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._wait_until_it_answers()

    def get(self, path: str) -> str:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path, headers={"User-Agent": CHROME, "Cookie": "ajs_anonymous_id=0f1e2d3c"})
            answer = connection.getresponse()
            body = answer.read().decode()
            assert answer.status == 200, body
            return body
        finally:
            connection.close()

    def get_all(self, paths: list[str]) -> None:
        with ThreadPoolExecutor(VISITORS) as visitors:
            list(visitors.map(self.get, paths))

    def end(self, number: int, *, pid: int | None = None) -> str:
        """Sends the signal to the server (or to ``pid``) and returns all that the server wrote."""
        os.kill(pid or self.process.pid, number)
        output, _ = self.process.communicate(timeout=STOP_SECONDS)
        return output

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                self.get("/pid/")
                return
            except OSError:
                time.sleep(0.05)  # nothing tells when a port is listened to
        self.process.kill()
        raise AssertionError(self.process.communicate()[0])


Run = Callable[..., Application]


@pytest.fixture
def run(segment_server: CollectorServer) -> Iterator[Run]:
    """Runs the project under a server, delivering to the collector."""
    started: list[Application] = []

    def start(*command: str) -> Application:
        started.append(Application(list(command), segment_server.url))
        return started[-1]

    yield start
    for application in started:
        application.kill()
