"""A real browser on a site: what it sends, keeps and complains of."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.first_party import FirstParty
from tests.contracts.browser import CHROME

CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage"
).split()
HOSTS = "--host-resolver-rules=MAP *.test 127.0.0.1"  # real domains, for cookies
HOST = "www.shop.test"


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser; skips where there is none."""
    if not os.path.exists(CHROMIUM):
        pytest.skip(f"{CHROMIUM} is not installed")
    with pytest.MonkeyPatch.context() as patched, sync_playwright() as started:
        # Playwright leaves its event loop in this thread, where fixtures of Django's database go on to be torn down.
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = started.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, HOSTS])
        yield browser
        browser.close()


class Visit:
    """One browser profile on a site; ``complaints`` is what its console says."""

    def __init__(self, browser: Browser, proxy: FirstParty, port: int) -> None:
        self._context = browser.new_context(user_agent=CHROME)  # headless Chromium's own is a bot's
        self.proxy = proxy
        self.url = f"http://{HOST}:{port}"
        self.complaints: list[str] = []
        self.hosts: set[str] = set()
        self.page = self.open()

    def open(self) -> Page:
        """One more tab."""
        page = self._context.new_page()
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.hosts.add(request.url.split("/")[2].partition(":")[0]))
        return page

    def go(self, path: str = "/", *, messages: int | None = None) -> list[dict[str, Any]]:
        """Goes to a page and waits until so many messages have arrived in all; the messages."""
        self.page.goto(self.url + path)
        return self.proxy.wait(messages) if messages is not None else []

    @property
    def cookies(self) -> dict[str, tuple[str, str]]:
        """Of each cookie its value and its domain."""
        return {cookie["name"]: (cookie["value"], cookie["domain"]) for cookie in self.jar()}

    def jar(self) -> list[Any]:
        """Every cookie, those of one name too."""
        return list(self._context.cookies())

    def stored(self, name: str) -> object:
        """What localStorage has."""
        return self.page.evaluate(f"JSON.parse(localStorage.getItem('{name}'))")

    def close(self) -> None:
        self._context.close()
