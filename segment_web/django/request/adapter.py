"""Django's request and response in the words of :mod:`segment_web.exchange.http`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import unquote

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import DisallowedHost, ImproperlyConfigured, RequestDataTooBig
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, RawPostDataException
from django.http.response import HttpResponseBase
from django.utils import translation

from segment_web.django.event_loop import in_event_loop
from segment_web.django.request import impersonation
from segment_web.django.request.hosts import host_of
from segment_web.django.request.quiet_user import ANONYMOUS, given_user, is_unasked, opened, peek, untouched_session
from segment_web.exchange.http import Cookie
from segment_web.exchange.urls import absolute_url, wsgi_text
from segment_web.exchange.wsgi_headers import WSGI_NAMES
from segment_web.logs import internal_error
from segment_web.web.cookies.morsels import morsels

ASYNC_USER, SYNC_USER = "_acached_user", "_cached_user"  # where django.contrib.auth keeps the user it found
HAS_MISSED = "_cache_update_cache"  # where Django's page cache notes whether it has to store the response
_UNDECODED = re.compile("(?:%[89A-F][0-9A-F])+")  # how Django writes the bytes of a path that are no text, under WSGI


class DjangoRequest:
    """Reads an HttpRequest on demand; nothing here touches the session before :meth:`user` is asked, or the response is to
    :meth:`vary_by_user`.

    Only the raw cookies and the raw query are taken when the request begins: page caches remove parts of them from
    ``request.META``, so that more requests have the same cache key (wagtail-cache)."""

    __slots__ = ("_answered", "_asked", "_assumed", "_cookies", "_glimpse", "_meta", "_peeked", "_query", "_request")

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._meta: dict[str, str] = request.META
        self._cookies = self._meta.get("HTTP_COOKIE", "")
        self._query = self._meta.get("QUERY_STRING", "")
        self._answered = False
        self._asked: Any = None  # the user that was asked about
        self._assumed: Any = None  # the session of which nobody was the user without being looked at
        self._peeked: Any = None
        self._glimpse: Any = None  # the data of the session in which the user was peeked at

    @property
    def native(self) -> HttpRequest:
        return self._request

    @property
    def secrets(self) -> Sequence[str | bytes]:
        try:
            return (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        except ImproperlyConfigured:
            return ()

    @property
    def method(self) -> str:
        return self._request.method or ""

    @property
    def url(self) -> str:
        try:
            host = host_of(self._request)
        except DisallowedHost:
            host = ""
        path = self._request.path
        path = _UNDECODED.sub(lambda part: unquote(part[0]), path) if "%" in path else path
        query = self._query if isinstance(self._request, ASGIRequest) else wsgi_text(self._query)
        return absolute_url(self._request.scheme or "", host, path, query)

    @property
    def secure(self) -> bool:
        return self._request.is_secure()

    @property
    def cookies(self) -> str:
        if isinstance(self._request, ASGIRequest):  # HTTP/2 may send several; Django joins all headers by commas
            headers = self._request.scope.get("headers", ())
            return "; ".join(value.decode("latin-1") for name, value in headers if name == b"cookie")
        return self._cookies

    @property
    def peer(self) -> str:
        return str(self._request.META.get("REMOTE_ADDR") or "")

    @property
    def language(self) -> str:
        """Only what LocaleMiddleware chose: without it the active language is the project's, not the visitor's."""
        return (translation.get_language() or "") if hasattr(self._request, "LANGUAGE_CODE") else ""

    def header(self, name: str) -> str:
        return self._meta.get(WSGI_NAMES[name], "")

    def body(self, limit: int) -> bytes | None:
        length = str(self._request.META.get("CONTENT_LENGTH", ""))
        try:
            is_known = length.isdecimal() and int(length) <= limit
            # ``body`` also has what a middleware has read already, and leaves it to the next.
            body = self._request.body if is_known else self._request.read(limit + 1)
        except RequestDataTooBig:  # more than the project's own DATA_UPLOAD_MAX_MEMORY_SIZE
            return None
        except (OSError, ValueError, RawPostDataException):  # the browser has gone, or the body with somebody else
            return b""
        return body if len(body) <= limit else None

    @property
    def user_ready(self) -> bool:
        if not in_event_loop():
            return True
        given = given_user(self._request)
        if not is_unasked(given) or self._found is not None:
            return True
        session = untouched_session(self._request, given)
        return session is not None and session.session_key is None

    @property
    def user_replaced(self) -> bool:
        # Of a session that is in use by now: somebody may have logged in there by hand.
        return self._asked is not given_user(self._request) or bool(getattr(self._assumed, "accessed", False))

    @property
    def impersonation(self) -> Callable[[], bool] | None:
        return self._is_impersonated if impersonation.is_possible() else None

    def _is_impersonated(self) -> bool:
        """By the session in which the user was found; one that nobody has opened names no user."""
        session = self._request.__dict__.get("session") if self._glimpse is None else self._glimpse
        is_loaded = hasattr(session, "_session_cache") if isinstance(session, SessionBase) else bool(session)
        return is_loaded and impersonation.is_going_on(session)

    def user(self) -> object | None:
        self._asked = given = given_user(self._request)
        self._assumed = None
        try:
            session = untouched_session(self._request, given)
            if session is not None and session.session_key is None:
                self._assumed = session
                return None  # the browser sent no session: nobody is looked for, and no trace of that is left
            found = self._found if is_unasked(given) else None
            if found is None and session is not None and self._answered:
                self._peeked, self._glimpse = peek(session)
                found = self._peeked
            user = opened(given if found is None else found)
            return user if user is not None and user.is_authenticated else None
        except Exception as error:  # noqa: BLE001 - no database, a cancelled request: an anonymous event, not an error
            internal_error("request.user", error)
            return None

    def vary_by_user(self) -> None:
        if isinstance(session := self._request.__dict__.get("session"), SessionBase):
            session.accessed = True  # what Django's middleware goes by

    def answered(self) -> None:
        """The request is answered: from now on a look at the user leaves no trace on the response. If Django's page cache
        had the response, do not look at all: a hit costs no query, and its page call carries the anonymous id alone."""
        self._answered = True
        if self._request.method == "GET" and not getattr(self._request, HAS_MISSED, True) and self._found is None:
            self._peeked = ANONYMOUS

    async def find_user(self) -> None:
        """Makes :attr:`user_ready` true, as a view in async code would."""
        if (session := untouched_session(self._request, given_user(self._request))) is not None:
            self._peeked, self._glimpse = await sync_to_async(peek)(session)
        else:
            await self._request.auser()

    @property
    def _found(self) -> Any:
        """Whom the lazy user will turn out to be, if that was found already."""
        return cached_user(self._request) if self._peeked is None else self._peeked


class DjangoResponse:
    """Writes on an HttpResponse what capture asks for."""

    __slots__ = ("_response",)

    def __init__(self, response: HttpResponseBase) -> None:
        self._response = response

    @property
    def status(self) -> int:
        return self._response.status_code

    @property
    def body(self) -> bytes:
        return getattr(self._response, "content", b"") if not self._response.streaming else b""

    def header(self, name: str) -> str:
        return str(self._response.headers.get(name, ""))

    def set_header(self, name: str, value: str) -> None:
        self._response.headers[name] = value

    def set_cookies(self, cookies: Sequence[Cookie]) -> None:
        self._response.cookies.update(morsels(cookies))


def cached_user(request: HttpRequest) -> Any:
    """The user that authentication has found for this request, None if it was not asked yet; at a login, who was there
    before."""
    found = request.__dict__.get(ASYNC_USER)
    return request.__dict__.get(SYNC_USER) if found is None else found
