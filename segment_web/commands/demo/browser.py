"""As much of a browser as a shop can tell: cookies, forms with their tokens, redirects, referrers."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Final, Self
from urllib.parse import unquote

import httpx

from segment_web.commands.demo.forms import Form, forms_of
from segment_web.errors import SegmentError

USER_AGENT: Final = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
)
HEADERS: Final = {
    "User-Agent": USER_AGENT,
    "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en-GB,en;q=0.8",
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-Mode": "navigate",
}
TIMEOUT: Final = 10.0  # seconds a page may take; the first one loads templates
ANONYMOUS_ID: Final = "ajs_anonymous_id"
AGREED: Final = "segment_consent", "true"  # the answer to the banner, from an earlier visit


class Browser:
    """Visits the site at ``url``; the page it is on is ``path`` and ``page``."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(
            base_url=url, headers=HEADERS, follow_redirects=True, timeout=TIMEOUT, trust_env=False
        )
        self._client.cookies.set(*AGREED)
        self._referrer = ""
        self.path = ""
        self.page = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    @property
    def anonymous_id(self) -> str | None:
        """What the visitor's cookie says of who they are."""
        value = self._client.cookies.get(ANONYMOUS_ID)
        return None if value is None else unquote(value)

    def arrive(self, path: str, *, referrer: str) -> None:
        """Comes from another site."""
        self._referrer = referrer
        self.open(path)

    def open(self, path: str) -> None:
        """Follows a link; SegmentError if there is no page at its end."""
        self._show(self._client.get(path, headers=self._from_here()))

    def submit(self, action: str, values: Mapping[str, str] | None = None) -> None:
        """Fills in the page's form that goes to ``action`` and sends it; SegmentError if there is none."""
        form = self._form(action)
        origin = {"Origin": str(self._client.base_url).rstrip("/")}
        data = {**form.fields, **(values or {})}
        self._show(self._client.post(action, data=data, headers={**self._from_here(), **origin}))

    def _form(self, action: str) -> Form:
        found = [form for form in forms_of(self.page) if form.action == action]
        if not found:
            raise SegmentError(f"the page {self.path} has no form that goes to {action}")
        return found[0]

    def _from_here(self) -> dict[str, str]:
        return {"Referer": self._referrer} if self._referrer else {}

    def _show(self, response: httpx.Response) -> None:
        if response.status_code != httpx.codes.OK:
            raise SegmentError(f"{response.request.method} {response.url.path} was answered {response.status_code}")
        self._referrer = str(response.url)
        self.path = response.url.path
        self.page = response.text
