"""A shared cache in front of an application, as a CDN or a proxy is one (RFC 9111), without any clock."""

from __future__ import annotations

import re

from tests.contracts.app import Answer, App, Request

FRESH = re.compile(r"public|s-maxage=[1-9]|max-age=[1-9]")
FORBIDDEN = re.compile(r"private|no-store")


class SharedCache:
    """Keeps what it may keep for ever; ``hits`` counts the answers that came from its store."""

    def __init__(self, app: App) -> None:
        self.app = app
        self._kept: list[tuple[Request, Answer]] = []
        self.hits = 0

    def get(self, request: Request) -> Answer:
        for earlier, answer in self._kept:
            if earlier.path == request.path and _is_same(answer, earlier, request):
                self.hits += 1
                return answer
        answer = self.app.driver.request(request)
        control = ",".join(answer.all("Cache-Control"))
        if FRESH.search(control) and not FORBIDDEN.search(control):
            self._kept.append((request, answer))
        return answer


def _is_same(answer: Answer, earlier: Request, request: Request) -> bool:
    """Whether both requests agree in all that the answer varies by."""
    names = [name.strip().lower() for value in answer.all("Vary") for name in value.split(",")]
    return "*" not in names and all(_sent(earlier, name) == _sent(request, name) for name in names)


def _sent(request: Request, name: str) -> list[str]:
    return [value for key, value in request.sent_headers if key.lower() == name]
