"""A customer's account: signing up, and the orders so far. Login and logout are Django's own views."""

from __future__ import annotations

from asgiref.sync import sync_to_async
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from shop.forms import SignupForm
from shop.redirects import next_page


def signup(request: HttpRequest) -> HttpResponse:
    form = SignupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        # No tracking here: a visitor who creates a user is seen by segment_web, which sends identify (with the traits
        # of USER_TRAITS) and then "Signed Up". The login that follows at once is not counted as a second event.
        login(request, form.save())
        messages.success(request, "Welcome! Your account is ready.")
        return redirect(next_page(request, default="account"))
    return render(request, "shop/signup.html", {"form": form, "next": next_page(request, default="account")})


@login_required
async def account(request: HttpRequest) -> HttpResponse:
    # Async views need nothing extra: the page view and any request.segment call here know the visitor all the same.
    user = await request.auser()
    orders = [order async for order in user.orders.prefetch_related("lines__product")]
    # Templates are synchronous, and ours read the session, so they are rendered in the thread for such work.
    return await sync_to_async(render)(request, "shop/account.html", {"orders": orders})
