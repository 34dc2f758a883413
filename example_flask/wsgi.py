"""The shop for WSGI servers such as waitress and gunicorn."""

from __future__ import annotations

from flask_shop import create_app

app = create_app()
