"""The visitor's answer to the banner, and a later change of mind."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from shop.redirects import next_page


@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    # Holds from here on and is kept in a cookie. A withdrawal deletes the visitor's cookies and what is queued of them.
    request.segment.set_consent({"analytics": request.POST.get("analytics") == "yes"})
    return redirect(next_page(request, default="home"))
