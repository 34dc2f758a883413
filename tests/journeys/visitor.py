"""One HTTP script for both example shops: a visit with everything that can go right and wrong in it."""

from __future__ import annotations

import re
from types import TracebackType
from typing import Any, NamedTuple, Self

import httpx

TOKEN = "csrfmiddlewaretoken"
PASSWORD = "an otter's password"
HEADERS = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    "Accept-Language": "de-AT,de;q=0.9",
    "Sec-Fetch-Dest": "document",
    "Sec-CH-UA": '"Chromium";v="126"',
    "Sec-CH-UA-Mobile": "?0",
    "Sec-CH-UA-Platform": '"Linux"',
}
AGREED = {"segment_consent": "true"}  # the answer to the banner, from an earlier visit
_NUMBER = re.compile(r"OO-[A-Z0-9]{8}(?![A-Z0-9])")


class Seen(NamedTuple):
    """What the visitor saw of an answer; the numbers of orders are taken out of it."""

    asked: str
    status: int
    location: str
    title: str
    fields: tuple[str, ...]
    is_known: bool


class Visitor:
    """Remembers cookies, the last form's token and all that was seen."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, headers=HEADERS, cookies=AGREED, trust_env=False, timeout=10)
        self._token = ""
        self._page = url + "/"
        self.seen: list[Seen] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def get(self, path: str) -> str:
        """Follows a link; where the answer leads to."""
        return self._look(self._client.get(path, headers={"Referer": self._page}))

    def post(self, path: str, **fields: Any) -> str:
        """Sends a form; where the answer leads to."""
        data = {TOKEN: self._token, **fields}
        return self._look(self._client.post(path, data=data, headers={"Referer": self._page}))

    def _look(self, answer: httpx.Response) -> str:
        if token := re.search(rf'name="{TOKEN}" value="([^"]+)"', answer.text):
            self._token = token[1]
        location = answer.headers.get("Location", "")
        title = re.search(r"<title>(.*?)</title>", answer.text)
        fields = set(re.findall(r'<(?:input|select)[^>]*name="([^"]+)"', answer.text))
        target = answer.request.url.raw_path.decode()
        asked, lead = f"{answer.request.method} {without_number(target)}", without_number(location)
        known = "ajs_anonymous_id" in self._client.cookies
        shown = without_number(title[1]) if title and not location else ""  # nobody sees the page of a redirect
        self.seen.append(Seen(asked, answer.status_code, lead, shown, tuple(sorted(fields)), known))
        return str(location)


def without_number(text: str) -> str:
    """The text with every order's number made the same."""
    return _NUMBER.sub("OO-NUMBER", text)


def visit(url: str) -> list[Seen]:
    """The whole visit of the shop at ``url``."""
    with Visitor(url) as visitor:
        look_around(visitor)
        fill_the_cart(visitor)
        sign_up(visitor)
        order(visitor)
        leave_and_come_back(visitor)
        return visitor.seen


def look_around(visitor: Visitor) -> None:
    visitor.get("/?utm_source=letter&utm_campaign=spring&email=a%40example.com&token=secret")
    visitor.get("/?category=kitchen")
    visitor.get("/search/?q=mug")
    visitor.get("/search/")
    visitor.get("/search/?q=zzzz%20%C3%BC")
    visitor.get("/products/acorn-mug/")
    visitor.get("/products/nothing-of-the-kind/")


def fill_the_cart(visitor: Visitor) -> None:
    visitor.post("/cart/add/acorn-mug/", quantity=2)
    visitor.get("/cart/")
    visitor.post("/cart/add/acorn-mug/", quantity=77)
    visitor.post("/cart/add/tide-flask/", quantity=1)
    visitor.post("/cart/remove/tide-flask/")
    visitor.get("/cart/")


def sign_up(visitor: Visitor) -> None:
    visitor.get("/checkout/")
    visitor.get("/account/")
    visitor.post("/newsletter/", email="anna@example.com", next="/")
    visitor.post("/newsletter/", email="no address", next="//evil.test/")
    visitor.get("/signup/")
    account = {"username": "anna", "first_name": "Anna", "password1": PASSWORD, "password2": PASSWORD}
    visitor.post("/signup/", email="no address", **account)
    visitor.post("/signup/", email="anna@example.com", next="/checkout/", **account)


def order(visitor: Visitor) -> None:
    visitor.get("/checkout/")
    visitor.post("/checkout/", full_name="Anna")
    address = {"full_name": "Anna", "street": "7 Willow Bank", "city": "Riverton", "postcode": "12345"}
    placed = visitor.post("/checkout/", country="Ruritania", **address)
    visitor.get(placed)
    visitor.get("/account/")
    visitor.post(f"{placed}cancel/")
    visitor.post(f"{placed}cancel/")
    visitor.get(placed)
    visitor.get("/checkout/")


def leave_and_come_back(visitor: Visitor) -> None:
    visitor.post("/logout/")
    visitor.get("/")
    visitor.get("/login/?next=/account/")
    visitor.post("/login/", username="anna", password="a wrong one")
    visitor.post("/login/", username="anna", password=PASSWORD, next="/account/")
    visitor.get("/login/")
    visitor.get("/")
    visitor.get("/healthz")
    visitor.get("/static/shop/style.css")
    visitor.get("/nowhere")
