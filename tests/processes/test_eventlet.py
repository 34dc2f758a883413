"""eventlet: with everything patched the worker is a greenlet, and connections end as they do without it."""

from __future__ import annotations

import json

import pytest

from tests.net.hostile import Handler, HostileServer, ending, resetting
from tests.processes.conftest import Start, end
from tests.processes.tally import Tally

pytest.importorskip("eventlet", reason="eventlet is not installed")
pytestmark = pytest.mark.once

# eventlet warns of itself.
PATCH = "import warnings; warnings.simplefilter('ignore'); import eventlet; eventlet.monkey_patch()"
CLOSING = ending(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}")


@pytest.mark.parametrize(("handler", "delivered"), [(CLOSING, 5), (resetting(b""), 0)], ids=["closes", "resets"])
def test_a_connection_that_ends_is_closed_and_its_answer_counts(start: Start, handler: Handler, delivered: int) -> None:
    body = """
        from segment_web.net.failures import NetworkError
        from segment_web.net.session import Session
        session, taken = Session(timeout=5), 0
        for _ in range(5):
            try:
                taken += session.post(url, b"{}", {}).status == 200
            except NetworkError:
                pass
        session.close()
        print(json.dumps([taken, len(session._backend.open_streams)]))
    """
    with HostileServer(handler) as server:
        process = start(f"url = {server.url!r}", body, first=PATCH)
        assert json.loads(end(process)) == [delivered, 0]


def test_what_is_queued_is_delivered_at_exit(start: Start, tally: Tally) -> None:
    end(start("say(5)", first=PATCH))
    assert tally.who == {"parent": 5}
