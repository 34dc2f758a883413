"""A person with a browser in an example shop: what they do there, and what Segment is told of it."""

from __future__ import annotations

from itertools import count
from typing import Any

from playwright.sync_api import Browser, Page, Route

from segment_web.collector import CollectorServer
from tests.contracts.browser import ANONYMOUS_ID, CHROME

HOST = "www.shop.test"
PASSWORD = "an otter's password"
PATIENCE = 10.0  # seconds until a message that does not come is given up
PAGE_CALL = "**/v1/p"
PLAIN_HTTP = "The Cross-Origin-Opener-Policy header has been ignored"  # what Django's default is worth without TLS
READY = "window.analytics && analytics.initialized"  # analytics.js has come and knows its settings

_numbers = count(1)
Message = dict[str, Any]


class Shopper:
    """One browser profile; its user agent is like no other's, which tells the messages of several people apart."""

    def __init__(self, browser: Browser, url: str, collector: CollectorServer, *, has_agreed: bool) -> None:
        self.number = next(_numbers)
        self._agent = CHROME.replace("126.0.0.0", f"126.0.{self.number}.0")
        self._collector = collector
        self._context = browser.new_context(user_agent=self._agent, base_url=url.replace("127.0.0.1", HOST))
        self._context.on("console", lambda message: self._complained(message.text))
        self._context.on("weberror", lambda error: self._complained(str(error.error)))
        self._context.on("request", lambda request: self.hosts.add(request.url.split("/")[2].partition(":")[0]))
        self.complaints: list[str] = []
        self.hosts: set[str] = set()
        if has_agreed:
            self.has("segment_consent", "true", domain=HOST)
        self.page = self.open_tab()

    def open_tab(self) -> Page:
        """One more tab."""
        return self._context.new_page()

    def open(self, path: str) -> None:
        """Until analytics.js is there; what it says of the page may still be on its way."""
        self.page.goto(path)
        self.page.wait_for_function(READY)

    def go(self, path: str) -> None:
        """Until the page call is answered: of what is in flight when a page is left analytics.js may lose some."""
        with self.page.expect_response(PAGE_CALL):
            self.open(path)

    def run(self, script: str) -> None:
        """Something that the page's own scripts would do, without waiting for what comes of it."""
        self.page.evaluate(f"() => {{ {script} }}")

    def zoom(self) -> None:
        """Something that only the browser knows of: it tracks "Zoomed"."""
        with self.page.expect_response("**/v1/t"):
            self.run("analytics.track('Zoomed')")

    def subscribe(self, email: str) -> None:
        """To the newsletter, by the form on every page."""
        self.page.fill("form.letter input[name=email]", email)
        self._press("form.letter button")

    def answer(self, button: str) -> None:
        """In the banner, or at the foot of the page."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=button).click()

    def sign_up(self, name: str) -> None:
        self.go("/signup/")
        account = {"username": f"{name}{self.number}", "first_name": name, "email": f"{name}@example.com"}
        self._fill_in({**account, "password1": PASSWORD, "password2": PASSWORD})

    def sign_in(self, name: str) -> None:
        self.go("/login/")
        self._fill_in({"username": f"{name}{self.number}", "password": PASSWORD})

    def sign_out(self) -> None:
        self._press("form[action='/logout/'] button")

    def told(self, count: int) -> list[Message]:
        """What Segment was told of this person, when that is at least so much."""
        while len(mine := self._mine(everything := self._collector.messages)) < count:
            self._collector.wait_for(len(everything) + 1, PATIENCE)
        return mine

    @property
    def jar(self) -> list[Any]:
        """Every cookie, in the order in which the browser sends them."""
        return list(self._context.cookies())

    @property
    def anonymous_id(self) -> str:
        """What the one cookie says; localStorage agrees."""
        (found,) = {cookie["value"] for cookie in self.jar if cookie["name"] == ANONYMOUS_ID}
        assert self.stored(ANONYMOUS_ID) == found
        return str(found)

    def stored(self, name: str) -> Any:
        """What localStorage has."""
        return self.page.evaluate(f"JSON.parse(localStorage.getItem('{name}'))")

    def has(self, name: str, value: str, *, domain: str) -> None:
        """The browser has had this cookie since before."""
        self._context.add_cookies([{"name": name, "value": value, "domain": domain, "path": "/"}])

    def loses(self, name: str) -> None:
        """A cookie that has expired."""
        self._context.clear_cookies(name=name)

    def loses_what_it_sends_from(self, path: str) -> None:
        """The network fails while analytics.js tracks something on this page."""

        def answer(route: Route) -> None:
            if route.request.headers["referer"].endswith(path):
                route.abort()
            else:
                route.continue_()

        self.page.route("**/v1/t", answer)  # asked while the test waits for the browser, and at no other time

    def close(self) -> None:
        self._context.close()

    def _fill_in(self, fields: dict[str, str]) -> None:
        for name, value in fields.items():
            self.page.fill(f"form.door [name={name}]", value)
        with self.page.expect_response("**/v1/i"):  # the page afterwards knows who it is
            self._press("form.door button")

    def _press(self, button: str) -> None:
        with self.page.expect_response(PAGE_CALL):
            self.page.click(button)
        self.page.wait_for_function(READY)

    def _complained(self, text: str) -> None:
        if not text.startswith(PLAIN_HTTP):
            self.complaints.append(text)

    def _mine(self, messages: list[Message]) -> list[Message]:
        return [message for message in messages if message["context"].get("userAgent") == self._agent]


def who(messages: list[Message]) -> set[tuple[str, str | None]]:
    """Whose they are: anonymous ids and users."""
    return {(message["anonymousId"], message.get("userId")) for message in messages}


def by(messages: list[Message]) -> dict[str, list[str]]:
    """What was said by the browser and what by the server, in the order of the alphabet."""
    said: dict[str, list[str]] = {"browser": [], "server": []}
    for message in messages:
        is_browsers = message["context"]["library"]["name"] == "analytics.js"
        said["browser" if is_browsers else "server"].append(message.get("event") or message["type"])
    return {side: sorted(names) for side, names in said.items()}
