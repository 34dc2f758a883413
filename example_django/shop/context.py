"""The frame of every page: the number of things in the cart, the newsletter form, and the address of a local collector."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from shop.cart import Cart
from shop.forms import NewsletterForm


def shop_frame(request: HttpRequest) -> dict[str, Any]:
    newsletter_form = NewsletterForm(auto_id="newsletter_%s")  # apart from the sign-up form's own e-mail field
    host = settings.SEGMENT.get("HOST", "")
    return {
        "cart_count": Cart(request.session).count,
        "newsletter_form": newsletter_form,
        "events_url": host if host.startswith(("http://127.0.0.1", "http://localhost")) else None,
    }
