"""What is a valid answer about consent, and the cookie that keeps one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from segment_web.consent import CookieConsent
from segment_web.errors import ConfigError
from segment_web.logs import log
from segment_web.settings import load
from segment_web.web.consent.categories import MAX_CATEGORIES, preferences
from segment_web.web.consent.terms import INVALID, NOT_YET, REFUSED, Consent, Terms
from tests.core.plain_request import PlainRequest, scope_of

SOME = {"analytics": True, "ads": False}
WRITTEN = "%7B%22analytics%22%3Atrue%2C%22ads%22%3Afalse%7D"
VALID: list[Any] = [{}, SOME, {"Advertising": False}, {"a" * 34: True}, {"C0001": True}, {"été": True}, {"a b": True}]
INVALID_ANSWERS: list[Any] = [
    {"1st": True},
    {"": True},
    {"a" * 35: True},
    {7: True},
    {"a\nb": True},
    {"\ud800": True},
    {"a": "yes"},
    {"a": 1},
    {"a": None},
    dict.fromkeys(map("c{}".format, range(MAX_CATEGORIES + 1)), True),
    ["analytics"],
    "true",
    1,
]


@pytest.mark.parametrize("answer", VALID)
def test_categories_are_booleans_by_their_ids(answer: dict[str, bool]) -> None:
    assert preferences(answer) == answer


@pytest.mark.parametrize("answer", INVALID_ANSWERS, ids=repr)
def test_everything_else_is_no_yes(answer: object) -> None:
    with pytest.raises(ValueError, match=r"^(be|have|name) "):
        preferences(answer)
    consent = Terms(ask=lambda request: answer).consent(PlainRequest())
    assert consent == Consent(INVALID, None, False)


@pytest.mark.parametrize(
    ("answer", "consent"),
    [
        (True, Consent(None, None, True)),
        (False, Consent(REFUSED, None, True)),
        (None, Consent(NOT_YET, None, False)),
        (SOME, Consent(None, SOME, True)),
        ({"ads": False}, Consent(REFUSED, {"ads": False}, True)),
        ({}, Consent(REFUSED, {}, True)),
    ],
    ids=repr,
)
def test_what_an_answer_means(answer: object, consent: Consent) -> None:
    assert Terms(ask=lambda request: answer).consent(PlainRequest()) == consent


def test_without_a_setting_nobody_is_asked() -> None:
    assert scope_of(PlainRequest()).consent == Consent(None, None, False)


def test_a_category_may_be_required() -> None:
    reader = CookieConsent(required="analytics")
    for answer, allowed in (({"ads": True}, False), ({"analytics": False, "ads": True}, False), (SOME, True)):
        header = f"segment_consent={reader.write(answer)}"
        assert Terms(reader).consent(PlainRequest(cookies=header)).allowed == allowed
        assert reader(Native(header)) == (answer if allowed else False)


class Native:
    """As much as a reader needs of a framework's own request."""

    def __init__(self, header: str) -> None:
        self.headers = {"Cookie": header}


def test_the_cookie_is_what_a_banner_would_write() -> None:
    assert CookieConsent().write(SOME) == WRITTEN
    assert (CookieConsent().write(True), CookieConsent().write(False)) == ("true", "false")


@pytest.mark.parametrize(
    ("header", "answer"),
    [
        (f"a=1; segment_consent={WRITTEN}; b=2", SOME),
        ('segment_consent={"analytics":true,"ads":false}', SOME),
        ("segment_consent=true", True),
        ("segment_consent=false; segment_consent=true", False),
        ("my_segment_consent=true", None),
        ("segment_consent=", None),
        ("segment_consent=1", None),
        ("segment_consent=null", None),
        ("segment_consent=%ff", None),
        ('segment_consent={"analytics":"true"}', None),
        ('segment_consent={"1":true}', None),
        (f"segment_consent={'[' * 4_000}", None),
        ("", None),
    ],
)
def test_the_cookie_is_read(header: str, answer: object) -> None:
    assert CookieConsent().read(header) == answer


@given(st.dictionaries(st.text(min_size=1, max_size=34), st.booleans(), max_size=10))
@example({"analytics": True})
def test_what_was_written_is_read(answer: dict[str, bool]) -> None:
    text = CookieConsent().write(answer)
    assert all(char.isalnum() or char in "%_.-~" for char in text), "no framework has anything to quote"
    try:
        expected = preferences(answer)
    except ValueError:
        assert CookieConsent().read(f"segment_consent={text}") is None
    else:
        assert CookieConsent().read(f"segment_consent={text}") == expected


@given(st.text())
def test_no_cookie_makes_the_reader_raise(text: str) -> None:
    CookieConsent().read(f"segment_consent={text}")


@pytest.mark.parametrize("options", [{"name": ""}, {"name": "a;b"}, {"age": 0}, {"age": 365 * 86_400 + 1}])
def test_a_cookie_that_cannot_be_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        CookieConsent(**options)


@pytest.mark.parametrize("text", ["accepted", "yes!", "1.5", "isGpcEnabled=0&groups=C0001%3A1", "{stamp:%27x%27}"])
def test_a_cookie_of_another_form_is_logged_once_without_its_text(text: str, caplog: pytest.LogCaptureFixture) -> None:
    log.forget()
    for _ in range(2):
        assert CookieConsent(name="choice").read(f"choice={text}") is None
    [line] = caplog.messages
    assert "the cookie choice is no percent-encoded JSON" in line
    assert "set consent to a callable" in line
    assert text not in line


def test_a_visitor_without_the_cookie_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    log.forget()
    assert CookieConsent().read("other=1") is None
    assert caplog.messages == []


@pytest.mark.parametrize("written", ["cookie", "segment_web.web.consent.cookie.CookieConsent"])
def test_the_setting_may_come_from_the_environment(written: str) -> None:
    settings = load(environ={"SEGMENT_CONSENT": written, "SEGMENT_RESPECT_GPC": "1"})
    terms = Terms.of(settings)
    assert (terms.gpc, terms.dnt) == (True, False)
    assert callable(terms.ask)


def test_a_setting_that_is_no_callable_is_refused() -> None:
    with pytest.raises(ConfigError, match="consent"):
        load({"consent": "cookies"}, environ={})
