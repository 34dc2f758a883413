"""A Celery application whose tasks say things without naming anybody; its broker is the one that the environment names."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from celery import Celery, Task, chain, chord, group

import segment_web
from tests.jobs.broker import settings

BROKER = "JOBS_TASKS_BROKER"
HOST = "JOBS_SEGMENT_HOST"
KEY = "jobs-test-write-key"

app = Celery("tests.jobs", set_as_current=False)


@app.task
def say(name: str = "Job Done") -> str | None:
    """Why it was not recorded, None if it was; and then it has been delivered."""
    receipt = segment_web.track(name)
    segment_web.flush(5)
    return receipt.reason


@app.task
def after(_: object, name: str) -> str | None:
    """A link of a chain, or the end of a chord."""
    return say(name)


@app.task(bind=True, max_retries=2)
def stubborn(self: Task[..., Any]) -> None:
    """Says something each time, inside a block of somebody else's, and succeeds the third time."""
    say(f"Try {self.request.retries}")
    if self.request.retries < 2:
        with segment_web.scope(user_id="somebody else"):
            raise self.retry(countdown=0)


@app.task
def spread() -> None:
    """Has other tasks done in every way there is."""
    say.delay("Nested")
    say.apply(args=["In Place"])
    chain(say.si("First Link"), after.s("Second Link")).apply_async()
    group(say.si("Member"), say.si("Member")).apply_async()
    chord([say.si("Header"), say.si("Header")], after.s("Body")).apply_async()


@app.task
def fail() -> None:
    """Ends by an exception."""
    raise RuntimeError("the task's own")


if BROKER in os.environ:  # in the worker
    app.conf.update(settings(Path(os.environ[BROKER])))
    segment_web.configure(KEY, host=os.environ[HOST], flush_interval=0.01)
