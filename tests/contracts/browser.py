"""A visitor's browser: keeps the cookies that an application under test gives it."""

from __future__ import annotations

from http.cookies import Morsel, SimpleCookie

from tests.contracts.app import Answer, App, Request

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
ANONYMOUS_ID = "ajs_anonymous_id"


class Browser:
    """Each visitor and each device is one; ``cookies`` are those it would send."""

    def __init__(self, app: App, *, agent: str = CHROME) -> None:
        self._app = app
        self._agent = agent
        self.cookies: dict[str, str] = {}

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask(self.request("GET", path, **headers))

    def post(self, path: str) -> Answer:
        return self._ask(self.request("POST", path))

    def request(self, method: str, path: str, **headers: str) -> Request:
        """What it would send; the names of headers are written with underscores."""
        own = {"Host": "shop.test", "User-Agent": self._agent}
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return Request(method, path, tuple({**own, **given}.items()), cookies)

    def keep(self, answer: Answer) -> None:
        """Takes the cookies of an answer."""
        for cookie in cookies_of(answer).values():
            if cookie["max-age"] == "0" or "1970" in cookie["expires"]:
                self.cookies.pop(cookie.key, None)
            else:
                self.cookies[cookie.key] = cookie.value

    @property
    def anonymous_id(self) -> str | None:
        """What the cookie of analytics.js says of who this is."""
        return self.cookies.get(ANONYMOUS_ID)

    def _ask(self, request: Request) -> Answer:
        answer = self._app.driver.request(request)
        self.keep(answer)
        return answer


def cookies_of(answer: Answer) -> dict[str, Morsel[str]]:
    """The cookies that an answer sets, by their names."""
    jar: SimpleCookie = SimpleCookie()
    for header in answer.all("Set-Cookie"):
        jar.load(header)
    return dict(jar)
