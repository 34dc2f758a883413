"""What an order costs: shipping, tax and the sum."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

CURRENCY = "USD"
SHIPPING = Decimal("5.90")
FREE_SHIPPING_FROM = Decimal("75.00")
TAX_RATE = Decimal("0.08")
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Totals:
    subtotal: Decimal
    shipping: Decimal
    tax: Decimal

    @property
    def total(self) -> Decimal:
        return self.subtotal + self.shipping + self.tax

    @property
    def missing_for_free_shipping(self) -> Decimal:
        return max(FREE_SHIPPING_FROM - self.subtotal, Decimal(0))


def totals(subtotal: Decimal) -> Totals:
    """Add flat shipping (free for larger orders) and sales tax, rounded to the cent, to the price of the goods."""
    shipping = Decimal("0.00") if subtotal >= FREE_SHIPPING_FROM else SHIPPING
    return Totals(subtotal, shipping, (subtotal * TAX_RATE).quantize(CENT))
