"""What a task's message carries, and when Celery is looked for."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

import segment_web
from segment_web.snapshots import MAX_BYTES
from segment_web.testing import capture_events
from segment_web.testing.captured import CapturedEvents

pytest.importorskip("celery", reason="celery is not installed")

from celery import Celery

CANARY = "canary-5b1f"
LATE = """
import sys, segment_web
from segment_web.celery import RECEIVER
segment_web.configure("key", delivery="null")
assert not [name for name in sys.modules if name.partition(".")[0] in ("celery", "kombu")]
with segment_web.scope(user_id="u1"):
    from celery import Celery  # within the visitor's request, and before any event
    app = Celery("late", broker="memory://")
    app.send_task("say")
with app.connection_for_read() as connection:
    print(connection.SimpleQueue("celery").get(block=False).headers["segment_web"])
"""


@pytest.fixture
def app() -> Iterator[Celery]:
    app = Celery("publishing", broker="memory://", set_as_current=False)
    yield app
    with app.connection_for_write() as connection:
        connection.default_channel.queue_purge("celery")


@pytest.fixture
def events() -> Iterator[CapturedEvents]:
    with capture_events() as captured:
        yield captured


def header(app: Celery) -> Any:
    """That of the only message in the queue, as the broker has it."""
    with app.connection_for_read() as connection:
        message = connection.SimpleQueue("celery").get(block=False)
        message.ack()
        return message.headers.get("segment_web")


def test_the_ids_and_the_page_and_no_trait(app: Celery, events: CapturedEvents) -> None:
    context = {"page": {"path": "/checkout"}, "groupId": "acme", "traits": {"email": CANARY}, "os": {"name": CANARY}}
    with segment_web.scope(user_id=7, anonymous_id="a1", traits={"email": CANARY}, context=context):
        app.send_task("say")
    kept = {"page": {"path": "/checkout"}, "groupId": "acme"}
    assert json.loads(header(app)) == {"user_id": "7", "anonymous_id": "a1", "context": kept}


def test_outside_of_scopes_nothing(app: Celery) -> None:
    app.send_task("say")
    assert header(app) is None


def test_inside_of_disabled_its_tasks_are_silent_too(app: Celery, events: CapturedEvents) -> None:
    with segment_web.scope(user_id="u1"), segment_web.disabled():
        app.send_task("say")
    assert json.loads(header(app)) == {"drop": "disabled"}


def test_whatever_is_in_a_scope_the_task_is_sent(app: Celery, events: CapturedEvents) -> None:
    class Hostile:
        def __str__(self) -> str:
            raise RuntimeError(CANARY)

    context: dict[str, Any] = {"page": {"title": Hostile(), "url": "\ud800" * MAX_BYTES}, "campaign": 2**70}
    with segment_web.scope(user_id=Hostile(), anonymous_id="a1", context=context):
        app.send_task("say")
    assert json.loads(header(app))["anonymous_id"] == "a1"


def test_an_application_that_imports_celery_late_is_served() -> None:
    done = subprocess.run([sys.executable, "-c", LATE], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == '{"user_id":"u1"}\n', done.stderr
