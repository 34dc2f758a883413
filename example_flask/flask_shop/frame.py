"""What every page shows around its content: the number of things in the cart and the newsletter form."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import request

from flask_shop.cart import current_cart
from flask_shop.forms import NewsletterForm, field_ids


def shop_frame() -> dict[str, Any]:
    newsletter_form = field_ids(NewsletterForm(None), "newsletter")  # apart from the sign-up form's own e-mail field
    here = request.full_path.rstrip("?")
    return {"cart_count": current_cart().count, "newsletter_form": newsletter_form, "here": here}


def money(amount: Decimal) -> str:
    """`{{ product.price|money }}`: an amount with its currency sign."""
    return f"${amount:,.2f}"
