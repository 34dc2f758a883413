"""A real browser on a site: what it sends, keeps and complains of."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

from tests.browser.first_party import API, CDN, FirstParty
from tests.contracts.browser import CHROME

CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage"
).split()
# Real domains, for cookies; and no way to any other host.
HOSTS = "--host-resolver-rules=MAP *.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
# Headless Chromium's own is a bot's. A context's does not hold for what is sent while its page is being left.
AGENT = f"--user-agent={CHROME}"
HOST = "www.shop.test"


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser; skips where there is none."""
    if not os.path.exists(CHROMIUM):
        pytest.skip(f"{CHROMIUM} is not installed")
    with pytest.MonkeyPatch.context() as patched, sync_playwright() as started:
        # Playwright leaves its event loop in this thread, where fixtures of Django's database go on to be torn down.
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = started.chromium.launch(
            executable_path=CHROMIUM,
            args=[*QUIET, HOSTS, AGENT],
            ignore_default_args=["--disable-back-forward-cache"],  # people go back to a page as they left it
        )
        yield browser
        browser.close()


class Visit:
    """One browser profile on a site; ``complaints`` is what its console says."""

    def __init__(self, browser: Browser, proxy: FirstParty, port: int, scheme: str) -> None:
        self._context = browser.new_context(ignore_https_errors=True)
        self.proxy = proxy
        self.url = f"{scheme}://{HOST}:{port}"
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

    def answer_for_segment(self) -> list[str]:
        """What is asked of Segment's own hosts is answered without leaving the browser; the addresses asked."""
        asked: list[str] = []

        def answer(route: Route) -> None:
            asked.append(route.request.url)
            path = route.request.url.removeprefix(CDN).removeprefix(API).removeprefix("/")
            status, kind, body = self.proxy.answer(path, {"REQUEST_METHOD": route.request.method})
            headers = {"Access-Control-Allow-Origin": "*"}
            route.fulfill(status=status, content_type=kind, body=body, headers=headers)

        self.page.route(re.compile(f"{CDN}/|{API}/"), answer)
        return asked

    def has(self, name: str, value: str, *, domain: str, path: str = "/") -> None:
        """The browser has had this cookie since before."""
        self._context.add_cookies([{"name": name, "value": value, "domain": domain, "path": path}])

    def jar(self) -> list[Any]:
        """Every cookie, those of one name too."""
        return list(self._context.cookies())

    def stored(self, name: str) -> object:
        """What localStorage has."""
        return self.page.evaluate(f"JSON.parse(localStorage.getItem('{name}'))")

    def close(self) -> None:
        self._context.close()
