"""Cookies of any content, under each name that is read here: an answer like any other, and no error of ours."""

from __future__ import annotations

import logging
import random

import pytest

from segment_web.collector import CollectorServer
from segment_web.logs import log
from tests.contracts.browser import Browser
from tests.contracts.conftest import Framework
from tests.contracts.said import said
from tests.effort import scaled

ROUNDS = scaled(150)  # for each framework
NAMES = ["ajs_anonymous_id", "ajs_user_id", "ajs_group_id", "segment_visit", "segment_consent", "segment_web_reset"]
PIECES = [
    "",
    " ",
    '"',
    "%22",
    "%",
    "%ff",
    "%00",
    "%0d%0a",
    "v1.",
    ".",
    "=",
    "ä",
    "true",
    "null",
    "{}",
    "%7B%22a%22%3Atrue%7D",
]
PIECES += ["[" * 3_000, "9" * 3_900, "x" * 130, "x" * 9_000, "new", "W10", "1e999", "%F0%9F%98%80", "\\u", "\x7f"]
PATHS = ["/seen", "/look", "/page", "/stream", "/public"]
POSTS = ["/sign-in?name=anna", "/sign-out", "/consent?to=true", "/newsletter?email=a@example.com"]


def junk(chance: random.Random, known: dict[str, str]) -> str:
    """A Cookie header; what was once good is cut, and mixed with the rest."""
    pieces = [*PIECES, *(value[: chance.randrange(len(value) + 1)] for value in known.values())]
    cookies = [
        f"{chance.choice([*known, *NAMES])}={''.join(chance.choices(pieces, k=chance.randrange(4)))}" for _ in range(6)
    ]
    return chance.choice(["; ", ";", " ;\t"]).join(cookies)


def test_no_cookie_breaks_an_answer(
    framework: Framework, segment: CollectorServer, caplog: pytest.LogCaptureFixture
) -> None:
    log.forget()
    caplog.set_level(logging.ERROR)
    app = framework.app(visit=True, group="id", consent="cookie", page_views=True)
    member, chance = Browser(app), random.Random(20_261_122)
    member.cookies["segment_consent"] = "%7B%22a%22%3Atrue%7D"
    member.post("/sign-up?name=anna")
    known = {**member.cookies}
    for _ in range(ROUNDS):
        path = chance.choice([*PATHS, *POSTS])
        request = member.request("POST" if path in POSTS else "GET", path)
        assert app.driver.request(request._replace(cookies=junk(chance, known))).status == 200
    assert said(app, segment)
    assert [record.getMessage() for record in caplog.records] == []
