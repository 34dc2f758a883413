"""The border with a framework: what it offers of its request, and what it is asked to write on its response."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


class HttpRequest(Protocol):
    """A request as every server has it: enough for pages, endpoints and webhooks. No member raises."""

    @property
    def method(self) -> str:
        """The HTTP method in upper case."""

    @property
    def url(self) -> str:
        """The absolute URL in URI form (percent-encoded, query included, no fragment); path and query alone if the
        framework rejects the Host header."""

    def header(self, name: str) -> str:
        """The value of a request header by its HTTP name (``"User-Agent"``), ``""`` when absent."""

    def body(self, limit: int) -> bytes | None:
        """The body as it was sent, None when it has more than ``limit`` bytes, ``b""`` when it cannot be read. No more
        is read than that, and only once."""


class WebRequest(HttpRequest, Protocol):
    """A framework's request as lazy readers: each member is read only when an event needs it, and may be read twice.

    No member raises. A value that the framework refuses to give (a forbidden Host header, undecodable bytes) is ``""``.
    """

    @property
    def secure(self) -> bool:
        """Whether the request came over HTTPS, by the framework's own rules."""

    @property
    def cookies(self) -> str:
        """The Cookie header as it was sent."""

    @property
    def peer(self) -> str:
        """The address of the socket's other end, ``""`` when the server does not say (a Unix socket)."""

    @property
    def language(self) -> str:
        """The language the framework chose for this visitor (``"en-us"``), ``""`` if it does not choose one."""

    @property
    def user_ready(self) -> bool:
        """Whether :meth:`user` can answer now; in async code a framework may have to be awaited first."""

    def user(self) -> object | None:
        """The authenticated user, None for a visitor who is not logged in; may run the framework's own query, once.

        It is asked for the sake of an event: where a framework can tell that there is nobody, it leaves no trace of that.
        """

    def vary_by_user(self) -> None:
        """The response depends on who is here: a cache that goes by what the framework says gives it to nobody else."""

    @property
    def user_replaced(self) -> bool:
        """Whether the framework was given another user since :meth:`user` was asked, as by token authentication, which
        finds its user when the view begins."""

    @property
    def impersonation(self) -> Callable[[], bool] | None:
        """Asks the session of a known user whether somebody else acts in their place; None where nothing is in use that
        lets anybody. May raise."""

    @property
    def secrets(self) -> Sequence[str | bytes]:
        """The application's own secret keys, the one to sign with first, older ones after it; empty if it has none."""

    @property
    def native(self) -> object:
        """The framework's own request, for the application's callables."""


@dataclass(frozen=True, slots=True)
class Cookie:
    """One Set-Cookie; ``max_age=0`` deletes. The value is the text as it travels: the browser reads it so, unquoted."""

    name: str
    value: str
    max_age: int
    path: str
    domain: str | None
    secure: bool
    httponly: bool
    samesite: str
    partitioned: bool = False

    @property
    def attributes(self) -> dict[str, Any]:
        """The attributes by the keywords of ``set_cookie()`` that Django and all versions of Werkzeug share."""
        return {
            "max_age": self.max_age,
            "path": self.path,
            "domain": self.domain,
            "secure": self.secure,
            "httponly": self.httponly,
            "samesite": self.samesite,
        }


class WebResponse(Protocol):
    """A framework's response, as much of it as capture must see and change."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    @property
    def body(self) -> bytes:
        """The body as far as it is at hand; ``b""`` for a stream."""

    def header(self, name: str) -> str:
        """The value of a response header, ``""`` when absent."""

    def set_header(self, name: str, value: str) -> None:
        """Replaces a response header."""

    def set_cookies(self, cookies: Sequence[Cookie]) -> None:
        """Adds one Set-Cookie header for each."""
