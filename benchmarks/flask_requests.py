"""What the extension adds to a bare Flask view."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from benchmarks.events import PROPERTIES
from benchmarks.requests import environ
from benchmarks.timing import interleaved, table
from segment_web.flask import Segment, current_segment


def app(*, ours: bool) -> Flask:
    made = Flask(__name__)
    made.secret_key = "benchmark"
    if ours:
        Segment(made, write_key="k" * 32, delivery="null", flush_interval=3600, queue_size=10**9, queue_bytes=2**40)

    @made.get("/bare")
    def bare() -> str:
        return "<p>Hello</p>"

    @made.get("/track")
    def one_track() -> str:
        current_segment.track("Order Completed", PROPERTIES)
        return "<p>Hello</p>"

    return made


def served(application: Flask, url: str) -> Callable[[], object]:
    def start(status: str, headers: Any, *rest: Any) -> None:
        assert status == "200 OK"

    def request() -> None:
        response: Any = application(environ(url), start)
        b"".join(response)
        response.close()

    return request


def main() -> None:
    rows = {
        "bare": served(app(ours=False), "/bare"),
        "segment_web, tracks nothing": served(app(ours=True), "/bare"),
        "segment_web, one track": served(app(ours=True), "/track"),
    }
    print(table("A Flask request, CPU", interleaved(rows, calls=1000), "bare"))


if __name__ == "__main__":
    main()
