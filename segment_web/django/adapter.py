"""Django's request and response in the words of :mod:`segment_web.web.exchange`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.functional import LazyObject, empty

from segment_web.logs import internal_error
from segment_web.web.exchange import Cookie

CACHED_USERS = ("_acached_user", "_cached_user")  # where django.contrib.auth keeps the user it found


class DjangoRequest:
    """Reads an HttpRequest on demand; nothing here touches the session before :meth:`user` is asked."""

    __slots__ = ("_request",)

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def native(self) -> HttpRequest:
        return self._request

    @property
    def method(self) -> str:
        return self._request.method or ""

    @property
    def url(self) -> str:
        path = self._request.get_full_path()
        try:
            return f"{self._request.scheme}://{self._request.get_host()}{path}"
        except DisallowedHost:
            return path

    @property
    def secure(self) -> bool:
        return self._request.is_secure()

    @property
    def cookies(self) -> str:
        return str(self._request.META.get("HTTP_COOKIE", ""))

    @property
    def peer(self) -> str:
        return str(self._request.META.get("REMOTE_ADDR") or "")

    @property
    def language(self) -> str:
        """Only what LocaleMiddleware chose: without it the active language is the project's, not the visitor's."""
        return (translation.get_language() or "") if hasattr(self._request, "LANGUAGE_CODE") else ""

    def header(self, name: str) -> str:
        return str(self._request.META.get("HTTP_" + name.upper().replace("-", "_"), ""))

    @property
    def user_ready(self) -> bool:
        user = self._request.__dict__.get("user")
        if not isinstance(user, LazyObject) or user._wrapped is not empty or self._known_user is not None:
            return True
        return not _in_event_loop()

    def user(self) -> object | None:
        user: Any = self._known_user or getattr(self._request, "user", None)
        try:
            return user if user is not None and user.is_authenticated else None
        except Exception as error:  # noqa: BLE001 - no database, a cancelled request: an anonymous event, not an error
            internal_error("request.user", error)
            return None

    @property
    def _known_user(self) -> Any:
        """The user that was already found, without asking again; a user set by a view or by token authentication
        replaces ``request.user`` itself and needs no asking."""
        own = self._request.__dict__
        user = own.get("user")
        if isinstance(user, LazyObject) and user._wrapped is empty:
            return next((own[name] for name in CACHED_USERS if name in own), None)
        return None


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
        for cookie in cookies:
            self._response.set_cookie(
                cookie.name,
                cookie.value,
                max_age=cookie.max_age,
                path=cookie.path,
                domain=cookie.domain,
                secure=cookie.secure,
                httponly=cookie.httponly,
                samesite=cookie.samesite,  # type: ignore[arg-type] # checked when the settings were read
            )


def _in_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
