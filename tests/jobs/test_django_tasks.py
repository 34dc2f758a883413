"""Django's tasks, its own (6.0) and those of the package django-tasks: a snapshot among the arguments is the visitor."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import path

import segment_web
from segment_web.snapshots import Snapshot
from segment_web.testing import CapturedEvents
from tests.django.browser import Browser
from tests.django_project.settings import TASKS_OF

task = pytest.importorskip(TASKS_OF, reason=f"{TASKS_OF} is not installed").task
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db, pytest.mark.usefixtures("django_alone")]


@task
def send_invoice(order: int, carried: Snapshot | None) -> str | None:
    with segment_web.resume(carried):
        return segment_web.track("Invoice Sent", {"order_id": order}).reason


@task
def clean_up() -> str | None:
    return segment_web.track("Cleaned Up").reason


def buy(request: Any, backend: str) -> HttpResponse:
    request.segment.track("Order Placed")
    send_invoice.using(backend=backend).enqueue(7, request.segment.snapshot())
    return HttpResponse("ok")


async def buy_async(request: Any, backend: str) -> HttpResponse:
    await request.auser()
    request.segment.track("Order Placed")
    await send_invoice.using(backend=backend).aenqueue(7, request.segment.snapshot())
    return HttpResponse("ok")


def visit(request: HttpRequest) -> HttpResponse:
    clean_up.enqueue()
    return HttpResponse("ok")


urlpatterns = [path("buy/<backend>/", buy), path("async/buy/<backend>/", buy_async), path("visit/", visit)]


def work() -> list[Any]:
    """Does what waits in the database; what each task returned."""
    from django_tasks_db.management.commands.db_worker import Worker
    from django_tasks_db.models import DBTaskResult

    quick = {"interval": 0, "startup_delay": False, "batch": True, "max_tasks": None, "worker_id": "w"}
    Worker(queue_names=["*"], excluded_queue_names=[], backend_name="database", **quick).run()
    return [result.return_value for result in DBTaskResult.objects.order_by("enqueued_at")]


@pytest.mark.parametrize("interface", ["wsgi", "asgi"])
@pytest.mark.parametrize("backend", ["default", "database"])
def test_a_snapshot_among_the_arguments_is_the_visitor(
    segment_events: CapturedEvents, interface: str, backend: str
) -> None:
    browser = Browser(interface)
    browser.get(f"/buy/{backend}/?utm_campaign=spring")
    with segment_web.scope(user_id="somebody else's worker"):
        work()
    order, invoice = segment_events.named("Order Placed")[0], segment_events.named("Invoice Sent")[0]
    assert (invoice["anonymousId"], invoice.get("userId")) == (browser.anonymous_id, None)
    assert invoice["context"]["page"] == order["context"]["page"]
    assert invoice["context"]["campaign"] == {"name": "spring"}


def test_without_a_snapshot_the_immediate_backend_is_part_of_the_request(segment_events: CapturedEvents) -> None:
    browser = Browser()
    browser.get("/visit/")
    assert segment_events.assert_tracked("Cleaned Up")["anonymousId"] == browser.anonymous_id


def test_what_nobody_caused_is_nobodys(settings: Any) -> None:
    settings.SEGMENT = {**settings.SEGMENT, "DELIVERY": "null"}
    with segment_web.scope(user_id="u1"):
        send_invoice.using(backend="database").enqueue(7, segment_web.snapshot())
    send_invoice.using(backend="database").enqueue(8, segment_web.snapshot())
    clean_up.using(backend="database").enqueue()
    assert work() == [None, "no_user_anon_id", "no_user_anon_id"]
