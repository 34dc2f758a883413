"""``{% load segment %}``: the snippet and its tags for Django's templates."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django import template
from django.conf import settings as django_settings
from django.http import HttpRequest
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe

from segment_web.browser.identify import identify
from segment_web.browser.page import page
from segment_web.browser.pixel import pixel
from segment_web.browser.snippet import snippet
from segment_web.browser.tag_place import TagPlace
from segment_web.django import conf
from segment_web.django.csp import nonce_of
from segment_web.django.proxy_mount import mount
from segment_web.logs import internal_error
from segment_web.scopes.current import current
from segment_web.web.request.request_analytics import RequestAnalytics
from segment_web.web.request.web_scope import web_scope

register = template.Library()


@register.simple_tag(takes_context=True)
def segment_snippet(context: Context, *, nonce: str | None = None, **options: Any) -> SafeString:
    """The snippet, for the ``<head>``: see :func:`segment_web.browser.snippet.snippet`."""
    return _rendered(context, nonce, partial(snippet, **options))


@register.simple_tag(takes_context=True)
def segment_identify(context: Context, *, nonce: str | None = None) -> SafeString:
    """Who is logged in, for the browser; it asks for the user, and so for the session."""
    return _rendered(context, nonce, identify)


@register.simple_tag(takes_context=True)
def segment_page(context: Context, *, nonce: str | None = None, **options: Any) -> SafeString:
    """A page call of the browser's: see :func:`segment_web.browser.page.page`."""
    return _rendered(context, nonce, partial(page, **options))


@register.simple_tag(takes_context=True)
def segment_pixel(context: Context, event: str, **options: Any) -> SafeString:
    """An image that tracks ``event`` when it is loaded: see :func:`segment_web.browser.pixel.pixel`."""
    return _rendered(context, None, lambda place: pixel(place, event, **options))


def _rendered(context: Context, nonce: str | None, tag: Callable[[TagPlace], str]) -> SafeString:
    try:
        request = _request(context)
        segment = getattr(request, "segment", None)
        place = TagPlace(
            client=conf.client(),
            segment=segment if isinstance(segment, RequestAnalytics) else None,
            nonce=lambda: nonce_of(request, context) if nonce is None else str(nonce),
            mount=mount,
            debug=django_settings.DEBUG,
        )
        rendered = mark_safe(tag(place))
        if place.segment is not None and place.segment.scope.is_personal:
            request._cache_update_cache = False  # Django's cache_page keeps a page before any middleware sees it
        return rendered
    except Exception as error:  # noqa: BLE001 - a page must not break because of analytics
        internal_error("a template tag", error)
        return SafeString("")


def _request(context: Context) -> Any:
    """The request, whether or not the project has the context processor of that name."""
    request = context.get("request")
    scope = None if isinstance(request, HttpRequest) else web_scope(current())
    return request if scope is None else scope.request.native
