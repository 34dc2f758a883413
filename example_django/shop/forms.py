"""Everything a visitor can fill in."""

from __future__ import annotations

from django import forms
from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.models import User

from shop.cart import MAX_QUANTITY
from shop.models import Order

AUTOCOMPLETE = {
    "full_name": "name",
    "street": "street-address",
    "city": "address-level2",
    "postcode": "postal-code",
    "country": "country-name",
}


class AddToCartForm(forms.Form):
    quantity = forms.TypedChoiceField(
        coerce=int, choices=[(number, str(number)) for number in range(1, MAX_QUANTITY + 1)], initial=1
    )


class CheckoutForm(forms.ModelForm):
    class Meta:
        model = Order
        fields = ("full_name", "street", "city", "postcode", "country")
        widgets = {  # noqa: RUF012 - Django reads it once
            name: forms.TextInput({"autocomplete": token}) for name, token in AUTOCOMPLETE.items()
        }


class SignupForm(UserCreationForm):
    first_name = forms.CharField(
        max_length=150, required=False, widget=forms.TextInput({"autocomplete": "given-name"}), help_text="If you like."
    )
    email = forms.EmailField(widget=forms.EmailInput({"autocomplete": "email"}))

    class Meta(UserCreationForm.Meta):
        model = User
        fields = ("username", "first_name", "email")
        help_texts = {"username": "Letters, digits and @ . + - _"}  # noqa: RUF012 - Django reads it once


class NewsletterForm(forms.Form):
    email = forms.EmailField(
        label="E-mail address", widget=forms.EmailInput({"autocomplete": "email", "placeholder": "you@example.com"})
    )
