"""The language that Flask-Babel chose for a visitor, where it is installed and chooses one."""

from __future__ import annotations

from flask import Flask, Request

from segment_web.flask.running import is_running
from segment_web.logs import internal_error


def chosen(app: Flask, request: Request) -> str:
    """The visitor's language (``"de_AT"``); ``""`` without a ``locale_selector``, since the default is nobody's choice."""
    babel = app.extensions.get("babel")
    if getattr(babel, "locale_selector", None) is None or not is_running(request):
        return ""
    try:
        from flask_babel import get_locale

        return str(get_locale() or "")
    except Exception as error:  # noqa: BLE001 - the application's own code
        internal_error("Flask-Babel's locale", error)
        return ""
