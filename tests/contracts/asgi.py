"""Asks an ASGI application as an ASGI server does, and several requests at once as tasks of one loop."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

from asgiref.sync import async_to_sync

from tests.contracts.app import MEETING, Answer, Request


class AsgiDriver:
    """Each call runs a loop of its own; synchronous code comes back to the caller's thread, as under a server."""

    def __init__(self, application: Any) -> None:
        self._application = application

    def request(self, request: Request) -> Answer:
        return async_to_sync(self._ask)(scope_of(request), request.body)

    def together(self, requests: Sequence[Request]) -> list[Answer]:
        async def all_of_them() -> list[Answer]:
            barrier = asyncio.Barrier(len(requests))
            scopes = [{**scope_of(request), MEETING: barrier} for request in requests]
            return await asyncio.gather(*(self._ask(scope, b"") for scope in scopes))

        return async_to_sync(all_of_them)()

    async def _ask(self, scope: dict[str, Any], body: bytes) -> Answer:
        sent: list[dict[str, Any]] = []
        events = asyncio.Queue[dict[str, Any]]()  # after the first there is none: the client waits for its answer
        events.put_nowait({"type": "http.request", "body": body, "more_body": False})

        async def send(event: dict[str, Any]) -> None:
            sent.append(event)

        await self._application(scope, events.get, send)
        start, *parts = sent
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"])
        return Answer(start["status"], headers, b"".join(part.get("body", b"") for part in parts))


def scope_of(request: Request) -> dict[str, Any]:
    """The connection scope; the path is decoded as uvicorn does it, and begins with the mount."""
    path = request.path.partition("?")[0]
    length = (("Content-Length", str(len(request.body))),) if request.body else ()
    headers = (*request.sent_headers, *length)
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.scheme,
        "path": request.mount + unquote(path),
        "raw_path": (request.mount + path).encode(),
        "root_path": request.mount,
        "query_string": request.query.encode("latin-1"),
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers],
        "client": (request.peer, 50000),
        "server": ("server.test", 443 if request.scheme == "https" else 80),
    }
