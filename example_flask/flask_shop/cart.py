"""The cart of one visitor, kept in the session, so that it needs neither an account nor a table."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from flask import g, session

from flask_shop.extensions import db
from flask_shop.models import Product
from flask_shop.pricing import Totals, totals

SESSION_KEY = "cart"
MAX_QUANTITY = 9  # of one product; more is a typing error in a shop of this size


@dataclass(frozen=True, slots=True)
class CartLine:
    product: Product
    quantity: int

    @property
    def total(self) -> Decimal:
        return self.product.price * self.quantity


def current_cart() -> Cart:
    """The visitor's cart, loaded once a request."""
    if "cart" not in g:
        g.cart = Cart()
    cart: Cart = g.cart
    return cart


class Cart:
    def __init__(self) -> None:
        self._content = session.get(SESSION_KEY, {"id": None, "quantities": {}})

    @property
    def id(self) -> str | None:
        """The same from the first product to the order; None while nothing was ever put in."""
        return self._content["id"]

    @property
    def count(self) -> int:
        return sum(self._content["quantities"].values())

    @cached_property
    def lines(self) -> list[CartLine]:
        quantities = self._content["quantities"]
        found = db.session.scalars(db.select(Product).where(Product.slug.in_(quantities))) if quantities else ()
        products = {product.slug: product for product in found}
        return [CartLine(products[slug], quantity) for slug, quantity in quantities.items() if slug in products]

    @property
    def totals(self) -> Totals:
        return totals(sum((line.total for line in self.lines), Decimal("0.00")))

    def add(self, product: Product, quantity: int) -> None:
        already_there = self._content["quantities"].get(product.slug, 0)
        self._content["quantities"][product.slug] = min(already_there + quantity, MAX_QUANTITY)
        self._content["id"] = self._content["id"] or uuid.uuid4().hex
        self._save()

    def remove(self, product: Product) -> int:
        """Take the product out, whatever its quantity, and return that quantity (0 when it was not in the cart)."""
        quantity = self._content["quantities"].pop(product.slug, 0)
        self._save()
        return quantity

    def clear(self) -> None:
        session.pop(SESSION_KEY, None)
        self._content = {"id": None, "quantities": {}}

    def _save(self) -> None:
        self.__dict__.pop("lines", None)
        session[SESSION_KEY] = self._content
        session.modified = True
