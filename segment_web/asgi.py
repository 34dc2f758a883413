"""The ASGI wrapper that delivers queued messages at the end of a server: uvicorn ends by SIGTERM and runs no exit handlers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from segment_web.logs import log
from segment_web.process import lifetime, uvicorn

__all__ = ["SegmentASGI"]

Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]  # servers and frameworks each have types of their own


class SegmentASGI:
    """``application = SegmentASGI(application)``, around an ASGI application of any framework.

    At ``lifespan.shutdown`` every client of this process delivers its queue within its ``exit_timeout``. The clients stay
    open, so that an adapter may start and stop the application many times (Mangum, asgi-lifespan). The wrapped application
    takes part in the lifespan protocol. If it does not support the protocol, the wrapper answers the server.
    """

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Event, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await self._application(scope, receive, send)
            return
        uvicorn.delivers_at_end()
        lifespan = _Lifespan(receive, send)
        try:
            await self._application(scope, lifespan.receive, lifespan.send)
        except Exception as error:
            if lifespan.has_begun:
                await lifespan.finish()
                raise
            kind = type(error).__name__
            log(logging.INFO, "lifespan", f"segment_web answers the lifespan protocol: the application raised {kind}")
        await lifespan.finish()


class _Lifespan:
    """The conversation between a server and the wrapped application."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._unanswered = ""  # the type of the server's last event
        self._is_over = False
        self.has_begun = False  # the startup is answered

    async def receive(self) -> Event:
        event = await self._receive()
        self._unanswered = event["type"]
        return event

    async def send(self, event: Event) -> None:
        """Pass an answer on to the server, an answer to the shutdown after the delivery."""
        if event["type"].startswith("lifespan.shutdown."):
            await _deliver()
            self._is_over = True
        self._is_over = self._is_over or event["type"] == "lifespan.startup.failed"
        self._unanswered, self.has_begun = "", True
        await self._send(event)

    async def finish(self) -> None:
        """Answer every event that the application leaves unanswered."""
        while not self._is_over:
            asked = self._unanswered or (await self.receive())["type"]
            await self.send({"type": f"{asked}.complete"})


async def _deliver() -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:  # another event loop, such as trio's: nothing else runs at the shutdown
        lifetime.deliver_all()
    else:
        await asyncio.to_thread(lifetime.deliver_all)
