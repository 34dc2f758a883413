"""A visit and a change of persons in a real browser, on each framework; what hangs on the browser alone is beside it."""

from __future__ import annotations

from tests.browser.content import Content
from tests.browser.test_in_chromium import HEAD, HOST, KNOWN, Open


def test_a_first_visit(visit_each: Open) -> None:
    opened = visit_each(Content(head=HEAD, say=lambda segment: segment.browser.track("Trial Started", {"plan": "pro"})))
    page, track = sorted(opened.go("/?utm_source=letter", messages=2), key=lambda message: message["type"])
    assert (page["type"], page["name"]) == ("page", "Home")
    assert (track["event"], track["properties"]) == ("Trial Started", {"plan": "pro"})
    assert page["context"]["page"]["url"] == f"{opened.url}/?utm_source=letter"
    assert page["anonymousId"] == track["anonymousId"] == opened.cookies["ajs_anonymous_id"][0]
    assert (opened.complaints, opened.hosts) == ([], {HOST})


def test_the_next_person_at_this_computer_is_somebody_else(visit_each: Open) -> None:
    """Server and browser agree on the new anonymous id, and localStorage does not bring the old user back."""
    opened = visit_each(KNOWN, user_id="username", user_traits=["username"])
    first = opened.go(messages=1)[0]["anonymousId"]
    opened.go("/sign-in?name=anna")
    opened.go(messages=3)
    assert opened.stored("ajs_user_traits") == {"username": "anna"}
    opened.go("/sign-out")
    second = opened.cookies["ajs_anonymous_id"][0]
    opened.go(messages=4)
    assert (opened.stored("ajs_user_id"), opened.stored("ajs_user_traits")) == (None, None)
    opened.go("/sign-in?name=berta")
    messages = opened.go(messages=6)
    assert [(message["anonymousId"], message["userId"]) for message in messages] == [
        *[(first, None), (first, "anna"), (first, "anna")],
        *[(second, None), (second, "berta"), (second, "berta")],
    ]
    assert [message["traits"] for message in messages[4:] if "traits" in message] == [{"username": "berta"}]
    assert opened.complaints == []
