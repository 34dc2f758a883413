"""From the cart to an order, and the order afterwards. Nothing is paid here."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST
from django.views.generic import View

from segment_web.django import track_event
from shop.cart import Cart
from shop.forms import CheckoutForm
from shop.models import Order
from shop.orders import place_order
from shop.tracking import checkout_properties, order_properties


def order_was_placed(request: HttpRequest, response: HttpResponse) -> bool:
    return response.status_code == 302  # a form with mistakes is shown again, with status 200


class CheckoutView(LoginRequiredMixin, View):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.cart = Cart(request.session)
        if not self.cart.lines:
            messages.info(request, "Put something into your cart first.")
            return redirect("cart")
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        request.segment.track("Checkout Started", checkout_properties(request, self.cart))
        return self.show(CheckoutForm(initial={"full_name": request.user.get_full_name()}))

    # With on_commit the event leaves only when the transaction around it has committed: an order that is rolled back
    # was never completed. The properties are known inside the view only, so the view adds them.
    @transaction.atomic
    @track_event("Order Completed", when=order_was_placed, on_commit=True)
    def post(self, request: HttpRequest) -> HttpResponse:
        form = CheckoutForm(request.POST)
        if not form.is_valid():
            return self.show(form)
        order = place_order(form, request.user, self.cart)
        request.segment.add(order_properties(request, order))
        messages.success(request, "Thank you! We are wrapping it up.")
        return redirect(order)

    def show(self, form: CheckoutForm) -> HttpResponse:
        return render(self.request, "shop/checkout.html", {"form": form, "cart": self.cart})


@login_required
def order(request: HttpRequest, number: str) -> HttpResponse:
    found = get_object_or_404(request.user.orders.prefetch_related("lines__product"), number=number)
    return render(request, "shop/order.html", {"order": found})


@login_required
@require_POST
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    found = get_object_or_404(request.user.orders, number=number)
    if not found.can_be_cancelled:
        messages.error(request, "This order can no longer be cancelled.")
        return redirect(found)
    found.status = Order.Status.CANCELLED
    found.save(update_fields=["status"])  # the tracked model tells Segment: "Order Updated" with the new status
    messages.info(request, f"Order {found.number} is cancelled.")
    return redirect("account")
