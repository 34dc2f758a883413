"""The ASGI wrapper that drains the queue when the server ends: uvicorn re-raises SIGTERM and runs no exit handlers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from asgiref.sync import sync_to_async

from segment_web.django import conf

Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]  # servers and frameworks each have types of their own


class SegmentASGI:
    """``application = SegmentASGI(get_asgi_application())`` in asgi.py.

    Answers the server's lifespan protocol (which Django itself does not) and passes everything else on.
    """

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Event, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
        else:
            await self._application(scope, receive, send)


async def _live(receive: Receive, send: Send) -> None:
    while True:
        event = await receive()
        if event["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        elif event["type"] == "lifespan.shutdown":
            await sync_to_async(conf.client().close, thread_sensitive=False)()
            await send({"type": "lifespan.shutdown.complete"})
            return
