"""A browser that keeps cookies by domain and path and sends them in the order of RFC 6265."""

from __future__ import annotations

from typing import NamedTuple

from tests.contracts.app import Answer, App
from tests.contracts.browser import CHROME, Browser

HOST, DOMAIN = "www.shop.test", "shop.test"


class Scope(NamedTuple):
    """The key of a cookie; ``domain`` is empty for a cookie of the host alone."""

    name: str
    domain: str = ""
    path: str = "/"

    def matches(self, path: str) -> bool:
        below = self.path if self.path.endswith("/") else f"{self.path}/"
        return path == self.path or path.startswith(below)


class JarBrowser(Browser):
    """A visitor of ``www.shop.test``; ``jar`` has the oldest cookie first."""

    def __init__(self, app: App) -> None:
        super().__init__(app, agent=CHROME)
        self.jar: dict[Scope, str] = {}

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """Send a request with the cookies of its path, and keep the cookies of the answer."""
        plain = path.partition("?")[0]
        sent = sorted((scope for scope in self.jar if scope.matches(plain)), key=lambda scope: -len(scope.path))
        header = "; ".join(f"{scope.name}={self.jar[scope]}" for scope in sent)
        request = self.request(method, path, **{"Host": HOST, **headers})._replace(cookies=header)
        answer = self._app.driver.request(request)
        for line in answer.all("Set-Cookie"):
            self._take(line)
        return answer

    def ids(self, name: str) -> dict[tuple[str, str], str]:
        """The values of each cookie of this name by domain and path."""
        return {scope[1:]: value for scope, value in self.jar.items() if scope.name == name}

    def _take(self, line: str) -> None:
        pair, *attributes = (part.strip() for part in line.split(";"))
        name, _, value = pair.partition("=")
        known = {key.lower(): text for key, _, text in (one.partition("=") for one in attributes)}
        scope = Scope(name, known.get("domain", "").lstrip("."), known.get("path") or "/")
        if not HOST.endswith(scope.domain):
            return
        self.jar.pop(scope, None) if known.get("max-age") == "0" else self.jar.update({scope: value})
