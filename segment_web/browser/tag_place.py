"""Where a tag stands: what a framework knows of the page, and Segment's rules do not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from segment_web.browser.script_json import script_json
from segment_web.client import Analytics
from segment_web.pipeline.sanitise import Encoder
from segment_web.scopes.current import current
from segment_web.web.request.recorded import why_not
from segment_web.web.request.request_analytics import RequestAnalytics


@dataclass(frozen=True, slots=True, kw_only=True)
class TagPlace:
    """``segment`` is the request's, None outside of one. ``nonce`` gives the page's CSP nonce (``""``: none), ``mount``
    the path where the first-party proxy is mounted (None: nowhere); both are asked only when a tag needs them."""

    client: Analytics
    segment: RequestAnalytics | None
    nonce: Callable[[], str]
    mount: Callable[[], str | None]
    debug: bool

    @property
    def is_silent(self) -> bool:
        """Whether nothing is recorded here, by the server or by the browser."""
        if self.segment is not None:
            return self.segment.is_silent
        return why_not(self.client, current()) is not None

    def json(self, value: object) -> str:
        """``value`` as a JavaScript expression; naive datetimes are in the client's zone."""
        return script_json(value, Encoder(self.client.zone))

    def script(self, code: str) -> str:
        """``code`` as an element of the page, with its nonce."""
        nonce = self.nonce()
        attribute = f' nonce="{escape(nonce)}"' if nonce else ""
        return f"<script{attribute}>{code}</script>"

    def remark(self, reason: str) -> str:
        """What stands in the page instead of a tag: nothing, or why while developing."""
        return f"<!-- segment_web: {escape(reason).replace('--', '- -')} -->" if self.debug else ""
