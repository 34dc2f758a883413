"""Visits are signed with the application's secret key, else with the write key; cached views make none."""

from __future__ import annotations

import functools
from typing import Any

import pytest
from flask import Flask

from segment_web.flask import Segment, current_segment
from segment_web.testing import CapturedEvents
from tests.flask.conftest import browser_of


def tracking(**config: Any) -> Flask:
    app = Flask("shop")
    app.config |= config
    Segment(app, write_key="key", delivery="null", visit=True)
    app.add_url_rule("/", view_func=lambda: str(current_segment.track("Seen")))
    return app


def ids(events: CapturedEvents) -> list[str]:
    return [event["context"]["visit"]["id"] for event in events]


@pytest.mark.parametrize(("fallbacks", "survives"), [(["old"], True), ([], False), (None, False)])
def test_a_visit_survives_a_new_secret_key(events: CapturedEvents, fallbacks: list[str] | None, survives: bool) -> None:
    app = tracking(SECRET_KEY="old")
    browser = browser_of(app)
    browser.get("/")
    app.config |= {"SECRET_KEY": b"new", "SECRET_KEY_FALLBACKS": fallbacks}
    browser.get("/")
    first, second = ids(events)
    assert (first == second) is survives


def test_an_application_without_a_secret_key_signs_with_the_write_key(events: CapturedEvents) -> None:
    browser = browser_of(tracking())
    browser.get("/")
    browser.get("/")
    assert len(set(ids(events))) == 1


def test_a_visit_is_known_to_the_view(events: CapturedEvents) -> None:
    """Reading it begins none."""
    app = tracking(SECRET_KEY="key")
    app.add_url_rule("/look", view_func=lambda: {"visit": current_segment.visit}, endpoint="look")
    browser = browser_of(app)
    assert browser.get("/look").json == {"visit": None}
    assert browser.get_cookie("segment_visit") is None
    browser.get("/?utm_source=news")
    assert browser.get("/look").json == {"visit": events[0]["context"]["visit"]}


def test_a_cached_view_makes_no_event_and_carries_no_cookie(events: CapturedEvents) -> None:
    """As with Flask-Caching, which keeps what a view returned."""
    app = tracking(SECRET_KEY="key")
    app.add_url_rule(
        "/cached", view_func=functools.cache(lambda: str(current_segment.track("Seen"))), endpoint="cached"
    )
    first, *hits = [browser_of(app).get("/cached") for _ in range(3)]
    assert "segment_visit=" in str(first.headers)
    assert [(hit.headers.getlist("Set-Cookie"), "Vary" in hit.headers) for hit in hits] == [([], False)] * 2
    assert len(events) == 1
