"""What the shop sells, what was ordered, and who wants its letter."""

from __future__ import annotations

import secrets
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.templatetags.static import static
from django.urls import reverse

from segment_web.django import track_model

READABLE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0/O, 1/I/L, U/V: an order number is read out over the phone


def new_order_number() -> str:
    return "OO-" + "".join(secrets.choice(READABLE) for _ in range(8))


class Category(models.Model):
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position",)
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    slug = models.SlugField(unique=True)
    sku = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=80)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="products")
    brand = models.CharField(max_length=60)
    variant = models.CharField(max_length=60)
    price = models.DecimalField(max_digits=8, decimal_places=2)
    tagline = models.CharField(max_length=120)
    description = models.TextField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position",)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("product", args=[self.slug])

    @property
    def picture(self) -> str:
        return static(f"shop/products/{self.slug}.svg")


# An order changes in many places: here the customer cancels it, elsewhere the warehouse ships it. Tracking the model
# tells Segment about all of them, after the commit. That an order was made is told by "Order Completed" in the checkout
# view, which knows more (products, currency), so `created` is left out. The event belongs to the customer, also when it
# was a colleague or a nightly job that changed the order: hence `user`.
@track_model(updated="Order Updated", properties=["number", "status", "total"], user=lambda order: order.customer_id)
class Order(models.Model):
    class Status(models.TextChoices):
        PLACED = "placed", "Placed"
        SHIPPED = "shipped", "On its way"
        CANCELLED = "cancelled", "Cancelled"

    number = models.CharField(primary_key=True, max_length=11, default=new_order_number, editable=False)
    customer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="orders")
    status = models.CharField(max_length=10, choices=Status, default=Status.PLACED)
    placed_at = models.DateTimeField(auto_now_add=True)
    full_name = models.CharField("your name", max_length=100)
    street = models.CharField("street and number", max_length=120)
    city = models.CharField(max_length=80)
    postcode = models.CharField(max_length=12)
    country = models.CharField(max_length=60)
    subtotal = models.DecimalField(max_digits=8, decimal_places=2)
    shipping = models.DecimalField(max_digits=8, decimal_places=2)
    tax = models.DecimalField(max_digits=8, decimal_places=2)
    total = models.DecimalField(max_digits=8, decimal_places=2)

    class Meta:
        ordering = ("-placed_at",)

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("order", args=[self.number])

    @property
    def can_be_cancelled(self) -> bool:
        return self.status == self.Status.PLACED


class OrderLine(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    price = models.DecimalField("price at the time of the order", max_digits=8, decimal_places=2)
    quantity = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.quantity} of {self.product_id}"

    @property
    def total(self) -> Decimal:
        return self.price * self.quantity


class Subscriber(models.Model):
    email = models.EmailField(unique=True)
    subscribed_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.email
