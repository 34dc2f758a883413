"""A program that names a user is not a bot, and its address and agent are not that user's device."""

from __future__ import annotations

from typing import Any

import pytest

from segment_web.collector import CollectorServer
from tests.contracts.browser import CHROME, Browser
from tests.contracts.conftest import Framework
from tests.contracts.said import label, said

STRIPE = "Stripe/1.0 (+https://stripe.com/docs/webhooks)"
NODE = "node"


def devices(messages: list[dict[str, Any]]) -> list[tuple[str, str | None, bool]]:
    return [(label(one), one["context"].get("userAgent"), "ip" in one["context"]) for one in messages]


def test_a_webhooks_message_is_recorded_without_its_senders_device(
    framework: Framework, segment: CollectorServer
) -> None:
    app = framework.app()
    for agent in (STRIPE, "", CHROME):
        sender = Browser(app, agent=agent)
        sender.post("/webhook?customer=42")
        assert sender.anonymous_id is None
    assert devices(said(app, segment)) == [("Invoice Paid", None, False)] * 3


def test_a_visitor_may_be_named(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app()
    visitor = Browser(app)
    visitor.get("/seen")
    visitor.post("/webhook?customer=42")
    assert devices(said(app, segment)) == [("Seen", CHROME, True), ("Invoice Paid", CHROME, True)]


def test_a_users_request_that_names_another_user(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app()
    staff = Browser(app)
    staff.post("/sign-up?name=anna")
    staff.post("/webhook?customer=somebody-else")
    *_, paid = said(app, segment)
    assert (paid["userId"], *devices([paid])) == ("somebody-else", ("Invoice Paid", None, False))
    assert "anonymousId" not in paid, "the customer and the member of staff would be one person"


def test_a_flagged_bot_names_no_user(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app(bots="flag")
    sender = Browser(app, agent=STRIPE)
    sender.get("/seen")
    sender.post("/webhook?customer=42")
    assert [one["context"].get("bot") for one in said(app, segment)] == [True, None]


def test_who_signs_up_by_a_program_has_their_group(framework: Framework, segment: CollectorServer) -> None:
    app = framework.app(group="id")
    Browser(app, agent=NODE).post("/sign-up?name=anna")
    messages = said(app, segment)
    assert [(label(one), one["context"].get("groupId") == one["userId"]) for one in messages] == [
        ("identify", True),
        ("Signed Up", True),
    ]


@pytest.mark.parametrize("mode", ["issue", "off"])
def test_a_login_and_what_follows_are_not_a_bots(framework: Framework, segment: CollectorServer, mode: str) -> None:
    """As where a frontend on a server of its own logs people in, and acts for them with their session."""
    app = framework.app(cookie={"mode": mode})
    Browser(app).post("/sign-up?name=anna")
    frontend = Browser(app, agent=NODE)
    frontend.post("/sign-in?name=anna")
    frontend.get("/seen")
    frontend.post("/sign-out")
    frontend.get("/seen")
    messages = said(app, segment)
    assert devices(messages[:2]) == [("identify", CHROME, True), ("Signed Up", CHROME, True)]
    assert [label(one) for one in messages[2:]] == ["identify", "Signed In", "Seen", "Signed Out"]
    assert not any("anonymousId" in one for one in messages[2:])
    assert frontend.anonymous_id is None
