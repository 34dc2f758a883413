"""The cart: look at it, put something in, take something out."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST

from segment_web.django import track_event
from shop.cart import Cart
from shop.forms import AddToCartForm
from shop.models import Product
from shop.tracking import cart_properties, product_properties


# The decorator keeps tracking out of the view's body. `properties` gets the finished response, here to read the cart
# that the page shows instead of loading it again.
@track_event(
    "Cart Viewed",
    properties=lambda request, response, **kwargs: cart_properties(request, response.context_data["cart"]),
)
def show(request: HttpRequest) -> HttpResponse:
    return TemplateResponse(request, "shop/cart.html", {"cart": Cart(request.session)})


@require_POST
def add(request: HttpRequest, slug: str) -> HttpResponse:
    product = get_object_or_404(Product.objects.select_related("category"), slug=slug)
    form = AddToCartForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Please choose a quantity between 1 and 9.")
        return redirect(product)
    quantity = form.cleaned_data["quantity"]
    cart = Cart(request.session)
    cart.add(product, quantity)
    # Told by the server, this counts every product added: no blocked script and no closed tab can hide one.
    request.segment.track("Product Added", product_properties(request, product, quantity=quantity, cart_id=cart.id))
    messages.success(request, f"{product.name} is in your cart.")
    return redirect("cart")


@require_POST
def remove(request: HttpRequest, slug: str) -> HttpResponse:
    product = get_object_or_404(Product.objects.select_related("category"), slug=slug)
    cart = Cart(request.session)
    if quantity := cart.remove(product):
        properties = product_properties(request, product, quantity=quantity, cart_id=cart.id)
        request.segment.track("Product Removed", properties)
        messages.info(request, f"{product.name} is back on the shelf.")
    return redirect("cart")
