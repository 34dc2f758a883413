"""Django's debug page lists ``settings.SEGMENT``; it shows no secret of it."""

from __future__ import annotations

from django.test import RequestFactory, override_settings
from django.views.debug import ExceptionReporter

from segment_web.django import conf

PASSWORD = "pa55" + "word"  # in two parts: the page shows lines of this file, too
WRITTEN = {"WRITE_KEY": "wr1tek3y" * 4, "PROXY": f"http://user:{PASSWORD}@proxy.example:3128"}


def debug_page() -> str:
    """Return the page for an error beside which the settings are at hand."""
    settings = conf.read()
    try:
        raise RuntimeError(settings.region)
    except RuntimeError as error:
        return ExceptionReporter(
            RequestFactory().get("/"), RuntimeError, error, error.__traceback__
        ).get_traceback_html()


@override_settings(SEGMENT=dict(WRITTEN), DEBUG=True)
def test_the_page_shows_the_proxy_without_its_password() -> None:
    page = debug_page()
    assert page.count("***@proxy.example:3128") == 2, "in the variables and in the settings"
    assert PASSWORD not in page
    assert WRITTEN["WRITE_KEY"] not in page
