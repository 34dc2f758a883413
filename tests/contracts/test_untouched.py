"""A request that says nothing is answered as if segment_web were not there."""

from __future__ import annotations

import pytest

from segment_web.collector import CollectorServer
from tests.contracts.app import Answer
from tests.contracts.browser import Browser
from tests.contracts.conftest import Framework
from tests.contracts.said import said

PATHS = ["/nothing", "/nowhere", "/page"]


def visit(framework: Framework, path: str, *, on: bool, signed_in: bool) -> Answer:
    visitor = framework.browser(on=on)
    if signed_in:
        visitor.post("/sign-up?name=anna")
        visitor.cookies.pop("ajs_anonymous_id", None)
    return visitor.get(path)


@pytest.mark.parametrize("signed_in", [False, True], ids=["stranger", "signed in"])
@pytest.mark.parametrize("path", PATHS)
def test_it_is_the_answer_without_to_the_last_header(framework: Framework, path: str, signed_in: bool) -> None:
    """Nor is the session looked into: frameworks then let the response vary by Cookie."""
    without = visit(framework, path, on=False, signed_in=signed_in)
    assert visit(framework, path, on=True, signed_in=signed_in) == without
    assert without.all("Set-Cookie") == []


def test_nothing_is_said(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app()
    for path in PATHS:
        Browser(app).get(path)
    assert said(app, segment) == []


def test_with_page_views_what_is_no_page_stays_untouched(framework: Framework) -> None:
    without = framework.browser(on=False).get("/nowhere")
    assert framework.browser(page_views=True).get("/nowhere") == without
