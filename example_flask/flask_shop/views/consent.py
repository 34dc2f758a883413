"""The visitor's answer to the banner, and a later change of mind."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from flask_shop.redirects import next_page
from segment_web.flask import current_segment

blueprint = Blueprint("consent", __name__)


@blueprint.post("/consent/")
def answer() -> ResponseReturnValue:
    # Holds from here on and is kept in a cookie. A withdrawal deletes the visitor's cookies and what is queued of them.
    current_segment.set_consent({"analytics": request.form.get("analytics") == "yes"})
    return redirect(next_page(default="catalogue.home"))
