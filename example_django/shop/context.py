"""What every page shows around its content: the number of things in the cart and the newsletter form."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from shop.cart import Cart
from shop.forms import NewsletterForm


def shop_frame(request: HttpRequest) -> dict[str, Any]:
    newsletter_form = NewsletterForm(auto_id="newsletter_%s")  # apart from the sign-up form's own e-mail field
    return {"cart_count": Cart(request.session).count, "newsletter_form": newsletter_form}
