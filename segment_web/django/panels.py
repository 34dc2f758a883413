"""The panel of Django Debug Toolbar: ``"segment_web.django.panels.SegmentPanel"`` in DEBUG_TOOLBAR_PANELS."""

from __future__ import annotations

from typing import Any

from debug_toolbar.panels import Panel
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.safestring import mark_safe

from segment_web.django import signals
from segment_web.panels import facts, watch
from segment_web.panels.page import TITLE, page

UNSEEN = "`SegmentMiddleware` has not seen this request: is it in `MIDDLEWARE`?"


class SegmentPanel(Panel):
    """Every call of a request, the visitor, and the client; sync and async."""

    is_async = True
    title = TITLE
    nav_icon = "segment_web/panel.svg"  # type: ignore[assignment]  # a static file; older toolbars show no icons

    @classmethod
    def ready(cls) -> None:
        """Follows the calls of this process."""
        signals.message_accepted.connect(watch.told_accepted)
        signals.message_dropped.connect(watch.told_dropped)

    @property
    def nav_subtitle(self) -> str:
        """``3 calls, 1 skipped``."""
        return facts.counts(self._stored())

    @property
    def content(self) -> str:
        """Made of what the toolbar has stored."""
        return mark_safe(page(self._stored()))

    def enable_instrumentation(self) -> None:
        """Watches the toolbar's request."""
        self._record = watch.watch(self.toolbar.request)

    def generate_stats(self, request: HttpRequest, response: HttpResponseBase) -> None:
        """What was said so far; what a stream says later comes to it."""
        self._store(request)
        self._record.changed = lambda: self._store(request)

    def _store(self, request: HttpRequest) -> None:
        found = facts.told(self._record, getattr(request, "segment", None), missing=UNSEEN)
        self.record_stats(found)  # type: ignore[no-untyped-call]

    def _stored(self) -> dict[str, Any]:
        found: dict[str, Any] = self.get_stats()  # type: ignore[no-untyped-call]
        return found
