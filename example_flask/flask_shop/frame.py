"""The frame of every page: the number of things in the cart, the newsletter form, and the address of a local collector."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import request

from flask_shop.cart import current_cart
from flask_shop.extensions import segment
from flask_shop.forms import NewsletterForm, field_ids
from segment_web.flask import current_segment


def shop_frame() -> dict[str, Any]:
    newsletter_form = field_ids(NewsletterForm(None), "newsletter")  # apart from the sign-up form's own e-mail field
    here = request.full_path.rstrip("?")
    host = segment.client.settings.host or ""
    return {
        "cart_count": current_cart().count,
        "newsletter_form": newsletter_form,
        "here": here,
        "segment_consent": current_segment.consent,
        "events_url": host if host.startswith(("http://127.0.0.1", "http://localhost")) else None,
    }


def money(amount: Decimal) -> str:
    """`{{ product.price|money }}`: an amount with its currency sign."""
    return f"${amount:,.2f}"
