"""Responses that are made piece by piece: each piece is its visitor's, and nobody else's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from io import BytesIO
from typing import Any
from wsgiref.util import FileWrapper, setup_testing_defaults

import pytest
from asgiref.sync import async_to_sync
from django.core.wsgi import get_wsgi_application
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import AsyncClient
from django.urls import include, path

import segment_web
from segment_web.scopes.current import current
from segment_web.testing.captured import CapturedEvents
from tests.django.browser import CHROME, Browser
from tests.django.conftest import Wire

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


def file(request: Any) -> FileResponse:
    request.segment.track("File Fetched")
    return FileResponse(BytesIO(b"a file"), filename="a.txt")


def broken(request: HttpRequest) -> StreamingHttpResponse:
    def chunks() -> Iterator[bytes]:
        segment_web.track("Row Streamed")
        yield b"1"
        raise RuntimeError("a mistake of the application")

    return StreamingHttpResponse(chunks())


async def broken_async(request: HttpRequest) -> StreamingHttpResponse:
    async def chunks() -> AsyncIterator[bytes]:
        segment_web.track("Row Streamed")
        yield b"1"
        raise RuntimeError("a mistake of the application")

    return StreamingHttpResponse(chunks())


def endless(request: HttpRequest) -> StreamingHttpResponse:
    def chunks() -> Iterator[bytes]:
        while True:
            segment_web.track("Row Streamed")
            yield b"."

    return StreamingHttpResponse(chunks())


async def endless_async(request: HttpRequest) -> StreamingHttpResponse:
    async def chunks() -> AsyncIterator[bytes]:
        while True:
            segment_web.track("Row Streamed")
            yield b"."

    return StreamingHttpResponse(chunks())


together: list[asyncio.Barrier] = []


async def meeting(request: Any) -> HttpResponse:
    """Says who is here before and after the other visitor had their turn."""
    segment_web.track("Came")
    await together[-1].wait()
    segment_web.track("Went")
    return HttpResponse("ok")


urlpatterns = [
    *[path("file/", file), path("broken/", broken), path("async/broken/", broken_async)],
    *[path("endless/", endless), path("async/endless/", endless_async), path("async/meeting/", meeting)],
    path("", include("tests.django_project.urls")),
]


def test_what_is_said_while_streaming_is_the_visitors(
    browser: Browser, django_user_model: Any, segment_events: CapturedEvents
) -> None:
    user = django_user_model.objects.create_user("anna")
    browser.client.force_login(user)
    browser.client.cookies["ajs_anonymous_id"] = "0f1e2d3c"
    read(browser.get("/stream/"))
    assert [message["properties"]["number"] for message in segment_events] == [0, 1, 2]
    assert {(m["userId"], m["anonymousId"]) for m in segment_events} == {(str(user.pk), "0f1e2d3c")}
    assert {m["context"]["page"]["path"].rpartition("stream")[1] for m in segment_events} == {"stream"}


def read(response: Any) -> bytes:
    if not response.is_async:
        return b"".join(response.streaming_content)

    async def all_of_it() -> bytes:
        return b"".join([chunk async for chunk in response.streaming_content])

    return async_to_sync(all_of_it)()


def test_between_two_chunks_the_scope_is_nobodys(segment_events: CapturedEvents) -> None:
    browser = Browser()
    browser.client.cookies["ajs_anonymous_id"] = "0f1e2d3c"
    response = browser.get("/endless/")
    for _ in range(3):
        next(response.streaming_content)
        assert current() is None
    response.close()
    assert len(segment_events) == 3


def test_each_row_of_a_long_stream_leaves_when_it_was_said(segment_events: CapturedEvents) -> None:
    """Not when the stream ends, which may be tomorrow."""

    async def listen() -> list[int]:
        client = AsyncClient()
        client.cookies["ajs_anonymous_id"] = "0f1e2d3c"
        response: Any = await client.get("/async/endless/")
        chunks = response.streaming_content
        counts = []
        for _ in range(3):
            await anext(chunks)
            counts.append(len(segment_events._recording.sent))
        assert current() is None
        await chunks.aclose()
        return counts

    assert async_to_sync(listen)() == [1, 2, 3]


def test_an_error_in_a_stream_is_the_applications_and_keeps_what_was_said(
    browser: Browser, segment_events: CapturedEvents
) -> None:
    browser.client.cookies["ajs_anonymous_id"] = "0f1e2d3c"
    response = browser.get("/broken/")
    with pytest.raises(RuntimeError, match="a mistake of the application"):
        read(response)
    assert current() is None
    segment_events.assert_tracked("Row Streamed", anonymous_id="0f1e2d3c", count=1)


def test_a_file_is_left_to_the_server(segment_events: CapturedEvents) -> None:
    """Wrapped by us, it could not be sent by the operating system."""
    environ: dict[str, Any] = {"PATH_INFO": "/file/", "HTTP_USER_AGENT": CHROME, "wsgi.file_wrapper": FileWrapper}
    setup_testing_defaults(environ)
    sent: dict[str, str] = {}
    application: Any = get_wsgi_application()
    body = application(environ, lambda status, headers, *_: sent.update(headers))
    assert isinstance(body, FileWrapper)
    assert b"".join(body) == b"a file"
    assert sent["Set-Cookie"].strip().startswith("ajs_anonymous_id=")
    segment_events.assert_tracked("File Fetched", count=1)
    body.filelike.close()


def test_an_error_in_a_view_keeps_what_was_said_and_makes_no_page_call(
    browser: Browser, settings: Any, segment_events: CapturedEvents
) -> None:
    settings.SEGMENT = {**settings.SEGMENT, "PAGE_VIEWS": True}
    browser.client.raise_request_exception = False
    assert browser.get("/error/").status_code == 500
    segment_events.assert_tracked("Error Met", anonymous_id=browser.anonymous_id, count=1)
    assert len(segment_events) == 1
    assert current() is None


def test_two_requests_at_once_never_mix(django_user_model: Any, segment_events: CapturedEvents) -> None:
    names = ["anna", "berta", "clara", "dora"]

    async def all_at_once() -> None:
        together.append(asyncio.Barrier(len(names)))
        clients = [AsyncClient() for _ in names]
        for client, name in zip(clients, names, strict=True):
            client.cookies["ajs_anonymous_id"] = name
            await client.aforce_login(await django_user_model.objects.acreate_user(name))
        await asyncio.gather(*(client.get("/async/meeting/") for client in clients))

    async_to_sync(all_at_once)()
    ids = {str(user.pk): user.username for user in django_user_model.objects.all()}
    said = sorted((ids[message["userId"]], message["anonymousId"], message["event"]) for message in segment_events)
    assert said == [(name, name, event) for name in names for event in ("Came", "Went")]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("django_alone")
def test_after_a_request_nobody_is_here(browser: Browser, wire: Wire) -> None:
    browser.get("/track/")
    assert current() is None
    assert segment_web.track("Job Run").reason == "no_user_anon_id"
    assert [message["event"] for message in wire.messages] == ["Book Viewed"]
