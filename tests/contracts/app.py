"""An application under test: the same few routes in every framework, asked by the same requests.

The routes, which each framework's module beside this one has:

========================  ===========================================================================================
``/seen...``              tracks ``Seen``, whatever the rest of the path and the method are
``/nothing``              answers, and touches neither analytics nor the session
``/look``                 reads everything that is known of the visitor and says nothing
``/page``                 an HTML page
``/public-page``          an HTML page that a shared cache may keep
``/public``               tracks ``Seen`` on a response that a shared cache may keep
``/newsletter?email=``    identifies somebody who is not logged in, tracks ``Newsletter Subscribed``
``/webhook?customer=``    tracks ``Invoice Paid`` of that user
``/sign-up?name=``        makes an account and logs it in
``/sign-in?name=``        logs in, ``/sign-out`` logs out
``/consent?to=``          tracks ``Asked``, hands that JSON to ``set_consent``, tracks ``Answered``, and says that a
                          shared cache may keep its answer
``/meet?name=``           tracks ``Came``, waits for the other requests, tracks ``Went``
``/job``                  sends the Celery task :func:`tests.jobs.tasks.say` and answers with its id, once it knows the
                          user; then tracks ``Seen``, unless it is asked with ``?only``
``/stream``               tracks ``Row Streamed`` while each of its three chunks is made
``/decorated``            ``@track_event("Plan Upgraded", properties={"plan": "pro"})``; ``?status=`` is its answer's
``/bad-properties``       the same with ``properties`` that raise, ``/bad-when`` with a ``when`` that raises
``/hostile?kind=``        tracks :data:`tests.contracts.hostile.CALLS` of that kind
``/broken-user?at=``      tracks ``Seen`` while the logged-in user raises when that attribute is asked for
``/error``                tracks ``Seen``, then raises
``/a/...``                the first-party proxy
``/health``               the package's own view of that name
========================  ===========================================================================================
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol
from urllib.parse import unquote_to_bytes

from segment_web import Analytics

Headers = tuple[tuple[str, str], ...]
MEETING = "tests.contracts.meeting"  # where a request's environ or scope has the barrier of ``/meet``


class Request(NamedTuple):
    """``path`` is the request's target as it travels: percent-encoded, with its query."""

    method: str = "GET"
    path: str = "/seen"
    headers: Headers = ()
    cookies: str = ""
    peer: str = "192.0.2.1"
    scheme: str = "http"
    mount: str = ""  # the prefix that the server has given to the application
    body: bytes = b""

    @property
    def raw_path(self) -> bytes:
        """The path without the mount, decoded to its bytes."""
        return unquote_to_bytes(self.path.partition("?")[0])

    @property
    def query(self) -> str:
        return self.path.partition("?")[2]

    @property
    def sent_headers(self) -> Headers:
        return (*self.headers, ("Cookie", self.cookies)) if self.cookies else self.headers


class Answer(NamedTuple):
    """What the server was given to send."""

    status: int
    headers: Headers
    body: bytes

    def all(self, name: str) -> list[str]:
        """The values of a header, in their order."""
        return [value for key, value in self.headers if key.lower() == name.lower()]


class Driver(Protocol):
    """Asks an application as a web server does."""

    def request(self, request: Request) -> Answer: ...

    def together(self, requests: Sequence[Request]) -> list[Answer]:
        """All at once, and none is answered before each of them has come to ``/meet``."""


@dataclass(frozen=True, slots=True)
class App:
    """``analytics`` is the application's client, None where segment_web is not switched on."""

    driver: Driver
    analytics: Analytics | None
