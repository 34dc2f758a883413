"""The extensions, without an application: `create_app` brings them together."""

from __future__ import annotations

from urllib.parse import quote

from flask import redirect, request, url_for
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from werkzeug.wrappers import Response

from segment_web.flask import Segment

db = SQLAlchemy()
csrf = CSRFProtect()
segment = Segment()

login_manager = LoginManager()


@login_manager.unauthorized_handler
def ask_who_it_is() -> Response:
    return redirect(f"{url_for('account.login')}?next={quote(request.path)}")
