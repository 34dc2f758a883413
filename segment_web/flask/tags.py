"""``segment_snippet()`` and its tags for Jinja's templates."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Flask, current_app, has_request_context, request, url_for
from markupsafe import Markup
from werkzeug.routing import BuildError

from segment_web.browser.identify import identify
from segment_web.browser.page import page
from segment_web.browser.pixel import pixel
from segment_web.browser.snippet import snippet
from segment_web.browser.tag_place import TagPlace
from segment_web.flask.current import entered_client, running_segment
from segment_web.logs import internal_error

PROXY = "segment.proxy"  # the endpoint of the first-party proxy


def connect(app: Flask) -> None:
    """Makes the tags known to the templates of ``app``."""
    for tag in (segment_snippet, segment_identify, segment_page, segment_pixel):
        app.add_template_global(tag)


def segment_snippet(*, nonce: str | None = None, **options: Any) -> Markup:
    """The snippet, for the ``<head>``: see :func:`segment_web.browser.snippet.snippet`."""
    return _rendered(nonce, partial(snippet, **options))


def segment_identify(*, nonce: str | None = None) -> Markup:
    """Who is logged in, for the browser; it asks for the user, and so for the session."""
    return _rendered(nonce, identify)


def segment_page(*, nonce: str | None = None, **options: Any) -> Markup:
    """A page call of the browser's: see :func:`segment_web.browser.page.page`."""
    return _rendered(nonce, partial(page, **options))


def segment_pixel(event: str, **options: Any) -> Markup:
    """An image that tracks ``event`` when it is loaded: see :func:`segment_web.browser.pixel.pixel`."""
    return _rendered(None, lambda place: pixel(place, event, **options))


def _rendered(nonce: str | None, tag: Callable[[TagPlace], str]) -> Markup:
    try:
        client = entered_client()
        if client is None:
            return Markup("")  # a template rendered by hand, outside of any application
        place = TagPlace(
            client=client,
            segment=running_segment(),
            nonce=lambda: _nonce() if nonce is None else str(nonce),
            mount=_mount,
            debug=current_app.debug,
        )
        return Markup(tag(place))
    except Exception as error:  # noqa: BLE001 - a page must not break because of analytics
        internal_error("a template tag", error)
        return Markup("")


def _nonce() -> str:
    """That of Flask-Talisman, or of what else keeps one on the request or offers a global of that name."""
    offered = current_app.jinja_env.globals.get("csp_nonce")
    if callable(offered):
        return str(offered())
    return str(getattr(request, "csp_nonce", "")) if has_request_context() else ""


def _mount() -> str | None:
    if not has_request_context():
        return None
    try:
        return url_for(PROXY)
    except BuildError:
        return None
