"""Everything a visitor can fill in."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import EmailField, Form, PasswordField, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, EqualTo, Length, Regexp

from flask_shop.cart import MAX_QUANTITY
from flask_shop.extensions import db
from flask_shop.models import User

EMAIL = Regexp(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+\Z", message="Enter a valid email address.")
REQUIRED = DataRequired("This field is required.")
QUANTITIES = [(number, str(number)) for number in range(1, MAX_QUANTITY + 1)]


class ShopForm(FlaskForm):
    """The token against forged requests stands in the templates and is checked for the whole application."""

    class Meta:
        csrf = False


def text(label: str, most: int, autocomplete: str, *validators: Any, help_text: str = "") -> StringField:
    return StringField(
        label, [Length(max=most), *validators], description=help_text, render_kw={"autocomplete": autocomplete}
    )


def email(label: str, **more: str) -> EmailField:
    return EmailField(label, [REQUIRED, EMAIL, Length(max=254)], render_kw={"autocomplete": "email", **more})


def password(label: str, autocomplete: str, *validators: Any) -> PasswordField:
    return PasswordField(label, [REQUIRED, *validators], render_kw={"autocomplete": autocomplete})


class AddToCartForm(ShopForm):
    quantity = SelectField("Quantity", coerce=int, choices=QUANTITIES, default=1)


class CheckoutForm(ShopForm):
    full_name = text("Your name", 100, "name", REQUIRED)
    street = text("Street and number", 120, "street-address", REQUIRED)
    city = text("City", 80, "address-level2", REQUIRED)
    postcode = text("Postcode", 12, "postal-code", REQUIRED)
    country = text("Country", 60, "country-name", REQUIRED)


class SignupForm(ShopForm):
    username = text(
        "Username",
        150,
        "username",
        REQUIRED,
        Regexp(r"[\w.@+-]+\Z", message="Use letters, digits and @ . + - _ only."),
        help_text="Letters, digits and @ . + - _",
    )
    first_name = text("First name", 150, "given-name", help_text="If you like.")
    email = email("Email")
    password1 = password("Password", "new-password", Length(min=8, message="Use at least 8 characters."))
    password2 = password(
        "Password confirmation", "new-password", EqualTo("password1", "The two passwords are not the same.")
    )

    def validate_username(self, field: StringField) -> None:
        if db.session.scalar(db.select(User).filter_by(username=field.data)):
            raise ValidationError("A user with that username already exists.")


class LoginForm(ShopForm):
    username = text("Username", 150, "username", REQUIRED)
    password = password("Password", "current-password")

    def find_user(self) -> User | None:
        """Whom name and password belong to; on failure the form says so."""
        user = db.session.scalar(db.select(User).filter_by(username=self.username.data))
        if user is not None and user.has_password(self.password.data):
            return user
        self.form_errors.append("Please enter a correct username and password. Both are case-sensitive.")
        return None


class NewsletterForm(ShopForm):
    email = email("E-mail address", placeholder="you@example.com")


def field_ids(form: Form, prefix: str) -> Form:
    """Give the fields ids apart from those of another form on the page."""
    for field in form:
        field.id = field.label.field_id = f"{prefix}_{field.name}"
    return form
