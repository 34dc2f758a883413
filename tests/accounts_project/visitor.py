"""A visitor's browser, and what Segment hears of each of its steps."""

from __future__ import annotations

import json
import re
from typing import Any

from asgiref.sync import async_to_sync
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import mail
from django.test import AsyncClient, Client

from segment_web.testing import capture_events

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
PASSWORD = "a-long-enough-word"
CODE = re.compile(r"^\s*([A-Z0-9-]{6,9})\s*$", re.MULTILINE)
LINK = re.compile(r"http://testserver(\S+)")


class Visitor:
    """Answers each step with its events as lines: what happened, to whom (the name in their address, ``-`` for nobody),
    and the anonymous id: ``A`` for the browser's first, ``B`` for its second, ``-`` for none."""

    def __init__(self) -> None:
        self.client = Client(headers={"user-agent": CHROME})
        self.answer: Any = None
        self._letters: dict[str, str] = {}

    def get(self, path: str, **headers: str) -> list[str]:
        return self._step("get", path, {}, headers)

    def post(self, path: str, data: dict[str, Any] | None = None, **headers: str) -> list[str]:
        return self._step("post", path, data or {}, headers)

    def apost(self, path: str, data: dict[str, Any]) -> list[str]:
        """The same in an event loop, from a browser without cookies."""
        with capture_events() as events:
            self.answer = async_to_sync(AsyncClient().post)(path, data, headers={"user-agent": CHROME})
            return [self._line(message) for message in events]

    def say(self, event: str, user_id: object) -> list[str]:
        """What a script in the page says by way of the proxy."""
        said = {"writeKey": settings.SEGMENT["WRITE_KEY"], "event": event, "userId": str(user_id)}
        return self._step("post", "/a/v1/t", json.dumps(said), {}, content_type="text/plain")

    @property
    def page(self) -> str:
        """The last answer."""
        return str(self.answer.content.decode())

    @property
    def code(self) -> str:
        """The code in the last e-mail."""
        found = CODE.search(str(mail.outbox[-1].body))
        assert found is not None
        return found[1]

    @property
    def link(self) -> str:
        """The path that the last e-mail leads to."""
        found = LINK.search(str(mail.outbox[-1].body))
        assert found is not None
        return found[1]

    def _step(self, method: str, path: str, data: Any, headers: dict[str, str], **more: Any) -> list[str]:
        with capture_events() as events:
            self.answer = getattr(self.client, method)(path, data, headers=headers, **more)
            assert self.answer.status_code < 500, self.answer.content
            return [self._line(message) for message in events]

    def _line(self, message: dict[str, Any]) -> str:
        line = f"{message.get('event', message['type'])} {self._name(message)} {self._letter(message)}"
        traits = "".join(f" {name}={value}" for name, value in message.get("traits", {}).items() if value)
        assert PASSWORD not in str(message)
        assert "@" not in str(message)  # what was typed in or is known of a user, but was not asked for
        return line + traits + (" impersonated" if message["context"].get("impersonated") else "")

    def _name(self, message: dict[str, Any]) -> str:
        if "userId" not in message:
            return "-"
        return str(get_user_model().objects.get(pk=message["userId"]).email.partition("@")[0])

    def _letter(self, message: dict[str, Any]) -> str:
        if "anonymousId" not in message:
            return "-"
        return self._letters.setdefault(message["anonymousId"], chr(ord("A") + len(self._letters)))
