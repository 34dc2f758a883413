"""``request.segment.browser``: what the server has decided and the visitor's browser is to say."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from orjson import loads

from segment_web.logs import log
from segment_web.messages.ids import as_text
from segment_web.messages.limits import MESSAGE_BYTES
from segment_web.pipeline.sanitise import Encoder

if TYPE_CHECKING:
    from segment_web.exchange.http import WebResponse
    from segment_web.web.request.web_scope import WebScope

MAX_CALLS = 100  # of one response; more come from a loop gone wrong, and each makes the page larger


class BrowserCalls:
    """Calls of analytics.js that the snippet of this response makes, for destinations that live in the browser.

    They are not recorded by the server. Nothing is returned and nothing raises: a call that is too large (32,768 bytes,
    as Segment takes) or one too many is logged and left out, and so are those that no snippet of this response fires.
    """

    __slots__ = ("_encoder", "_scope")

    def __init__(self, scope: WebScope, encoder: Encoder) -> None:
        self._scope = scope
        self._encoder = encoder

    def track(self, event: str, properties: Mapping[str, Any] | None = None) -> None:
        """``analytics.track(event, properties)``."""
        self._add("track", as_text(event), properties or {})

    def identify(self, traits: Mapping[str, Any]) -> None:
        """``analytics.identify(traits)``: more about whoever is there; who it is, the page's identify tag says."""
        self._add("identify", traits)

    def group(self, group_id: object, traits: Mapping[str, Any] | None = None) -> None:
        """``analytics.group(group_id, traits)``."""
        self._add("group", as_text(group_id), traits or {})

    def _add(self, method: str, *arguments: object) -> None:
        body = self._encoder.encode([method, *arguments]).body
        if len(body) > MESSAGE_BYTES:
            log(logging.WARNING, "browser:large", f"a {method} for the browser has {len(body):,} bytes and is left out")
        elif len(self._scope.browser_calls) >= MAX_CALLS:
            log(logging.WARNING, "browser:many", f"a response has more than {MAX_CALLS} calls for the browser")
        else:
            self._scope.browser_calls += (body,)


def take_calls(scope: WebScope) -> list[Any]:
    """The calls so far, each a list of the method and its arguments; each is taken once."""
    taken, scope.browser_calls = scope.browser_calls, ()
    return [loads(body) for body in taken]


def tell_unfired(scope: WebScope, response: WebResponse) -> None:
    """Says that calls for the browser are lost: a redirect, or a page without the snippet."""
    if scope.browser_calls and (response.body or response.status >= 300):  # a stream may still render its snippet
        log(
            logging.WARNING,
            "browser:unfired",
            f"calls for the browser were lost: {len(scope.browser_calls)}. The response (status {response.status}) has no "
            "snippet after they were made; the snippet's tag is empty without a write key",
        )
