"""The pages on Django with a first-party proxy at ``/a/``."""

from __future__ import annotations

from tests.browser.django_pages import proxied

urlpatterns = proxied
