"""The shop's addresses."""

from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from shop.views import account, cart, catalogue, checkout, consent, newsletter, plumbing

urlpatterns = [
    path("", catalogue.home, name="home"),
    path("products/<slug:slug>/", catalogue.ProductView.as_view(), name="product"),
    path("search/", catalogue.search, name="search"),
    path("cart/", cart.show, name="cart"),
    path("cart/add/<slug:slug>/", cart.add, name="cart_add"),
    path("cart/remove/<slug:slug>/", cart.remove, name="cart_remove"),
    path("checkout/", checkout.CheckoutView.as_view(), name="checkout"),
    path("orders/<str:number>/", checkout.order, name="order"),
    path("orders/<str:number>/cancel/", checkout.cancel, name="order_cancel"),
    # Nothing about Segment for these three: Django's auth signals already say who signed up, signed in and signed out.
    path("signup/", account.signup, name="signup"),
    path("login/", LoginView.as_view(template_name="shop/login.html", redirect_authenticated_user=True), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("account/", account.account, name="account"),
    path("newsletter/", newsletter.subscribe, name="newsletter"),
    path("consent/", consent.answer, name="consent"),
    path("healthz", plumbing.healthz, name="healthz"),
    path("static/<path:name>", plumbing.static_file),
]
