"""SegmentASGI: delivery at each end of a server, and the lifespan of the wrapped application."""

from __future__ import annotations

import json

import pytest

from tests.processes.conftest import Start, end
from tests.processes.tally import Tally

SLOW = "Executing <"  # asyncio's complaint about a busy machine
# Keeps the answers of `application` to a server that says two things meanwhile, and how many messages were pending then.
SERVER = """
from segment_web.asgi import SegmentASGI
analytics.prepare()
answers = []
async def serve(application):
    asked, answered = asyncio.Queue(), asyncio.Event()
    async def send(event):
        pending = segment_web.stats().pending
        answers.append(event["type"].removeprefix("lifespan.") + f", {pending} pending")
        answered.set()
    task = asyncio.ensure_future(SegmentASGI(application)({"type": "lifespan"}, asked.get, send))
    await asked.put({"type": "lifespan.startup"})
    await asyncio.wait({task, asyncio.ensure_future(answered.wait())}, return_when=asyncio.FIRST_COMPLETED)
    say(2)
    await asked.put({"type": "lifespan.shutdown"})
    await task
"""
REPORT = """
    asyncio.run(serve(application))
    print(json.dumps(answers))
"""
ALL_ANSWERED = ["startup.complete, 0 pending", "shutdown.complete, 0 pending"]
APPLICATIONS = {
    "no lifespan, as Django": """
        async def application(scope, receive, send):
            raise ValueError("no lifespan")
    """,
    "no lifespan, noticed late": """
        async def application(scope, receive, send):
            await receive()
            raise ValueError("no lifespan")
    """,
    "no lifespan, ignored": """
        async def application(scope, receive, send):
            return
    """,
    "a lifespan that says something at its end": """
        async def application(scope, receive, send):
            assert (await receive())["type"] == "lifespan.startup"
            await send({"type": "lifespan.startup.complete"})
            assert (await receive())["type"] == "lifespan.shutdown"
            say(1)
            await send({"type": "lifespan.shutdown.complete"})
    """,
    "a lifespan that ends after the startup": """
        async def application(scope, receive, send):
            await receive()
            await send({"type": "lifespan.startup.complete"})
    """,
}


@pytest.mark.parametrize("application", APPLICATIONS.values(), ids=APPLICATIONS)
def test_the_shutdown_is_answered_when_all_is_delivered(start: Start, application: str) -> None:
    assert json.loads(end(start(SERVER, application, REPORT))) == ALL_ANSWERED


def test_a_failure_of_the_application_is_its_own(start: Start) -> None:
    script = """
        async def fails_at_start(scope, receive, send):
            await receive()
            await send({"type": "lifespan.startup.failed"})
            raise ValueError("no database")
        async def fails_at_end(scope, receive, send):
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            raise ValueError("no database")
        for application in (fails_at_end, fails_at_start):
            try:
                asyncio.run(serve(application))
            except ValueError as error:
                answers.append(str(error))
        print(json.dumps(answers))
    """
    answers = json.loads(end(start(SERVER, script), allowed=SLOW))
    assert answers == [*ALL_ANSWERED, "no database", "startup.failed, 0 pending", "no database"]


def test_a_client_outlives_each_shutdown(start: Start, tally: Tally) -> None:
    """Mangum and asgi-lifespan start and stop an application for each invocation."""
    script = """
        async def application(scope, receive, send):
            raise ValueError("no lifespan")
        for _ in range(3):
            asyncio.run(serve(application))
        print(json.dumps(answers))
    """
    assert json.loads(end(start(SERVER, script), allowed=SLOW)) == 3 * ALL_ANSWERED
    assert tally.who == {"parent": 6}


def test_a_server_that_is_down_delays_the_end_by_exit_timeout_and_the_log_counts_the_rest(
    start: Start, tally: Tally
) -> None:
    script = """
        async def application(scope, receive, send):
            raise ValueError("no lifespan")
        analytics = segment_web.configure("another-key", host="http://127.0.0.1:9", exit_timeout=0.2)
        asyncio.run(serve(application))
        os._exit(0)  # as uvicorn ends
    """
    process = start(SERVER, script)
    errors = process.communicate(timeout=60)[1]
    assert process.returncode == 0, errors
    assert "2 messages are still queued after exit_timeout; they are lost if the process ends now" in errors
