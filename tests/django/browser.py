"""A visitor's browser that asks the test project's views through Django's real handlers, WSGI or ASGI."""

from __future__ import annotations

from typing import Any

from asgiref.sync import async_to_sync
from django.test import AsyncClient, Client

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
PREFIX = {"wsgi": "", "asgi": "/async"}  # the asynchronous twins of the views


class Browser:
    """Keeps its cookies; each visitor and each device is one."""

    def __init__(self, interface: str = "wsgi", *, agent: str = CHROME, **options: Any) -> None:
        self._prefix = PREFIX[interface]
        made = Client if interface == "wsgi" else AsyncClient
        self._agent = agent
        self.client: Any = made(**options)

    def get(self, path: str, **headers: str) -> Any:
        return self._ask("get", path, headers)

    def post(self, path: str, **data: str) -> Any:
        return self._ask("post", path, {}, data=data)

    @property
    def anonymous_id(self) -> str:
        """What the cookie of analytics.js says, ``""`` if there is none."""
        return self._cookie("ajs_anonymous_id")

    def _ask(self, method: str, path: str, headers: dict[str, str], **options: Any) -> Any:
        ask = getattr(self.client, method)
        if isinstance(self.client, AsyncClient):
            ask = async_to_sync(ask)
        # Given with each request: AsyncClient sends what its constructor is given under other names.
        return ask(self._prefix + path, headers={"user-agent": self._agent, **headers}, **options)

    def _cookie(self, name: str) -> str:
        return str(self.client.cookies[name].value) if name in self.client.cookies else ""
