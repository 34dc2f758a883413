"""What the extension adds to a bare Flask view."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, request, session

from benchmarks.events import PROPERTIES
from benchmarks.requests import environ
from benchmarks.timing import interleaved, table
from segment_web.flask import Segment, current_segment


def app(*, ours: bool, **options: Any) -> Flask:
    made = Flask(__name__)
    made.secret_key = "benchmark"
    if ours:
        roomy = {"flush_interval": 3600, "queue_size": 10**9, "queue_bytes": 2**40}
        quiet = {"delivery": "null", **roomy} if "host" not in options else {}
        Segment(made, write_key="k" * 32, **quiet, **options)

    @made.get("/bare")
    def bare() -> str:
        return "<p>Hello</p>"

    @made.get("/track")
    def one_track() -> str:
        current_segment.track("Order Completed", PROPERTIES)
        return "<p>Hello</p>"

    return made


def app_by_hand(**options: Any) -> tuple[Flask, Any]:
    """What a team writes around segment-analytics-python: a page call with the request's context, the cookie's id.

    Without a ``host`` the client sends nothing. Return the application and the client.
    """
    from segment.analytics import Client

    made = Flask(__name__)
    made.secret_key = "benchmark"
    client = Client("k" * 32, max_queue_size=10**9, send="host" in options, **options)

    @made.after_request
    def page(response: Response) -> Response:
        client.page(session.get("user_id"), properties=page_by_hand(), **common_by_hand())
        return response

    @made.get("/track")
    def one_track() -> str:
        client.track(session.get("user_id"), "Order Completed", PROPERTIES, **common_by_hand())
        return "<p>Hello</p>"

    return made, client


def common_by_hand() -> dict[str, Any]:
    names = {"source": "utm_source", "medium": "utm_medium", "name": "utm_campaign"}
    context = {
        "ip": request.remote_addr,
        "userAgent": request.headers.get("User-Agent", ""),
        "locale": request.headers.get("Accept-Language", "").partition(",")[0],
        "page": page_by_hand(),
        "campaign": {ours: request.args[theirs] for ours, theirs in names.items() if theirs in request.args},
    }
    return {"anonymous_id": request.cookies.get("ajs_anonymous_id"), "context": context}


def page_by_hand() -> dict[str, str]:
    query = request.query_string.decode()
    referrer = request.headers.get("Referer", "")
    return {"path": request.path, "url": request.url, "search": f"?{query}", "referrer": referrer}


def served(application: Flask, url: str) -> Callable[[], object]:
    def start(status: str, headers: Any, *rest: Any) -> None:
        assert status == "200 OK"

    def answer() -> None:
        response: Any = application(environ(url), start)
        b"".join(response)
        response.close()

    return answer


def main() -> None:
    rows = {
        "bare": served(app(ours=False), "/bare"),
        "segment_web, tracks nothing": served(app(ours=True), "/bare"),
        "segment_web, one track": served(app(ours=True), "/track"),
    }
    print(table("A Flask request, CPU", interleaved(rows, calls=1000, collecting=True), "bare"))
    rows = {
        "bare": rows["bare"],
        "segment_web, one page and one track": served(app(ours=True, page_views=True), "/track"),
    }
    if importlib.util.find_spec("segment") is not None:
        rows["segment-analytics-python by hand, the same two"] = served(app_by_hand()[0], "/track")
    print(table("A Flask request with a page call, CPU", interleaved(rows, calls=1000, collecting=True), "bare"))


if __name__ == "__main__":
    main()
