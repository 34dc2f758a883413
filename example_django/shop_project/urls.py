"""Every address belongs to the shop, but for those below `a/`: analytics.js and its events go by way of them."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("a/", include("segment_web.django.urls")),  # 4 of 4: the first-party proxy; blockers know no such path
    path("", include("shop.urls")),
]
