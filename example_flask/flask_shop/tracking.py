"""How the shop's things look in an event: the property names of Segment's ecommerce specification, in one place.

https://segment.com/docs/connections/spec/ecommerce/v2/ - prices stay Decimal here; segment_web sends them as numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import request, url_for

from flask_shop.cart import Cart, CartLine
from flask_shop.models import Order, OrderLine, Product
from flask_shop.pricing import CURRENCY

AFFILIATION = "Otter & Oak online"


def product_properties(product: Product, **more: Any) -> dict[str, Any]:
    """Describe a product; `more` is what only the place knows, such as its position in a list or a quantity."""
    return {
        "product_id": str(product.id),
        "sku": product.sku,
        "category": product.category.name,
        "name": product.name,
        "brand": product.brand,
        "variant": product.variant,
        "price": product.price,
        "url": url_for("catalogue.product", slug=product.slug, _external=True),
        "image_url": request.url_root.rstrip("/") + product.picture,
        **more,
    }


def list_properties(list_id: str, category: str, products: Iterable[Product]) -> dict[str, Any]:
    listed = [product_properties(product, position=place) for place, product in enumerate(products, start=1)]
    return {"list_id": list_id, "category": category, "products": listed}


def cart_properties(cart: Cart) -> dict[str, Any]:
    return {"cart_id": cart.id, "products": _line_properties(cart.lines)}


def checkout_properties(cart: Cart) -> dict[str, Any]:
    totals = cart.totals
    return {
        "affiliation": AFFILIATION,
        "value": totals.total,
        "revenue": totals.subtotal,  # for Segment revenue is the goods alone, without shipping and tax
        "shipping": totals.shipping,
        "tax": totals.tax,
        "currency": CURRENCY,
        "products": _line_properties(cart.lines),
    }


def order_properties(order: Order) -> dict[str, Any]:
    return {
        "order_id": order.number,
        "affiliation": AFFILIATION,
        "subtotal": order.subtotal,
        "total": order.total,
        "revenue": order.subtotal,
        "shipping": order.shipping,
        "tax": order.tax,
        "currency": CURRENCY,
        "products": _line_properties(order.lines),
    }


def _line_properties(lines: Iterable[CartLine | OrderLine]) -> list[dict[str, Any]]:
    return [
        product_properties(line.product, quantity=line.quantity, position=place)
        for place, line in enumerate(lines, start=1)
    ]
