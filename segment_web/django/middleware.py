"""The middleware: a scope for the length of each request, and what the response has to carry."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any, cast

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase

from segment_web.django import conf, project
from segment_web.django.accounts import tokens
from segment_web.django.request.adapter import DjangoRequest, DjangoResponse
from segment_web.logs import internal_error
from segment_web.scopes.current import swap
from segment_web.web.accounts import pending
from segment_web.web.context.client_hints import ask_for_more
from segment_web.web.request.request_analytics import RequestAnalytics
from segment_web.web.request.response_cookies import write_cookies
from segment_web.web.request.web_scope import WebScope
from segment_web.web.views.page_views import record_page

GetResponse = Callable[[HttpRequest], Any]


class SegmentMiddleware:
    """Sync and async, one class. Put it right below AuthenticationMiddleware and above page caches; ``request.segment``
    speaks for the visitor."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response
        self._is_async = iscoroutinefunction(get_response)
        if self._is_async:
            markcoroutinefunction(self)
        project.tell_if_not_installed()
        conf.connect()  # without the application, nothing else does
        # The HTTP library is loaded while the server starts and not in somebody's request.
        conf.client().prepare()

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self._is_async:
            return self.__acall__(request)
        segment = open_scope(request)
        before = swap(segment.scope)
        try:
            response: HttpResponseBase = self._get_response(request)
            tokens.tell(segment, response)
            _say_last(segment, response)
            _let_go(segment)  # an asynchronous view under WSGI had to wait for its user too
            _finish(segment, response)
            return response
        finally:
            _let_go(segment)
            swap(before)

    async def __acall__(self, request: HttpRequest) -> HttpResponseBase:
        segment = open_scope(request)
        before = swap(segment.scope)
        try:
            response = await cast(Awaitable[HttpResponseBase], self._get_response(request))
            await tokens.atell(segment, response)
            _say_last(segment, response)
            await _settle(segment)
            _finish(segment, response)
            return response
        finally:
            # A cancelled request comes here with its user unknown: what it said goes with the anonymous id alone.
            _let_go(segment)
            swap(before)


def open_scope(request: HttpRequest) -> RequestAnalytics:
    """Makes the request's scope and ``request.segment``; reads nothing."""
    client, rules = conf.runtime()
    segment = RequestAnalytics(WebScope(DjangoRequest(request), rules, client), client)
    request.segment = segment  # type: ignore[attr-defined]
    return segment


def _finish(segment: RequestAnalytics, response: HttpResponseBase) -> None:
    try:
        answer = DjangoResponse(response)
        if segment.scope.rules.client_hints:
            ask_for_more(segment.scope.request, answer)
        write_cookies(segment.scope, answer)
        segment.scope.close()
        if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
            _follow(segment, response)
    except Exception as error:  # noqa: BLE001 - the border of the host
        internal_error("the response", error)


def _say_last(segment: RequestAnalytics, response: HttpResponseBase) -> None:
    """What is said of a request when it is answered; what most have none of is looked for here, where it costs least."""
    try:
        scope, request = segment.scope, _request(segment)
        request.answered()
        if scope.pending:
            pending.tell(segment, DjangoResponse(response))
        # An editor's look at a page is no visitor's; the attribute is Wagtail's.
        if scope.rules.page_views and not getattr(request.native, "is_preview", False):
            record_page(segment, DjangoResponse(response))
    except Exception as error:  # noqa: BLE001 - the border of the host
        internal_error("the page call", error)


async def _settle(segment: RequestAnalytics) -> None:
    """Finds the user of held messages, as a view in async code would."""
    if segment.scope.is_holding:
        try:
            await _request(segment).find_user()
        except Exception as error:  # noqa: BLE001 - no session, no database: they go with the anonymous id
            internal_error("request.auser", error)
        segment.scope.release()


def _request(segment: RequestAnalytics) -> DjangoRequest:
    return segment.scope.request  # type: ignore[return-value] # made here


def _let_go(segment: RequestAnalytics) -> None:
    try:
        if segment.scope.is_holding:
            segment.scope.release()
    except Exception as error:  # noqa: BLE001 - the border of the host
        internal_error("the end of the request", error)


def _follow(segment: RequestAnalytics, response: StreamingHttpResponse) -> None:
    """The scope is current while each chunk is made, and between two chunks it is nobody's."""
    if response.is_async:
        response.streaming_content = _async_chunks(segment, cast(AsyncIterator[bytes], response.streaming_content))
    else:
        response.streaming_content = _chunks(segment, cast(Iterator[bytes], response.streaming_content))


def _chunks(segment: RequestAnalytics, content: Iterator[bytes]) -> Iterator[bytes]:
    iterator = iter(content)
    try:
        while True:
            before = swap(segment.scope)
            try:
                chunk = next(iterator)
            except StopIteration:
                return
            finally:
                swap(before)
            yield chunk
    finally:
        _let_go(segment)


async def _async_chunks(segment: RequestAnalytics, content: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    iterator = aiter(content)
    try:
        while True:
            before = swap(segment.scope)
            try:
                chunk = await anext(iterator)
            except StopAsyncIteration:
                await _settle(segment)
                return
            finally:
                swap(before)
            await _settle(segment)
            yield chunk
    finally:
        _let_go(segment)
