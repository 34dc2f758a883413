"""Visits: told apart by idle time, the first one never forgotten, small whatever a URL holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segment_web.errors import ConfigError
from segment_web.messages.message import Message
from segment_web.settings import load
from segment_web.settings.visit import VisitSettings as Setting
from segment_web.web.cookies.signed import sign
from segment_web.web.request.response_cookies import RESET, write_cookies
from segment_web.web.visitor.visit import Touch, Visit, loaded
from tests.web.visitor import SHOP, PlainResponse, Visitor, said

NAME = "segment_visit"
CAMPAIGN = {"source": "news", "name": "spring"}
LANDING = "/spring?utm_source=news&utm_campaign=spring"
SEARCH = "https://search.example/"
BROWSERS_LARGEST = 4_096  # bytes of name and value
MINUTE = 60


def test_a_first_visit_is_its_own_first() -> None:
    visit = Visitor().event(LANDING, referrer=SEARCH)
    begun = {
        "startedAt": "2026-01-05T12:00:00.000Z",
        "landingPage": SHOP + LANDING,
        "referrer": SEARCH,
        "campaign": CAMPAIGN,
    }
    assert visit is not None
    assert visit == {"id": visit["id"], **begun, "first": begun}


def test_thirty_idle_minutes_begin_another_visit_which_knows_the_first() -> None:
    visitor = Visitor()
    first = visitor.event(LANDING, referrer=SEARCH)
    visitor.now += 30 * MINUTE
    second = visitor.event("/about")
    assert first is not None
    assert second is not None
    assert second["id"] != first["id"]
    assert second["landingPage"] == f"{SHOP}/about"
    assert "campaign" not in second
    assert second["first"] == first["first"]


def test_a_visit_goes_on_as_long_as_its_visitor_is_seen() -> None:
    visitor = Visitor()
    seen = []
    for _ in range(20):
        seen.append(visitor.event())
        visitor.now += 29 * MINUTE
    assert seen == [seen[0]] * 20


def test_the_cookie_is_written_once_a_minute_at_most() -> None:
    visitor, written = Visitor(), 0
    for _ in range(4 * MINUTE):
        visitor.event()
        written += NAME in visitor.given
        visitor.now += 1
    assert written == 4


def test_the_third_visit_still_knows_the_first() -> None:
    visitor = Visitor(visit={"idle": 10})
    visits = []
    for path in (LANDING, "/second?utm_source=other", "/third"):
        visits.append(visitor.event(path))
        visitor.now += 10
    first, _, third = visits
    assert first is not None
    assert third is not None
    assert third["first"] == first["first"]


def test_a_clock_that_runs_behind_ends_no_visit() -> None:
    visitor = Visitor()
    first = visitor.event()
    visitor.now -= 3 * 60 * MINUTE  # another machine's clock
    assert visitor.event() == first


def test_another_visitors_cookie_is_worth_nothing() -> None:
    one, other = Visitor(), Visitor()
    one.event(LANDING)
    other.event()
    other.jar[NAME] = one.jar[NAME]
    visit = other.event("/mine")
    assert visit is not None
    assert visit["first"]["landingPage"] == f"{SHOP}/mine"


def test_a_new_anonymous_id_is_a_new_visit_at_once() -> None:
    scope = Visitor().request("/sign-in")
    before = scope.kept(said(scope))["visit"]
    scope.renew(issue=True)
    assert scope.kept(said(scope))["visit"]["id"] != before["id"]


def test_what_is_said_of_another_visitor_is_not_in_this_ones_visit() -> None:
    scope = Visitor().request("/opened")
    assert scope.kept(Message("track", user_id="7", anonymous_id="0f1e2d3c-another")) == {}


def test_a_visit_that_ends_in_its_own_request_is_not_kept() -> None:
    """An event, then a logout: the response deletes what the event would have renewed."""
    visitor = Visitor()
    visitor.event()
    visitor.now += MINUTE
    scope = visitor.request("/sign-out")
    scope.kept(said(scope))
    scope.recall().forget(NAME)
    scope.renew(issue=True)
    visitor.keep(scope)
    assert (visitor.given[NAME].value, visitor.given[NAME].max_age) == ("", 0)


def test_a_logout_is_kept_although_its_page_is_for_all() -> None:
    """Else whoever comes next would be the one who has left."""
    visitor = Visitor()
    visitor.event()
    scope, response = visitor.request("/sign-out"), PlainResponse({"Cache-Control": "public, max-age=600"})
    scope.recall().forget(NAME)
    scope.renew(issue=True)
    write_cookies(scope, response)
    assert response.headers == {"Cache-Control": "private", "Vary": "Cookie"}
    assert {cookie.name for cookie in response.cookies} == {"ajs_anonymous_id", NAME, RESET}


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"null", b"[]", b"[1,2,3]", b"{}", b'["a",1,["too","short"],null]', b"\xff"),
        *(b'["a",1,[1e30,"/","",{}],null]', b'["a",1,[99999999999999,"/","",{}],null]', b'["a",1,[1,2,3,4],null]'),
        *(b'["a","soon",[1,"/","",{}],null]', b'[[],1,[1,"/","",{}],null]', b'["a",1,[1,"/","",[]],[1,"/","",{}]]'),
    ],
)
def test_what_another_version_signed_counts_as_none(content: bytes) -> None:
    """Nor does what somebody signed who knows the write key, where that is the only secret."""
    visitor = Visitor()
    visitor.event()
    visitor.jar[NAME] = sign(content, ["a secret"], visitor.jar["ajs_anonymous_id"])
    assert visitor.event("/mine") is not None
    assert NAME in visitor.given


@given(st.text(max_size=600), st.text(max_size=600), st.dictionaries(st.text(), st.text(max_size=600), max_size=25))
def test_the_cookie_stays_small_and_holds_what_it_was_given(page: str, referrer: str, campaign: dict[str, str]) -> None:
    first = Touch.of(1e9, page, referrer, campaign)
    visit = Visit.begun(Touch.of(2e9, referrer, page, campaign), first=first)
    assert loaded(visit.dumped()) == visit
    assert len(NAME) + 1 + len(sign(visit.dumped(), ["a secret"], "0f1e2d3c")) < BROWSERS_LARGEST


@pytest.mark.parametrize("character", ["\x00", "😀", '"', "é", "\ud800", "a"])
def test_even_what_takes_most_bytes_fits(character: str) -> None:
    text = character * 5_000
    touch = Touch.of(1e9, text, text, {str(number): text for number in range(20)})
    visit = Visit.begun(touch._replace(at=2), first=touch)
    assert len(NAME) + 1 + len(sign(visit.dumped(), ["a secret"], "0f1e2d3c")) < BROWSERS_LARGEST


def test_without_any_secret_no_visit_is_kept() -> None:
    visitor = Visitor(write_key=None)
    assert visitor.event(secrets=()) is None
    assert visitor.given.keys() == {"ajs_anonymous_id"}


def test_the_write_key_signs_where_the_framework_has_no_secret() -> None:
    visitor = Visitor(write_key="key")
    first = visitor.event(secrets=())
    assert first is not None
    assert visitor.event(secrets=()) == first


def test_a_key_that_cannot_be_fetched_costs_the_visit_and_not_the_event() -> None:
    def vault() -> str:
        raise OSError("down")

    assert Visitor(write_key=vault).event(secrets=()) is None


def test_a_visit_survives_a_new_secret_while_the_old_one_is_a_fallback() -> None:
    visitor = Visitor()
    first = visitor.event(secrets=("old",))
    visitor.now += MINUTE
    assert visitor.event(secrets=("new", "old")) == first
    assert visitor.event(secrets=("new",)) == first


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (True, Setting()),
        ("true", Setting()),
        (False, None),
        ("0", None),
        ('{"idle": 60}', Setting(idle=60)),
        ({}, Setting()),
    ],
)
def test_the_setting_is_a_switch_or_a_dict(written: object, read: Setting | None) -> None:
    assert load({"visit": written}).visit == read


@pytest.mark.parametrize(
    "wrong", [{"cookie": "a b"}, {"cookie": ""}, {"cookie": "x" * 65}, {"idle": 0}, {"idel": 5}, 7]
)
def test_a_wrong_setting_is_refused(wrong: object) -> None:
    with pytest.raises(ConfigError):
        load({"visit": wrong})
