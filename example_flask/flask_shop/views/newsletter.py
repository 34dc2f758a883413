"""The letter from the river: an address is enough."""

from __future__ import annotations

from flask import Blueprint, flash, redirect
from flask.typing import ResponseReturnValue

from flask_shop.extensions import db
from flask_shop.forms import NewsletterForm
from flask_shop.models import Subscriber
from flask_shop.redirects import next_page
from segment_web.flask import current_segment

blueprint = Blueprint("newsletter", __name__)


@blueprint.post("/newsletter/")
def subscribe() -> ResponseReturnValue:
    form = NewsletterForm()
    if form.validate():
        email = form.email.data
        if db.session.scalar(db.select(Subscriber).filter_by(email=email)) is None:
            db.session.add(Subscriber(email=email))
            db.session.commit()
        # An identify without a user id: the traits go to the visitor's anonymous id (or to the user, when signed in).
        # An e-mail address is a trait and never an id, because people change it.
        current_segment.identify(traits={"email": email})
        flash("You are on the list. The next letter comes with the next full moon.", "success")
    else:
        flash("That does not look like an e-mail address. Please try again.", "error")
    return redirect(next_page(default="catalogue.home"))
