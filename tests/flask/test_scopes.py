"""Whose scope is current: streams, copied contexts, nested requests and preserved contexts never mix two visitors."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask, copy_current_request_context, request, stream_with_context
from flask.testing import FlaskClient

import segment_web
from segment_web.flask import Segment, current_segment
from segment_web.testing import CapturedEvents
from tests.flask.conftest import browser_of


def known_as(client: FlaskClient, anonymous_id: str) -> FlaskClient:
    client.set_cookie("ajs_anonymous_id", anonymous_id)
    return client


def test_outside_of_a_request_it_is_a_clear_error(app: Flask) -> None:
    with app.app_context(), pytest.raises(RuntimeError, match="belongs to a request"):
        current_segment.track("Lost")


def test_without_the_extension_it_is_a_clear_error() -> None:
    with Flask("bare").test_request_context(), pytest.raises(RuntimeError, match=r"Segment\(app\)"):
        current_segment.track("Lost")


def test_module_functions_and_client_speak_for_the_visitor(
    app: Flask, browser: FlaskClient, events: CapturedEvents
) -> None:
    @app.get("/")
    def view() -> str:
        segment_web.track("By Module")
        app.extensions["segment"].client.track("By Client")
        current_segment.track("By Request")
        return "ok"

    known_as(browser, "visitor").get("/")
    assert [event["anonymousId"] for event in events] == ["visitor"] * 3


def test_scope_blocks_in_a_view_are_inside_of_the_request(
    app: Flask, browser: FlaskClient, events: CapturedEvents
) -> None:
    @app.get("/")
    def view() -> str:
        with segment_web.scope(user_id="u1"):
            segment_web.track("Inside")
            current_segment.track("Inside")
        segment_web.track("Outside")
        return "ok"

    known_as(browser, "visitor").get("/")
    events.assert_tracked("Inside", user_id="u1", anonymous_id="visitor", count=2)
    assert "userId" not in events.named("Outside")[0]


def test_a_job_that_is_done_within_a_request_is_its_own_visitors(
    app: Flask, browser: FlaskClient, events: CapturedEvents
) -> None:
    @app.get("/")
    def view() -> str:
        with segment_web.resume({"anonymous_id": "another"}):
            segment_web.track("Job")
            current_segment.track("Request")
        return str(current_segment.snapshot() == segment_web.snapshot())

    assert known_as(browser, "visitor").get("/").text == "True"
    assert events.named("Job")[0]["anonymousId"] == "another"
    assert events.named("Request")[0]["anonymousId"] == "visitor"


def test_a_request_inside_of_a_scope_block_is_another_visitors(
    app: Flask, browser: FlaskClient, events: CapturedEvents
) -> None:
    app.add_url_rule("/", view_func=lambda: str(segment_web.track("Seen")))
    with segment_web.scope(user_id="somebody else"):
        known_as(browser, "visitor").get("/")
    seen = events.assert_tracked("Seen", anonymous_id="visitor")
    assert "userId" not in seen


def test_each_chunk_of_a_stream_is_made_in_the_requests_scope(
    app: Flask, browser: FlaskClient, events: CapturedEvents
) -> None:
    @app.get("/")
    def view() -> Iterator[str]:
        @stream_with_context
        def chunks() -> Iterator[str]:
            for number in range(3):
                segment_web.track("Chunk", {"number": number, "path": request.path})
                yield str(number)

        return chunks()

    assert known_as(browser, "visitor").get("/").text == "012"
    assert [event["anonymousId"] for event in events.named("Chunk")] == ["visitor"] * 3


def test_a_stream_that_is_given_up_leaves_no_scope(app: Flask, browser: FlaskClient, events: CapturedEvents) -> None:
    @app.get("/")
    def view() -> Iterator[str]:
        return stream_with_context(iter(["one", "two"]))

    response = browser.get("/", buffered=False)
    next(response.response)  # type: ignore[call-overload]
    response.close()
    with app.app_context():
        segment_web.track("Afterwards", user_id="u1")
    assert "anonymousId" not in events.named("Afterwards")[0]


def test_a_copied_context_in_a_thread_speaks_for_the_visitor(
    app: Flask, browser: FlaskClient, events: CapturedEvents
) -> None:
    @app.get("/")
    def view() -> str:
        thread = threading.Thread(target=copy_current_request_context(lambda: segment_web.track("In Thread")))
        thread.start()
        thread.join()
        return "ok"

    known_as(browser, "visitor").get("/")
    events.assert_tracked("In Thread", anonymous_id="visitor")


def test_an_id_made_in_a_copied_context_is_the_requests(
    app: Flask, browser: FlaskClient, events: CapturedEvents
) -> None:
    @app.get("/")
    def view() -> str:
        thread = threading.Thread(target=copy_current_request_context(lambda: segment_web.track("In Thread")))
        thread.start()
        thread.join()
        segment_web.track("In View")
        return "ok"

    browser.get("/")
    cookie = browser.get_cookie("ajs_anonymous_id")
    assert cookie is not None
    assert {event["anonymousId"] for event in events} == {cookie.value}


@pytest.mark.parametrize("same", [True, False], ids=["same application", "another application"])
def test_a_request_in_a_request(app: Flask, browser: FlaskClient, events: CapturedEvents, same: bool) -> None:
    other = app if same else Flask("other")
    if not same:
        Segment(other, write_key="other", delivery="null")
    other.add_url_rule("/inner", view_func=lambda: str(segment_web.track("Inner")), endpoint="inner")

    @app.get("/outer")
    def outer() -> str:
        segment_web.track("Before")
        known_as(browser_of(other), "inner").get("/inner")
        segment_web.track("After")
        return "ok"

    known_as(browser, "outer").get("/outer")
    said = [(event["event"], event["anonymousId"]) for event in events]
    assert said == [("Before", "outer"), ("Inner", "inner"), ("After", "outer")]


def test_another_applications_context_in_a_request_does_not_take_its_visitor(
    app: Flask, browser: FlaskClient, events: CapturedEvents
) -> None:
    other = Flask("other")
    Segment(other, write_key="other", delivery="null", app={"name": "other"})

    @app.get("/")
    def view() -> str:
        with other.app_context():
            current_segment.track("Seen")
        return "ok"

    known_as(browser, "visitor").get("/")
    assert "app" not in events.assert_tracked("Seen", anonymous_id="visitor")["context"]


def test_a_preserved_context_is_the_last_requests(app: Flask, browser: FlaskClient, events: CapturedEvents) -> None:
    app.add_url_rule("/", view_func=lambda: "ok")
    with browser:
        for visitor in ("first", "second"):
            known_as(browser, visitor).get("/")
            assert current_segment.anonymous_id == visitor
    with pytest.raises(RuntimeError):
        _ = current_segment.anonymous_id


def test_parallel_requests_do_not_mix(app: Flask, events: CapturedEvents) -> None:
    barrier = threading.Barrier(8)

    @app.get("/<name>")
    def view(name: str) -> str:
        segment_web.track("Before", {"name": name})
        barrier.wait(10)
        segment_web.track("After", {"name": name})
        return name

    threads = [
        threading.Thread(target=known_as(browser_of(app), f"v{number}").get, args=(f"/v{number}",))
        for number in range(barrier.parties)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(events) == 2 * barrier.parties
    assert all(event["anonymousId"] == event["properties"]["name"] for event in events)


def test_view_that_raises_says_what_it_said_and_no_page(events: CapturedEvents) -> None:
    app = Flask("shop")
    Segment(app, write_key="key", delivery="null", page_views=True)

    @app.get("/")
    def view() -> str:
        current_segment.track("Before")
        raise RuntimeError("the view's own")

    assert browser_of(app).get("/").status_code == 500
    assert [event["type"] for event in events] == ["track"]


def test_a_request_context_made_by_hand(app: Flask, events: CapturedEvents) -> None:
    with app.test_request_context("/cart", headers={"Cookie": "ajs_anonymous_id=visitor"}):
        current_segment.track("Seen")
    events.assert_tracked("Seen", anonymous_id="visitor", context={"page": {"path": "/cart"}})
