"""The letter from the river: an address is enough."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from shop.forms import NewsletterForm
from shop.models import Subscriber
from shop.redirects import next_page


@require_POST
def subscribe(request: HttpRequest) -> HttpResponse:
    form = NewsletterForm(request.POST)
    if form.is_valid():
        email = form.cleaned_data["email"]
        Subscriber.objects.get_or_create(email=email)
        # An identify without a user id: the traits go to the visitor's anonymous id (or to the user, when signed in).
        # An e-mail address is a trait and never an id, because people change it.
        request.segment.identify(traits={"email": email})
        messages.success(request, "You are on the list. The next letter comes with the next full moon.")
    else:
        messages.error(request, "That does not look like an e-mail address. Please try again.")
    return redirect(next_page(request, default="home"))
