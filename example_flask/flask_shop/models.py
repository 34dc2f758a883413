"""What the shop sells, who buys, what was ordered, and who wants its letter."""

from __future__ import annotations

import enum
import secrets
from datetime import UTC, datetime
from decimal import Decimal

from flask import url_for
from flask_login import UserMixin
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship
from werkzeug.security import check_password_hash, generate_password_hash

from flask_shop.extensions import db, login_manager, segment
from flask_shop.money import Money

READABLE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0/O, 1/I/L, U/V: an order number is read out over the phone


def new_order_number() -> str:
    return "OO-" + "".join(secrets.choice(READABLE) for _ in range(8))


def now() -> datetime:
    return datetime.now(UTC)


class User(UserMixin, db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(150), unique=True)
    first_name: Mapped[str] = mapped_column(String(150))
    email: Mapped[str] = mapped_column(String(254))
    password: Mapped[str] = mapped_column(String(256))
    orders: Mapped[list[Order]] = relationship(back_populates="customer", order_by="Order.placed_at.desc()")

    def set_password(self, password: str) -> None:
        self.password = generate_password_hash(password)

    def has_password(self, password: str) -> bool:
        return check_password_hash(self.password, password)


@login_manager.user_loader
def load_user(user_id: str) -> User | None:
    return db.session.get(User, int(user_id))


class Category(db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(50), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    position: Mapped[int]


class Product(db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(50), unique=True)
    sku: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    category_id: Mapped[int] = mapped_column(ForeignKey(Category.id))
    category: Mapped[Category] = relationship(lazy="joined", innerjoin=True)
    brand: Mapped[str] = mapped_column(String(60))
    variant: Mapped[str] = mapped_column(String(60))
    price: Mapped[Decimal] = mapped_column(Money)
    tagline: Mapped[str] = mapped_column(String(120))
    description: Mapped[str]
    position: Mapped[int]

    @property
    def picture(self) -> str:
        return url_for("static", filename=f"shop/products/{self.slug}.svg")


class Status(enum.StrEnum):
    PLACED = "placed"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return "On its way" if self is Status.SHIPPED else self.capitalize()


# An order changes in many places: here the customer cancels it, elsewhere the warehouse ships it. Tracking the model
# tells Segment about all of them, after the commit. That an order was made is told by "Order Completed" in the checkout
# view, which knows more (products, currency), so `created` is left out. The event belongs to the customer, also when it
# was a colleague or a nightly job that changed the order: hence `user`.
@segment.track_model(
    updated="Order Updated", properties=["number", "status", "total"], user=lambda order: order.customer_id
)
class Order(db.Model):
    number: Mapped[str] = mapped_column(String(11), primary_key=True, default=new_order_number)
    customer_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    customer: Mapped[User] = relationship(back_populates="orders")
    status: Mapped[Status] = mapped_column(default=Status.PLACED)
    placed_at: Mapped[datetime] = mapped_column(default=now)
    full_name: Mapped[str] = mapped_column(String(100))
    street: Mapped[str] = mapped_column(String(120))
    city: Mapped[str] = mapped_column(String(80))
    postcode: Mapped[str] = mapped_column(String(12))
    country: Mapped[str] = mapped_column(String(60))
    subtotal: Mapped[Decimal] = mapped_column(Money)
    shipping: Mapped[Decimal] = mapped_column(Money)
    tax: Mapped[Decimal] = mapped_column(Money)
    total: Mapped[Decimal] = mapped_column(Money)
    lines: Mapped[list[OrderLine]] = relationship(order_by="OrderLine.id")

    @property
    def can_be_cancelled(self) -> bool:
        return self.status is Status.PLACED


class OrderLine(db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    order_number: Mapped[str] = mapped_column(ForeignKey(Order.number))
    product_id: Mapped[int] = mapped_column(ForeignKey(Product.id))
    product: Mapped[Product] = relationship()
    price: Mapped[Decimal] = mapped_column(Money)  # at the time of the order
    quantity: Mapped[int]

    @property
    def total(self) -> Decimal:
        return self.price * self.quantity


class Subscriber(db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    subscribed_at: Mapped[datetime] = mapped_column(default=now)
