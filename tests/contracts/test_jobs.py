"""Events of a Celery task are the visitor's who caused it: in a real worker, and in eager mode within the request."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from segment_web.collector import CollectorServer
from tests.contracts.browser import ANONYMOUS_ID, Browser
from tests.contracts.conftest import Framework
from tests.contracts.said import label, said
from tests.contracts.test_consent import COOKIE, cookie, visitor
from tests.contracts.test_silence import GOOGLE

pytest.importorskip("celery", reason="celery is not installed")

from tests.jobs import tasks
from tests.jobs.broker import QUICK, settings
from tests.jobs.worker import worker

PATIENCE = 30.0
SHARED = ("page", "campaign", "groupId", "ip", "locale", "userAgent", "consent")


@pytest.fixture(scope="module")
def running(collector: CollectorServer, broker: Path) -> Iterator[None]:
    with worker(broker, collector.url):
        yield


@pytest.fixture
def eager(broker: Path) -> Iterator[None]:
    tasks.app.conf.update(settings(broker))  # even an eager task makes the pool of connections, which lasts
    tasks.app.conf.task_always_eager = True
    yield
    tasks.app.conf.task_always_eager = False


def outcome(browser: Browser, path: str = "/job") -> Any:
    """What the task says when the worker has done it: why its event was dropped, None if it was delivered."""
    answer = browser.get(path)
    assert answer.status == 200
    return tasks.app.AsyncResult(answer.body.decode()).get(timeout=PATIENCE, interval=QUICK)


def job_and_request(messages: list[dict[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    found = {label(message): message for message in messages}
    return found["Job Done"], found["Seen"]


def whose(message: dict[str, Any]) -> tuple[Any, ...]:
    """The ids, and everything of the context that a job has to know."""
    return message.get("userId"), message.get("anonymousId"), *map(message["context"].get, SHARED)


def test_a_job_is_the_users_who_caused_it(framework: Framework, segment: CollectorServer, running: None) -> None:
    app = framework.app(group=lambda request: "acme", user_traits=["username"])
    browser = Browser(app)
    browser.post("/sign-up?name=canary-5b1f")
    assert outcome(browser, "/job?utm_campaign=spring") is None
    job, request = job_and_request(said(app, segment))
    assert whose(job) == whose(request)
    assert None not in (job["userId"], job["anonymousId"])
    assert (job["context"]["groupId"], job["context"]["campaign"]) == ("acme", {"name": "spring"})
    assert "canary-5b1f" not in str(job)


def test_a_visitors_first_event_may_be_a_jobs(framework: Framework, segment: CollectorServer, running: None) -> None:
    app = framework.app()
    browser = Browser(app)
    assert outcome(browser, "/job?only") is None
    assert [message["anonymousId"] for message in said(app, segment)] == [browser.anonymous_id]


def test_without_consent_a_job_says_nothing(framework: Framework, segment: CollectorServer, running: None) -> None:
    app = framework.app(consent="cookie")
    for answer in (None, False):
        browser = visitor(app, answer, **{ANONYMOUS_ID: "0f1e2d3c"})
        assert outcome(browser) == "no_consent"
    assert said(app, segment) == []


def test_the_categories_are_on_a_jobs_messages(framework: Framework, segment: CollectorServer, running: None) -> None:
    app = framework.app(consent="cookie")
    assert outcome(visitor(app, terms := {"analytics": True, "ads": False})) is None
    job, _ = job_and_request(said(app, segment))
    assert job["context"]["consent"] == {"categoryPreferences": terms}


def test_a_bots_job_is_a_bots(framework: Framework, segment: CollectorServer, running: None) -> None:
    app = framework.app()
    assert outcome(Browser(app, agent=GOOGLE)) == "bot"
    assert said(app, segment) == []


def test_in_eager_mode_a_task_is_part_of_the_request(
    framework: Framework, segment: CollectorServer, eager: None
) -> None:
    app = framework.app(consent="cookie")
    browser = Browser(app)
    browser.cookies[COOKIE] = cookie(True)
    browser.post("/sign-up?name=anna")
    browser.get("/job")
    browser.post("/sign-out")
    browser.get("/job")
    messages = [message for message in said(app, segment) if label(message) in ("Job Done", "Seen")]
    assert [whose(job) == whose(request) for job, request in zip(messages[::2], messages[1::2], strict=True)] == [
        True,
        True,
    ]
    assert len({message["anonymousId"] for message in messages}) == 2
