"""How a cart becomes an order."""

from __future__ import annotations

from flask_shop.cart import Cart
from flask_shop.extensions import db
from flask_shop.forms import CheckoutForm
from flask_shop.models import Order, OrderLine, User


def place_order(form: CheckoutForm, customer: User, cart: Cart) -> Order:
    """Store the cart as an order of this customer, sent to the address of the (valid) form, and empty the cart."""
    totals = cart.totals
    order = Order(
        customer_id=customer.id,
        subtotal=totals.subtotal,
        shipping=totals.shipping,
        tax=totals.tax,
        total=totals.total,
        lines=[
            OrderLine(product=line.product, price=line.product.price, quantity=line.quantity) for line in cart.lines
        ],
    )
    form.populate_obj(order)
    db.session.add(order)
    db.session.commit()
    cart.clear()
    return order
