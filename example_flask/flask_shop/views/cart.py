"""The cart: look at it, put something in, take something out."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from flask_shop.cart import current_cart
from flask_shop.extensions import db
from flask_shop.forms import AddToCartForm
from flask_shop.models import Product
from flask_shop.tracking import cart_properties, product_properties
from segment_web.flask import current_segment, track_event

blueprint = Blueprint("cart", __name__)


# The decorator keeps tracking out of the view's body. `properties` gets the finished response and the view's arguments.
@blueprint.get("/cart/")
@track_event("Cart Viewed", properties=lambda response: cart_properties(current_cart()))
def show() -> str:
    return render_template("shop/cart.html", cart=current_cart())


@blueprint.post("/cart/add/<slug>/")
def add(slug: str) -> ResponseReturnValue:
    product = db.first_or_404(db.select(Product).filter_by(slug=slug))
    form = AddToCartForm()
    if not form.validate():
        flash("Please choose a quantity between 1 and 9.", "error")
        return redirect(url_for("catalogue.product", slug=slug))
    quantity, cart = form.quantity.data, current_cart()
    cart.add(product, quantity)
    # Told by the server, this counts every product added: no blocked script and no closed tab can hide one.
    current_segment.track("Product Added", product_properties(product, quantity=quantity, cart_id=cart.id))
    flash(f"{product.name} is in your cart.", "success")
    return redirect(url_for("cart.show"))


@blueprint.post("/cart/remove/<slug>/")
def remove(slug: str) -> ResponseReturnValue:
    product = db.first_or_404(db.select(Product).filter_by(slug=slug))
    cart = current_cart()
    if quantity := cart.remove(product):
        current_segment.track("Product Removed", product_properties(product, quantity=quantity, cart_id=cart.id))
        flash(f"{product.name} is back on the shelf.", "info")
    return redirect(url_for("cart.show"))
