"""A stage that sets a field of the message, and calls nothing else, takes effect on every path."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from segment_web import Analytics, Message
from segment_web.browser.proxy.browser_message import BrowserScope, message_of
from segment_web.client import overridden
from segment_web.compose import Runtime, build
from segment_web.messages.reasons import DropReason
from segment_web.pipeline.pipeline import Pipeline, Stage
from segment_web.scopes.scope import Scope
from segment_web.settings import load
from segment_web.snapshots import restored, take
from segment_web.web.request.web_scope import WebScope
from tests.core.kept import Kept
from tests.core.plain_request import Person, PlainRequest, scope_of

COOKIE = "ajs_anonymous_id=0f1e2d3c"
Record = Callable[[Analytics, WebScope], None]


def masked(message: Message, scope: Scope) -> None:
    message.context = {**message.context, "ip": "masked"}


def renamed(message: Message, scope: Scope) -> None:
    message.user_id = "another"


def unlinked(message: Message, scope: Scope) -> None:
    message.anonymous_id = "nobody"


STAGES: dict[str, tuple[Stage, Callable[[dict[str, Any]], bool]]] = {
    "context": (masked, lambda message: message["context"]["ip"] == "masked"),
    "user id": (renamed, lambda message: message["userId"] == "another"),
    "anonymous id": (unlinked, lambda message: message["anonymousId"] == "nobody"),
}


def burst(client: Analytics, scope: WebScope) -> None:
    for _ in range(3):
        assert client.record(Message("track", event="Seen"), scope)


def held(client: Analytics, scope: WebScope) -> None:
    request = scope.request
    assert isinstance(request, PlainRequest)
    request.user_ready = False
    assert client.record(Message("track", event="Seen"), scope)
    assert scope.is_holding
    request.user_ready = True
    assert scope.user_id == 7


def from_a_snapshot(client: Analytics, scope: WebScope) -> None:
    job = restored(take(scope, client))
    for _ in range(2):
        assert client.record(Message("track", event="Seen"), job)


def from_the_browser(client: Analytics, scope: WebScope) -> None:
    for _ in range(2):
        item = {"type": "track", "event": "Seen", "context": {"page": {"title": "T"}}}
        message = message_of(item, sent_at=None, received_at=datetime.now(UTC), rules=scope.rules)
        assert message is not None
        assert client.record(message, BrowserScope(parent=scope))


PATHS: dict[str, Record] = {
    "a burst in one scope": burst,
    "held until the user is known": held,
    "resumed from a snapshot": from_a_snapshot,
    "sent by the browser": from_the_browser,
}


@pytest.fixture
def client() -> Iterator[tuple[Analytics, Kept]]:
    kept = Kept()
    with Analytics.from_settings(load({"write_key": "k", "bots": "keep"}), transport=kept) as made:
        yield made, kept


def with_stage(client: Analytics, kept: Kept, stage: Stage) -> Runtime:
    """The client's own runtime with one more stage behind the others."""
    found = build(client.settings, zone=client.zone, transport=kept)
    stages = [*found.pipeline.stages, stage]
    return Runtime(
        Pipeline.of(found.pipeline.gates, stages, found.pipeline.limits, found.pipeline.encode), found.delivery
    )


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", STAGES)
def test_what_a_stage_sets_is_on_the_wire(client: tuple[Analytics, Kept], name: str, path: str) -> None:
    made, kept = client
    stage, holds = STAGES[name]
    runtime = with_stage(made, kept, stage)
    scope = scope_of(PlainRequest(cookies=COOKIE, peer="203.0.113.7", person=Person(7)))
    with overridden(lambda _: runtime):
        PATHS[path](made, scope)
        assert runtime.delivery.flush(5)
    runtime.delivery.close(5)
    assert kept.messages
    assert all(map(holds, kept.messages)), orjson.dumps(kept.messages)


def test_a_stage_that_breaks_a_rule_is_noticed(client: tuple[Analytics, Kept]) -> None:
    """The limits look at the id and the time that a stage has set, also where both were the package's own."""

    def late(message: Message, scope: Scope) -> None:
        message.timestamp = "never"

    made, kept = client
    runtime = with_stage(made, kept, late)
    scope = scope_of(PlainRequest(cookies=COOKIE, person=Person(7)))
    with overridden(lambda _: runtime):
        reasons = {made.record(Message("track", event="Seen"), scope, strict=False).reason for _ in range(2)}
    runtime.delivery.close(5)
    assert reasons == {DropReason.TIMESTAMP_INVALID}


def test_a_shared_context_cannot_be_changed_in_place(client: tuple[Analytics, Kept]) -> None:
    """Such a change would reach the other messages of the scope and miss this one, so the message is dropped instead."""

    def careless(message: Message, scope: Scope) -> None:
        message.context["ip"] = "masked"

    made, kept = client
    runtime = with_stage(made, kept, careless)
    scope = scope_of(PlainRequest(cookies=COOKIE, person=Person(7)))
    with overridden(lambda _: runtime):
        reasons = {made.record(Message("track", event="Seen"), scope).reason for _ in range(2)}
    runtime.delivery.close(5)
    assert (reasons, kept.messages) == ({DropReason.INTERNAL_ERROR}, [])
