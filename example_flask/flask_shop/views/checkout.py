"""From the cart to an order, and the order afterwards. Nothing is paid here."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask.views import MethodView
from flask_login import current_user, login_required

from flask_shop.cart import current_cart
from flask_shop.extensions import db
from flask_shop.forms import CheckoutForm
from flask_shop.models import Order, Status
from flask_shop.orders import place_order
from flask_shop.tracking import checkout_properties, order_properties
from segment_web.flask import current_segment, track_event

blueprint = Blueprint("checkout", __name__)


def order_was_placed(response: Response) -> bool:
    return response.status_code == 302  # a form with mistakes is shown again, with status 200


class CheckoutView(MethodView):
    def dispatch_request(self, **kwargs: str) -> ResponseReturnValue:
        if not current_cart().lines:
            flash("Put something into your cart first.", "info")
            return redirect(url_for("cart.show"))
        return login_required(super().dispatch_request)(**kwargs)

    def get(self) -> str:
        current_segment.track("Checkout Started", checkout_properties(current_cart()))
        return self.show(CheckoutForm(full_name=current_user.first_name))

    # The view has committed the order when it answers, so "Order Completed" is never told of one that was rolled back.
    # The properties are known inside the view only, so the view adds them.
    @track_event("Order Completed", when=order_was_placed)
    def post(self) -> ResponseReturnValue:
        form = CheckoutForm()
        if not form.validate():
            return self.show(form)
        order = place_order(form, current_user, current_cart())
        current_segment.add(order_properties(order))
        flash("Thank you! We are wrapping it up.", "success")
        return redirect(url_for("checkout.order", number=order.number))

    def show(self, form: CheckoutForm) -> str:
        return render_template("shop/checkout.html", form=form, cart=current_cart())


blueprint.add_url_rule("/checkout/", view_func=CheckoutView.as_view("checkout"))


def own_order(number: str) -> Order:
    return db.first_or_404(db.select(Order).filter_by(number=number, customer_id=current_user.id))


@blueprint.get("/orders/<number>/")
@login_required
def order(number: str) -> str:
    return render_template("shop/order.html", order=own_order(number))


@blueprint.post("/orders/<number>/cancel/")
@login_required
def cancel(number: str) -> ResponseReturnValue:
    found = own_order(number)
    if not found.can_be_cancelled:
        flash("This order can no longer be cancelled.", "error")
        return redirect(url_for("checkout.order", number=number))
    found.status = Status.CANCELLED
    db.session.commit()  # the tracked model tells Segment: "Order Updated" with the new status
    flash(f"Order {number} is cancelled.", "info")
    return redirect(url_for("account.account"))
