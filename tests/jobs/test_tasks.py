"""A real worker: whatever a task causes belongs to the visitor who caused the task, and to nobody after that."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

import segment_web
from segment_web.collector import CollectorServer
from segment_web.snapshots import restored

pytest.importorskip("celery", reason="celery is not installed")

from celery.beat import ScheduleEntry, Scheduler

from tests.jobs import tasks
from tests.jobs.broker import QUICK

PATIENCE = 30.0
VISITOR = {"user_id": "u1", "anonymous_id": "a1"}
CONTEXT = {"page": {"path": "/checkout", "url": "https://shop.test/checkout"}, "campaign": {"name": "spring"}}


@pytest.fixture(autouse=True)
def client() -> None:
    """This process records, too: where nothing is recorded nothing is carried."""
    segment_web.configure("jobs-test-write-key", delivery="null")


def owners(server: CollectorServer) -> set[tuple[str | None, str | None]]:
    return {(message.get("userId"), message.get("anonymousId")) for message in server.messages}


def events(server: CollectorServer) -> Counter[str]:
    return Counter(message["event"] for message in server.messages)


def test_tasks_of_tasks_belong_to_the_visitor(segment: CollectorServer) -> None:
    with segment_web.scope(**VISITOR, context=CONTEXT):
        tasks.spread.delay()
    names = ["Nested", "In Place", "First Link", "Second Link", *["Member"] * 2, *["Header"] * 2, "Body"]
    segment.wait_for(len(names), PATIENCE)
    assert events(segment) == Counter(names)
    assert owners(segment) == {("u1", "a1")}
    assert [message["context"]["page"] for message in segment.messages] == [CONTEXT["page"]] * len(names)


def test_a_retry_keeps_its_visitor(segment: CollectorServer) -> None:
    with segment_web.scope(**VISITOR):
        tasks.stubborn.delay().get(timeout=PATIENCE, interval=QUICK)
    assert events(segment) == Counter(["Try 0", "Try 1", "Try 2"])
    assert owners(segment) == {("u1", "a1")}


def test_a_task_that_runs_later_keeps_its_visitor(segment: CollectorServer) -> None:
    with segment_web.scope(**VISITOR):
        later = [tasks.say.apply_async(["Counted Down"], countdown=0.01)]
        later.append(tasks.say.apply_async(["At Its Time"], eta=datetime.now(UTC)))
    assert [task.get(timeout=PATIENCE, interval=QUICK) for task in later] == [None, None]
    assert events(segment) == Counter(["Counted Down", "At Its Time"])
    assert owners(segment) == {("u1", "a1")}


def test_a_task_that_nobody_caused_is_nobodys(segment: CollectorServer) -> None:
    """As beat's; before it ran another one, which failed, in the same child."""
    with segment_web.scope(**VISITOR):
        failed = tasks.fail.delay()
    alone = Scheduler(tasks.app, {}).apply_async(ScheduleEntry("nightly", tasks.say.name, app=tasks.app), advance=False)
    assert alone.get(timeout=PATIENCE, interval=QUICK) == "no_user_anon_id"
    assert failed.state == "FAILURE"
    assert segment.messages == []


def test_a_header_that_cannot_be_read_records_nothing(segment: CollectorServer) -> None:
    for junk in ("no JSON", "[]", '{"context": 7}', '{"drop": "a reason of tomorrow"}', 7):
        sent = tasks.say.apply_async(headers={"segment_web": junk})
        assert sent.get(timeout=PATIENCE, interval=QUICK) == "no_consent"
    assert segment.messages == []


def test_a_snapshot_may_be_given_by_hand(segment: CollectorServer) -> None:
    with segment_web.scope(**VISITOR):
        carried = segment_web.snapshot()
    with segment_web.scope(user_id="somebody else"):
        sent = tasks.say.apply_async(headers={"segment_web": carried})
    assert sent.get(timeout=PATIENCE, interval=QUICK) is None
    assert owners(segment) == {("u1", "a1")}
    assert restored(carried).user_id == "u1"
