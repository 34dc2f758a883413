"""The nonce of this response's Content Security Policy, whoever made it: Django (since 6.0) or django-csp."""

from __future__ import annotations

from typing import Any

from django.template.context import Context

try:
    from django.middleware.csp import get_nonce
except ImportError:  # Django 5 makes none
    get_nonce = None  # type: ignore[assignment]


def nonce_of(request: Any, context: Context) -> str:
    """The nonce, ``""`` if the page has none. Asking makes it part of the policy, as each of them does it."""
    found = getattr(request, "csp_nonce", None)  # of django-csp; lazy, and false until it is asked for
    if found is None and get_nonce is not None:
        found = get_nonce(request)
    if found is None:
        found = context.get("csp_nonce")
    return "" if found is None else str(found)
