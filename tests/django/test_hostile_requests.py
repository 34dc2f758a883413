"""Requests of random bytes: none makes an error of ours, whatever stands in its path, query, headers and cookies."""

from __future__ import annotations

import logging
import random
from typing import Any
from urllib.parse import quote, unquote
from wsgiref.util import setup_testing_defaults

import pytest
from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import re_path

from segment_web.exchange.urls import absolute_url
from segment_web.testing.captured import CapturedEvents
from tests.django.conftest import Overridden
from tests.effort import scaled

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db(transaction=True)]

Communicator: Any = ApplicationCommunicator  # which has no types
WSGI_ROUNDS = scaled(2_500)
ASGI_ROUNDS = scaled(500)  # each of these starts a thread in Django
SEED = 20_260_105
PIECES = [
    *(
        b"%",
        b"%ff",
        b"%00",
        b"\xff\xfe",
        b"\xc3\xa9",
        b"\x00",
        b"\r\n",
        b'"',
        b"\\",
        b";",
        b"=",
        b",",
        b"&",
        b"?",
        b"[",
        b"@",
    ),
    *(b"ajs_anonymous_id=", b"ajs_user_id=", b"sessionid=x", b"%22a%22", b"utm_source=", b"utm_", b"token=", b"q=0.5"),
    *(b"10.0.0.1", b"::1", b"[::1]:80", b"999.1.1.1", b"de-AT", b"*", b"://", b"a@b.example", b"\xed\xa0\x80", b"?1"),
]
HEADERS = (
    *(
        "Host",
        "Cookie",
        "User-Agent",
        "Referer",
        "Accept-Language",
        "X-Forwarded-For",
        "Forwarded",
        "X-Forwarded-Proto",
    ),
    *("Sec-CH-UA", "Sec-CH-UA-Mobile", "Sec-CH-UA-Platform", "Sec-Fetch-Dest", "Sec-Purpose", "HX-Request", "Purpose"),
)


def said(request: Any, **_: Any) -> HttpResponse:
    request.segment.track("Fuzz Met")
    request.segment.identify(traits={"path": request.path})
    request.segment.track("Fuzz Read", {"ip": request.segment.ip, "campaign": request.segment.campaign})
    return HttpResponse("<p>ok")


async def said_async(request: Any, **_: Any) -> HttpResponse:
    return said(request)


urlpatterns = [re_path(r"(?s)^async/", said_async), re_path(r"(?s)^", said)]


class Fuzz:
    """Random requests, the same ones in every run."""

    def __init__(self) -> None:
        self._random = random.Random(SEED)

    def text(self) -> bytes:
        whole = b"".join(self._random.choices(PIECES, k=self._random.randrange(8)))
        noise = self._random.randbytes(self._random.randrange(12)) if self._random.random() < 0.3 else b""
        return whole + noise + (b"x" * 5_000 if self._random.random() < 0.02 else b"")

    def headers(self) -> dict[str, bytes]:
        names = self._random.sample(HEADERS, self._random.randrange(len(HEADERS)))
        return {"Host": b"testserver", **{name: self.text() for name in names if name != "Host" or self.rarely()}}

    def rarely(self) -> bool:
        return self._random.random() < 0.1


def over_wsgi(application: Any, fuzz: Fuzz) -> int:
    environ: dict[str, Any] = {"REQUEST_METHOD": "GET", "QUERY_STRING": fuzz.text().decode("latin-1")}
    environ["PATH_INFO"] = "/" + fuzz.text().decode("latin-1")
    environ["REMOTE_ADDR"] = fuzz.text().decode("latin-1") if fuzz.rarely() else "127.0.0.1"
    for name, value in fuzz.headers().items():
        environ["HTTP_" + name.upper().replace("-", "_")] = value.decode("latin-1")
    setup_testing_defaults(environ)
    statuses: list[int] = []
    response: Any = application(environ, lambda status, *_: statuses.append(int(status[:3])))
    assert b"".join(response) is not None
    response.close()
    return statuses[0]


async def over_asgi(application: Any, fuzz: Fuzz) -> int:
    raw = b"/async/" + quote(fuzz.text()).encode()
    # Django itself answers 400 to a query that is not UTF-8.
    query = fuzz.text() if fuzz.rarely() else quote(fuzz.text(), safe="%&=?[]").encode()
    scope = {
        "type": "http",
        "method": "GET",
        "path": unquote(raw.decode()),
        "raw_path": raw,
        "scheme": "http",
        "query_string": query,
        "client": (fuzz.text().decode("latin-1"), 1),
        "server": ("127.0.0.1", 80),
        "headers": [(name.lower().encode(), value) for name, value in fuzz.headers().items()],
    }
    request: Any = Communicator(application, scope)
    await request.send_input({"type": "http.request", "body": b""})
    answer = await request.receive_output(60)
    await request.wait(60)
    return int(answer["status"])


def statuses_over_wsgi(fuzz: Fuzz) -> list[int]:
    application = get_wsgi_application()
    return [over_wsgi(application, fuzz) for _ in range(WSGI_ROUNDS)]


@async_to_sync
async def statuses_over_asgi(fuzz: Fuzz) -> list[int]:
    application = get_asgi_application()
    return [await over_asgi(application, fuzz) for _ in range(ASGI_ROUNDS)]


@pytest.mark.parametrize("ask", [statuses_over_wsgi, statuses_over_asgi], ids=["wsgi", "asgi"])
def test_no_request_makes_an_error(
    segment: Overridden, segment_events: CapturedEvents, caplog: pytest.LogCaptureFixture, ask: Any
) -> None:
    segment(PAGE_VIEWS=True, CLICK_IDS=True, TRUSTED_PROXIES=["10.0.0.0/8", "127.0.0.1"], IP="mask")
    with caplog.at_level(logging.WARNING, "segment_web"):
        statuses = ask(Fuzz())
    assert set(statuses) <= {200, 400}
    assert statuses.count(200) > len(statuses) / 2
    assert [record.getMessage() for record in caplog.records if record.name.startswith("segment_web")] == []
    assert len(segment_events.named("Fuzz Met")) == statuses.count(200)
    assert segment_events.dropped == []


def test_half_a_character_in_a_path_is_no_error() -> None:
    """No server known makes one of what it receives; an application's middleware may."""
    assert absolute_url("https", "shop.test", "/half \ud800", "q=\udfff") == "https://shop.test/half%20%3F?q=?"
