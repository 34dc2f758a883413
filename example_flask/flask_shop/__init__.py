"""Otter & Oak, a small example shop on Flask: plain Flask, plus the three places where segment_web is switched on."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from flask import Flask, render_template

from flask_shop.extensions import csrf, db, login_manager, segment
from flask_shop.frame import money, shop_frame
from flask_shop.seed import seed
from flask_shop.views import account, cart, catalogue, checkout, consent, newsletter, plumbing

FOLDER = Path(__file__).resolve().parent


def create_app(**settings: Any) -> Flask:
    """The shop; `settings` win over the environment (`FLASK_...`), which wins over the defaults below."""
    app = Flask(__name__)
    app.config.from_mapping(
        SECRET_KEY="for-development-only: set FLASK_SECRET_KEY anywhere else",
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{os.environ.get('SHOP_DATABASE', FOLDER.parent / 'db.sqlite3')}",
        WTF_CSRF_FIELD_NAME="csrfmiddlewaretoken",  # as in the shop on Django, so that one script can visit both
        SEND_FILE_MAX_AGE_DEFAULT=300,  # seconds: short enough to see a changed stylesheet soon
        # 1 of 3: the settings. The write key comes from SEGMENT_WRITE_KEY; without one events are printed to the
        # console in debug mode, and nothing is sent.
        SEGMENT_APP={"name": "Otter & Oak", "version": "1.0.0"},
        SEGMENT_USER_TRAITS=["email", "username", "first_name"],  # personal data leaves only when asked for
        SEGMENT_CONSENT="cookie",  # nothing is recorded before the visitor agrees in the banner (views/consent.py)
        SEGMENT_PAGE_VIEWS=True,  # the server tells Segment about page views where the browser's snippet does not
    )
    app.config.from_prefixed_env()
    app.config.from_mapping(settings)
    db.init_app(app)
    login_manager.init_app(app)
    csrf.init_app(app)
    segment.init_app(app)  # 2 of 3: the extension
    # 3 of 3: the first-party proxy, by which analytics.js and its events go; blockers know no such path.
    app.register_blueprint(segment.proxy, url_prefix="/a")
    for views in (catalogue, cart, checkout, account, newsletter, consent, plumbing):
        app.register_blueprint(views.blueprint)
    app.register_error_handler(404, lambda error: (render_template("404.html"), 404))
    app.context_processor(shop_frame)
    app.add_template_filter(money)
    app.cli.add_command(seed)
    return app
