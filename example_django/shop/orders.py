"""How a cart becomes an order."""

from __future__ import annotations

from django.contrib.auth.models import User

from shop.cart import Cart
from shop.forms import CheckoutForm
from shop.models import Order, OrderLine


def place_order(form: CheckoutForm, customer: User, cart: Cart) -> Order:
    """Store the cart as an order of this customer, sent to the address of the (valid) form, and empty the cart."""
    order: Order = form.save(commit=False)
    order.customer = customer
    totals = cart.totals
    order.subtotal, order.shipping, order.tax, order.total = totals.subtotal, totals.shipping, totals.tax, totals.total
    order.save()
    OrderLine.objects.bulk_create(
        OrderLine(order=order, product=line.product, price=line.product.price, quantity=line.quantity)
        for line in cart.lines
    )
    cart.clear()
    return order
