"""A shopper's walk through an example shop, from a letter's link to an order, out of the door and in again."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import httpx

from segment_web.commands.demo.browser import Browser
from segment_web.errors import SegmentError

CAMPAIGN: Final = {"source": "newsletter", "medium": "email", "name": "otter-autumn"}
FIRST_PAGE: Final = "/?utm_source=newsletter&utm_medium=email&utm_campaign=otter-autumn"
REFERRER: Final = "https://mail.example.com/"
PRODUCT: Final = "acorn-mug"
QUANTITY: Final = 2
EMAIL: Final = "robin@example.com"
ADDRESS: Final = {
    "full_name": "Robin Reed",
    "street": "7 Willow Bank",
    "city": "Riverton",
    "postcode": "12345",
    "country": "Ruritania",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing the shopper did, the page it led to, and the visitor cookie afterwards."""

    name: str
    path: str
    anonymous_id: str | None


@dataclass(frozen=True, slots=True)
class ShopWalk:
    """All steps, in order, and the number of the order as the shop's address bar showed it."""

    steps: tuple[Step, ...]
    order: str

    def cookies(self, *, after: str, until: str) -> tuple[str | None, ...]:
        """The visitor cookie after the steps from ``after`` to ``until``, both included."""
        names = [step.name for step in self.steps]
        return tuple(step.anonymous_id for step in self.steps[names.index(after) : names.index(until) + 1])


def walk(url: str) -> ShopWalk:
    """Walks through the shop at ``url`` over HTTP. SegmentError when a page is missing or broken."""
    name, password = f"robin{secrets.token_hex(4)}", secrets.token_urlsafe(12)
    account = {"username": name, "first_name": "Robin", "email": EMAIL, "password1": password, "password2": password}
    steps: list[Step] = []
    with Browser(url) as browser:

        def do(what: str, act: Callable[[], None]) -> None:
            steps.append(done(browser, what, act))

        do("arrive", lambda: browser.arrive(FIRST_PAGE, referrer=REFERRER))
        do("search", lambda: browser.open("/search/?q=mug"))
        do("product", lambda: browser.open(f"/products/{PRODUCT}/"))
        do("add", lambda: browser.submit(f"/cart/add/{PRODUCT}/", {"quantity": str(QUANTITY)}))
        do("newsletter", lambda: browser.submit("/newsletter/", {"email": EMAIL}))
        do("door", lambda: browser.open("/signup/?next=/checkout/"))
        do("sign up", lambda: browser.submit("/signup/", account))
        do("order", lambda: browser.submit("/checkout/", ADDRESS))
        order = browser.path.strip("/").rpartition("/")[2]
        do("account", lambda: browser.open("/account/"))
        do("cancel", lambda: browser.submit(f"/orders/{order}/cancel/"))
        do("sign out", lambda: browser.submit("/logout/"))
        do("home", lambda: browser.open("/"))
        do("door again", lambda: browser.open("/login/"))
        do("sign in", lambda: browser.submit("/login/", {"username": name, "password": password}))
    return ShopWalk(tuple(steps), order)


def done(browser: Browser, what: str, act: Callable[[], None]) -> Step:
    """Does one step; SegmentError names it when it fails."""
    try:
        act()
    except httpx.HTTPError as problem:
        raise SegmentError(f"the shop did not answer at the step {what!r}: {type(problem).__name__}") from problem
    except SegmentError as problem:
        raise SegmentError(f"the shopper came to a halt at the step {what!r}: {problem}") from problem
    return Step(what, browser.path, browser.anonymous_id)
