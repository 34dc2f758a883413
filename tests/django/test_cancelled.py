"""An asynchronous request whose client has gone: what was said before goes with the anonymous id alone."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator
from django.core.asgi import get_asgi_application
from django.http import HttpResponse
from django.urls import path

import segment_web
from segment_web.scopes.current import current
from segment_web.testing.captured import CapturedEvents
from tests.django.browser import CHROME

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db(transaction=True)]

Communicator: Any = ApplicationCommunicator  # which has no types
entered: list[asyncio.Event] = []


async def waits(request: Any) -> HttpResponse:
    segment_web.track("Report Asked", {"rows": 7})
    entered[-1].set()
    await asyncio.Event().wait()
    raise AssertionError("nobody is waiting for this any more")


urlpatterns = [path("waits/", waits)]


async def leave_early(cookies: str) -> None:
    """Asks, and hangs up once the view has begun."""
    entered.append(asyncio.Event())
    headers = [(b"host", b"testserver"), (b"user-agent", CHROME.encode()), (b"cookie", cookies.encode())]
    scope = {"type": "http", "method": "GET", "path": "/waits/", "query_string": b"", "headers": headers}
    request: Any = Communicator(get_asgi_application(), scope)
    await request.send_input({"type": "http.request", "body": b""})
    await asyncio.wait_for(entered[-1].wait(), 5)
    await request.send_input({"type": "http.disconnect"})
    await request.wait(60)
    assert await request.receive_nothing()
    assert current() is None


@pytest.mark.parametrize("logged_in", [False, True])
def test_it_keeps_what_was_said_without_asking_who_it_was(
    client: Any,
    django_user_model: Any,
    segment_events: CapturedEvents,
    caplog: pytest.LogCaptureFixture,
    logged_in: bool,
) -> None:
    cookies = "ajs_anonymous_id=0f1e2d3c"
    if logged_in:
        client.force_login(django_user_model.objects.create_user("anna"))
        cookies += f"; sessionid={client.cookies['sessionid'].value}"
    with caplog.at_level(logging.WARNING, "segment_web"):
        async_to_sync(leave_early)(cookies)
    message = segment_events.assert_tracked("Report Asked", anonymous_id="0f1e2d3c", properties={"rows": 7}, count=1)
    assert "userId" not in message
    assert caplog.records == []
