"""Whose a scope's messages are is settled once, at the first of them, and again after whatever changes it."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import asdict, dataclass
from threading import Thread
from typing import Any

import pytest

from segment_web import Analytics, Message
from segment_web.messages.message import Visitor
from segment_web.messages.reasons import DropReason
from segment_web.messages.receipt import Receipt
from segment_web.pipeline.stages import enrich
from segment_web.pipeline.stages.enrich import TRIES
from segment_web.scopes.scope import Scope
from segment_web.settings import load
from segment_web.web.consent.terms import REFUSED, Consent
from segment_web.web.request.web_scope import WebScope
from tests.core.kept import Kept
from tests.core.plain_request import Person, PlainRequest, scope_of

COOKIE = "ajs_anonymous_id=0f1e2d3c"


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def made(kept: Kept) -> Iterator[Callable[..., Analytics]]:
    clients: list[Analytics] = []

    def make(**settings: Any) -> Analytics:
        settings = {"write_key": "k", "bots": "keep", **settings}
        clients.append(Analytics.from_settings(load(settings), transport=kept))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def client(made: Callable[..., Analytics]) -> Analytics:
    return made()


def said(client: Analytics, scope: Scope, event: str = "Seen", **options: Any) -> Receipt:
    return client.record(Message("track", event, **options), scope)


def whose(client: Analytics, kept: Kept) -> list[tuple[Any, Any]]:
    """The ids of all that arrived."""
    assert client.flush(5)
    return [(message.get("userId"), message.get("anonymousId")) for message in kept.messages]


@dataclass
class Visit:
    request: PlainRequest
    scope: WebScope


def replaced(visit: Visit, person: Person | None) -> None:
    visit.request.person, visit.request.user_replaced = person, True


@pytest.mark.parametrize(
    ("change", "after"),
    [
        (lambda visit: visit.scope.become(Person(8)), ("8", "0f1e2d3c")),
        (lambda visit: visit.scope.become(None), (None, "0f1e2d3c")),
        (lambda visit: visit.scope.become(Person(8), impersonated=True), ("8", None)),
        (lambda visit: replaced(visit, Person(8)), ("8", "0f1e2d3c")),
        (lambda visit: replaced(visit, None), (None, "0f1e2d3c")),
    ],
    ids=[
        "a login",
        "a logout",
        "another's place",
        "request.user is another",
        "request.user is nobody",
    ],
)
def test_who_is_here_from_then_on(
    client: Analytics, kept: Kept, change: Callable[[Visit], None], after: tuple[Any, Any]
) -> None:
    request = PlainRequest(cookies=COOKIE, person=Person(7))
    visit = Visit(request, scope_of(request))
    for _ in range(2):
        assert said(client, visit.scope)
    change(visit)
    for _ in range(2):
        assert said(client, visit.scope)
    assert whose(client, kept) == [("7", "0f1e2d3c")] * 2 + [after] * 2


class Asked(PlainRequest):
    """As the frameworks': once it was asked, the user is the one who was found."""

    def user(self) -> Person | None:
        self.user_replaced = False
        return self.person


def test_another_user_is_known_whoever_has_asked_first(client: Analytics, kept: Kept) -> None:
    request = Asked(cookies=COOKIE, person=Person(7))
    scope = scope_of(request)
    assert said(client, scope)
    request.person, request.user_replaced = Person(8), True
    assert scope.user_id == 8  # a template, say
    assert said(client, scope)
    assert whose(client, kept) == [("7", "0f1e2d3c"), ("8", "0f1e2d3c")]


def test_what_is_said_while_it_is_asked_who_acts_decides_for_no_other_event(client: Analytics, kept: Kept) -> None:
    def impersonated(request: object) -> bool:
        assert said(client, scope, "Asked")
        return False

    scope = scope_of(PlainRequest(cookies=COOKIE, person=Person(7)), impersonated=impersonated)
    for _ in range(2):
        assert said(client, scope)
    assert whose(client, kept) == [("7", None), *[("7", "0f1e2d3c")] * 2]
    assert [message["context"].get("impersonated") for message in kept.messages] == [True, None, None]


def test_a_browser_that_is_somebody_new_has_another_id(client: Analytics, kept: Kept) -> None:
    scope = scope_of(PlainRequest(cookies=COOKIE))
    assert said(client, scope)
    scope.renew(issue=True)
    assert [bool(said(client, scope)) for _ in range(2)] == [True, True]
    assert whose(client, kept) == [(None, "0f1e2d3c"), *[(None, scope.issued_id)] * 2]


def test_a_user_has_an_id_as_soon_as_it_is_saved(client: Analytics, kept: Kept) -> None:
    @dataclass
    class Saved:
        pk: int | None = None

    person = Saved()
    scope = scope_of(PlainRequest(cookies=COOKIE, person=person))  # type: ignore[arg-type]
    assert said(client, scope)
    person.pk = 7
    assert said(client, scope)
    assert whose(client, kept) == [(None, "0f1e2d3c"), ("7", "0f1e2d3c")]


def test_consent_is_what_it_is_at_each_event(client: Analytics, kept: Kept) -> None:
    scope = scope_of(PlainRequest(cookies=COOKIE))
    inner = Scope(parent=scope, user_id="7")
    assert said(client, scope)
    scope.agree(Consent(categories={"Advertising": False}))
    assert said(client, scope)
    scope.agree(Consent(REFUSED))
    assert [said(client, where).reason for where in (scope, inner)] == [DropReason.NO_CONSENT] * 2
    scope.agree(Consent())
    assert said(client, scope)
    assert client.flush(5)
    assert [message["context"].get("consent") for message in kept.messages] == [
        None,
        {"categoryPreferences": {"Advertising": False}},
        None,
    ]


def test_a_block_within_a_request_follows_it(client: Analytics, kept: Kept) -> None:
    scope = scope_of(PlainRequest(cookies=COOKIE, person=Person(7)))
    inner = Scope(parent=scope, context={"job": {"name": "import"}})
    assert said(client, inner)
    scope.become(Person(8))
    assert said(client, inner)
    assert whose(client, kept) == [("7", "0f1e2d3c"), ("8", "0f1e2d3c")]
    assert [message["context"]["job"] for message in kept.messages] == [{"name": "import"}] * 2


def test_a_block_within_a_request_says_what_is_so_by_then(client: Analytics, kept: Kept) -> None:
    scope = scope_of(PlainRequest(cookies=COOKIE, person=Person(7)))
    inner = Scope(parent=Scope(parent=scope))
    for change in (
        lambda: None,
        lambda: scope.agree(Consent(categories={"Advertising": False})),
        lambda: scope.become(Person(8), impersonated=True),
    ):
        change()
        assert said(client, inner)
    assert client.flush(5)
    assert [(m["context"].get("consent"), m["context"].get("impersonated")) for m in kept.messages] == [
        (None, None),
        ({"categoryPreferences": {"Advertising": False}}, None),
        ({"categoryPreferences": {"Advertising": False}}, True),
    ]


def test_what_changes_meanwhile_holds_for_a_block_too(client: Analytics, kept: Kept) -> None:
    def impersonated(request: object) -> bool:
        scope.agree(Consent(REFUSED))
        return False

    scope = scope_of(PlainRequest(cookies=COOKIE, person=Person(7)), impersonated=impersonated)
    assert said(client, Scope(parent=scope)).reason == DropReason.NO_CONSENT


def test_a_block_within_a_job_is_settled_with_it(client: Analytics, kept: Kept) -> None:
    job = Scope(user_id=7)
    inner = Scope(parent=Scope(parent=job, anonymous_id="a"))
    for _ in range(2):
        assert said(client, inner)
    assert inner.is_settled
    assert whose(client, kept) == [("7", "a")] * 2


def test_each_client_says_it_in_its_own_way(made: Callable[..., Analytics], kept: Kept) -> None:
    shop, blog = made(app={"name": "shop"}), made(app={"name": "blog"})
    scope = Scope(user_id=7)
    for client in (shop, blog, shop, blog):
        assert said(client, scope)
        assert client.flush(5)
    assert [message["context"]["app"]["name"] for message in kept.messages] == ["shop", "blog"] * 2


def test_what_a_message_says_itself_is_its_own(client: Analytics, kept: Kept) -> None:
    scope = Scope(user_id=7, context={"page": {"path": "/"}})
    options: list[dict[str, Any]] = [
        {},
        {"user_id": "8"},
        {"anonymous_id": "a"},
        {"context": {"page": {"title": "T"}}},
        {"integrations": {"All": False}},
        {"timestamp": "2026-01-05T12:00:00.000Z"},
        {"message_id": "mine"},
        {},
    ]
    for one in options:
        assert said(client, scope, **one)
    assert whose(client, kept) == [
        ("7", None),
        ("8", None),
        ("7", "a"),
        *[("7", None)] * 5,
    ]
    assert [message["context"]["page"] for message in kept.messages] == [
        {"path": "/", "title": "T"} if "context" in one else {"path": "/"} for one in options
    ]
    assert kept.messages[4]["integrations"] == {"All": False}
    assert kept.messages[5]["timestamp"] == options[5]["timestamp"]
    assert kept.messages[6]["messageId"] == "mine"


def test_one_message_said_twice_may_be_another_users(client: Analytics, kept: Kept) -> None:
    message, scope = Message("track", "Seen"), Scope(user_id=7)
    assert client.record(message, scope)
    message.user_id = "8"
    assert client.record(message, scope)
    assert whose(client, kept) == [("7", None), ("8", None)]


def test_the_applications_own_stages_may_make_it_anothers(made: Callable[..., Analytics], kept: Kept) -> None:
    seen: list[Mapping[str, Any]] = []

    def rename(message: Message, scope: Scope) -> Message:
        seen.append(asdict(message))
        message.user_id = "renamed"
        return message

    def route(message: Message, scope: Scope) -> None:
        message.anonymous_id = "routed"

    scope = Scope(user_id=7)
    for settings in ({"before_send": rename}, {"source_router": route}):
        client = made(**settings)
        assert [bool(said(client, scope)) for _ in range(2)] == [True, True]
        assert client.flush(5)
    assert [(m["userId"], m.get("anonymousId")) for m in kept.messages] == [("renamed", None)] * 2 + [
        ("7", "routed")
    ] * 2
    assert [one["user_id"] for one in seen] == ["7", "7"]
    assert {type(value) for one in seen for value in one.values()} <= {str, dict, type(None), bool}


@pytest.mark.parametrize("broken", [{"context": {str(n): n for n in range(40_000)}}, {"user_id": [7]}, {"user_id": ""}])
def test_what_is_wrong_with_a_scope_is_wrong_at_each_event(client: Analytics, broken: dict[str, Any]) -> None:
    scope = Scope(**{"user_id": "7", **broken})
    reasons = {said(client, scope).reason for _ in range(3)}
    assert reasons <= {DropReason.CONTEXT_NOT_OBJECT, DropReason.ID_NOT_STRING}
    assert len(reasons) == 1


def test_a_value_no_json_has_is_marked_in_a_shared_context_too(client: Analytics, kept: Kept) -> None:
    scope = Scope(user_id=7, context={"made": {"by": object()}})
    for _ in range(3):
        assert said(client, scope)
    assert client.flush(5)
    assert [message["context"]["made"] for message in kept.messages] == [{"by": "[object]"}] * 3
    assert client.stats().marked == 1  # it is written once


def test_a_request_is_let_go_at_its_end(client: Analytics) -> None:
    """Without the garbage collector, which would have to look for each request."""
    scope = scope_of(PlainRequest(cookies=COOKIE, person=Person(7)))
    gone = weakref.ref(scope.request)
    gc.disable()
    try:
        for _ in range(2):
            assert said(client, scope)
        del scope
        assert gone() is None
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("meanwhile", "after"),
    [
        (lambda scope: scope.agree(Consent(REFUSED)), []),
        (lambda scope: scope.become(None), [(None, "0f1e2d3c")] * 3),
        (lambda scope: scope.become(Person(8)), [("8", "0f1e2d3c")] * 3),
    ],
    ids=["a refusal", "a logout", "a login"],
)
@pytest.mark.parametrize("where", ["user", "user_id", "impersonated"])
def test_what_changes_while_it_is_asked_who_is_here_holds_at_once(
    client: Analytics, kept: Kept, where: str, meanwhile: Callable[[WebScope], None], after: list[tuple[Any, Any]]
) -> None:
    """The application's own code is asked for a user, for their id, and who acts; each may end a session, or refuse."""
    left = [meanwhile]

    def change() -> None:
        if left:
            left.pop()(scope)

    class Loader(PlainRequest):
        def user(self) -> Person | None:
            if where == "user":
                change()
            return self.person

    def user_id(user: Person) -> object:
        if where == "user_id":
            change()
        return user.pk

    def impersonated(request: object) -> bool:
        if where == "impersonated":
            change()
        return False

    request = Loader(cookies=COOKIE, person=Person(7))
    scope = scope_of(request, user_id=user_id, impersonated=impersonated)
    receipts = [said(client, scope) for _ in range(3)]
    assert whose(client, kept) == after
    assert [receipt.reason for receipt in receipts] == [None if after else DropReason.NO_CONSENT] * 3


def test_what_changes_for_ever_costs_a_bounded_time_and_is_kept_for_no_other(client: Analytics, kept: Kept) -> None:
    asked: list[int] = []

    def user_id(user: Person) -> object:
        asked.append(len(asked))
        scope.become(Person(len(asked)))
        return user.pk

    scope = scope_of(PlainRequest(cookies=COOKIE, person=Person(0)), user_id=user_id)
    assert [bool(said(client, scope)) for _ in range(2)] == [True, True]
    assert whose(client, kept) == [(str(TRIES - 1), "0f1e2d3c"), (str(2 * TRIES - 1), "0f1e2d3c")]
    assert len(asked) == 2 * TRIES


def test_a_refusal_holds_whenever_it_comes(client: Analytics, kept: Kept) -> None:
    asked: list[object] = []

    def user_id(user: Person) -> object:
        asked.append(user)
        scope.become(Person(user.pk))
        if len(asked) == TRIES:
            scope.agree(Consent(REFUSED))
        return user.pk

    scope = scope_of(PlainRequest(cookies=COOKIE, person=Person(7)), user_id=user_id)
    assert said(client, scope).reason == DropReason.NO_CONSENT
    assert len(asked) == TRIES


def test_who_takes_a_message_apart_meets_nothing_of_the_pipelines(made: Callable[..., Analytics], kept: Kept) -> None:
    def rebuilt(message: Message, scope: Scope) -> Message:
        return Message(**asdict(message))

    scope = Scope(user_id=7)
    other = made()
    earlier = Message("track", "Earlier")
    assert other.record(earlier, scope)

    def replaced(message: Message, scope: Scope) -> Message:
        earlier.user_id, earlier.timestamp = "8", "garbage"
        return earlier

    assert said(made(before_send=rebuilt), scope)
    assert said(made(before_send=replaced), scope).reason == DropReason.TIMESTAMP_INVALID


def test_a_dropped_message_is_handed_over_without_it(kept: Kept) -> None:
    seen: list[dict[str, Any]] = []

    class Seen:
        def message_dropped(self, drop: object, message: Message | None) -> None:
            assert message is not None
            seen.append(asdict(deepcopy(message)))

    settings = load({"write_key": "k", "bots": "keep"})
    with Analytics.from_settings(settings, transport=kept, observers=(Seen(),)) as client:  # type: ignore[arg-type]
        scope = Scope(user_id=7)
        assert said(client, scope)
        assert not said(client, scope, properties={"much": "y" * 40_000})
    assert [one["user_id"] for one in seen] == ["7"]


def test_a_bots_message_that_is_dropped_is_not_marked(made: Callable[..., Analytics]) -> None:
    scope = scope_of(PlainRequest(cookies=COOKIE))
    scope.agree(Consent(REFUSED))
    message = Message("track", "Seen")
    assert made(bots="flag").record(message, scope).reason == DropReason.NO_CONSENT
    assert message.context is None


def test_what_another_thread_says_meanwhile_is_not_lost(client: Analytics, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last moment at which it can come: all is asked, and nothing kept yet."""
    scope = scope_of(PlainRequest(cookies=COOKIE, person=Person(7)))

    def interrupted(*values: Any, **more: Any) -> Visitor:
        other = Thread(target=lambda: scope.agree(Consent(REFUSED)))
        other.start()
        other.join()
        return Visitor(*values, **more)

    monkeypatch.setattr(enrich, "Visitor", interrupted)
    assert said(client, scope)
    assert said(client, scope).reason == DropReason.NO_CONSENT


class Counting(Scope):
    """What is kept of its visitor is more at each event."""

    __slots__ = ("_seen",)

    def __init__(self) -> None:
        super().__init__(user_id=7)
        self._seen = 0

    def kept(self, message: Message, *, keep: bool = True) -> Mapping[str, Any]:
        self._seen += 1
        return {"visit": {"events": self._seen}}


def test_what_is_kept_of_a_visitor_is_asked_at_each_event(made: Callable[..., Analytics], kept: Kept) -> None:
    client, scope = made(visit=True), Counting()
    assert [bool(said(client, scope)) for _ in range(3)] == [True] * 3
    assert client.flush(5)
    assert [message["context"]["visit"] for message in kept.messages] == [{"events": n} for n in (1, 2, 3)]
