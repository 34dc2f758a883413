"""The first-party proxy's routes: ``path("a/", include("segment_web.django.urls"))``; the mount is
``reverse("segment:proxy", kwargs={"path": ""})``."""

from __future__ import annotations

from django.urls import re_path

from segment_web.django import views

app_name = "segment"
urlpatterns = [re_path(r"^(?P<path>[\s\S]*)$", views.proxy, name="proxy")]
