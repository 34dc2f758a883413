"""A customer's account: signing up, in and out, and the orders so far."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required, login_user, logout_user

from flask_shop.extensions import db, segment
from flask_shop.forms import LoginForm, SignupForm
from flask_shop.models import User
from flask_shop.redirects import next_page

blueprint = Blueprint("account", __name__)


@blueprint.route("/signup/", methods=["GET", "POST"])
def signup() -> ResponseReturnValue:
    form = SignupForm()
    if not form.validate_on_submit():
        return render_template("shop/signup.html", form=form, next=next_page(default="account.account"))
    user = User(username=form.username.data, first_name=form.first_name.data, email=form.email.data)
    user.set_password(form.password1.data)
    db.session.add(user)
    db.session.commit()
    # Flask does not say by itself that an account was made. This sends identify (with the traits of
    # SEGMENT_USER_TRAITS) and then "Signed Up"; the login that follows at once is not counted as a second event.
    segment.signed_up(user)
    login_user(user)
    flash("Welcome! Your account is ready.", "success")
    return redirect(next_page(default="account.account"))


# Nothing about Segment in these two: Flask-Login's signals already say who signed in and out.
@blueprint.route("/login/", methods=["GET", "POST"])
def login() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(next_page(default="account.account"))
    form = LoginForm()
    user = form.find_user() if form.validate_on_submit() else None
    if user is None:
        return render_template("shop/login.html", form=form, next=next_page(default="account.account"))
    login_user(user)
    return redirect(next_page(default="account.account"))


@blueprint.post("/logout/")
def logout() -> ResponseReturnValue:
    logout_user()
    session.clear()
    return redirect(url_for("catalogue.home"))


@blueprint.get("/account/")
@login_required
def account() -> str:
    return render_template("shop/account.html", orders=current_user.orders)
