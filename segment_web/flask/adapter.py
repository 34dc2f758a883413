"""Flask's request and response in the words of :mod:`segment_web.exchange.http`."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask, Request
from werkzeug.exceptions import RequestEntityTooLarge, SecurityError
from werkzeug.http import dump_cookie
from werkzeug.wrappers import Response

from segment_web.exchange.http import Cookie
from segment_web.exchange.urls import absolute_url, wsgi_text
from segment_web.exchange.wsgi_headers import WSGI_NAMES
from segment_web.flask import language, users

ADDRESS = ("SCRIPT_NAME", "PATH_INFO", "QUERY_STRING")


class FlaskRequest:
    """Reads a request on demand; nothing here touches the session before :meth:`user` is asked."""

    __slots__ = ("_app", "_environ", "_request")

    def __init__(self, request: Request, app: Flask) -> None:
        self._request = request
        self._environ = request.environ
        self._app = app

    @property
    def native(self) -> Request:
        return self._request

    @property
    def impersonation(self) -> None:
        """Flask has no package that lets one user act as another."""

    @property
    def secrets(self) -> Sequence[str | bytes]:
        keys = (self._app.secret_key, *(self._app.config.get("SECRET_KEY_FALLBACKS") or ()))
        return tuple(key for key in keys if key)

    @property
    def method(self) -> str:
        return self._request.method

    @property
    def url(self) -> str:
        try:
            host = self._request.host
        except SecurityError:
            host = ""
        mount, path, query = (wsgi_text(self._environ.get(name, "")) for name in ADDRESS)
        return absolute_url(self._request.scheme, host, mount.rstrip("/") + path, query)

    @property
    def secure(self) -> bool:
        return self._request.is_secure

    @property
    def cookies(self) -> str:
        return self.header("Cookie")

    @property
    def peer(self) -> str:
        return self._request.environ.get("REMOTE_ADDR") or ""

    @property
    def language(self) -> str:
        return language.chosen(self._app, self._request)

    def header(self, name: str) -> str:
        value: str = self._environ.get(WSGI_NAMES[name], "")
        return value

    def body(self, limit: int) -> bytes | None:
        length = self._request.content_length
        try:
            if length is not None and length <= limit:
                return self._request.get_data()  # also what a before_request function has read already
            body = self._request.stream.read(limit + 1)
        except RequestEntityTooLarge:  # more than the application's own MAX_CONTENT_LENGTH
            return None
        except Exception:  # noqa: BLE001 - the browser has gone, or the server says in its own way that it talks nonsense
            return b""
        return body if len(body) <= limit else None

    @property
    def user_ready(self) -> bool:
        return True

    def user(self) -> object | None:
        return users.authenticated(self._app, self._request)

    def vary_by_user(self) -> None:
        """Nothing: the user is always asked for, which uses the session if they are kept there, and Flask goes by that."""

    @property
    def user_replaced(self) -> bool:
        return False  # Flask's extensions find the user of a token when they are asked


class FlaskResponse:
    """Writes on a response what capture asks for."""

    __slots__ = ("_response",)

    def __init__(self, response: Response) -> None:
        self._response = response

    @property
    def status(self) -> int:
        return self._response.status_code

    @property
    def body(self) -> bytes:
        chunks = self._response.response if self._response.is_sequence else ()
        if isinstance(chunks, list) and len(chunks) == 1 and isinstance(chunks[0], bytes):
            return chunks[0]  # as nearly always, and found at a fraction of what follows
        return self._response.get_data() if chunks else b""

    def header(self, name: str) -> str:
        return ", ".join(self._response.headers.getlist(name))

    def set_header(self, name: str, value: str) -> None:
        self._response.headers[name] = value

    def set_cookies(self, cookies: Sequence[Cookie]) -> None:
        for cookie in cookies:
            header = dump_cookie(cookie.name, cookie.value, **cookie.attributes)
            partitioned = "; Partitioned" if cookie.partitioned else ""  # Werkzeug knows it since 3.1
            self._response.headers.add("Set-Cookie", header + partitioned)
