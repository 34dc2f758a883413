"""The visitor's locale: what Flask-Babel chose, else what the browser asks for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask_babel import Babel

from segment_web.flask import current_segment
from segment_web.testing import CapturedEvents
from tests.flask.conftest import browser_of


@pytest.mark.parametrize(
    ("selector", "expected"),
    [(lambda: "pt_BR", "pt-BR"), (None, "de-AT"), (lambda: 1 / 0, "de-AT")],
    ids=["chosen", "only the default", "broken"],
)
def test_locale(app: Flask, events: CapturedEvents, selector: Callable[[], str] | None, expected: str) -> None:
    Babel(app, locale_selector=selector)
    app.add_url_rule("/", view_func=lambda: str(current_segment.track("Seen")))
    browser_of(app).get("/", headers={"Accept-Language": "de-AT,de;q=0.9"})
    events.assert_tracked("Seen", context={"locale": expected})
