"""A book, tracked as applications track their models; its table is made without migrations."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from segment_web.django import track_model
from segment_web.django.models.tracking import TrackedQuerySet


@track_model(
    created="Book Added",
    updated="Book Changed",
    deleted="Book Removed",
    properties=["title", "price", "status"],
    user="owner_id",
)
class Book(models.Model):
    """``owner`` is whose book it is; without one its events are the visitor's."""

    title = models.CharField(max_length=100)
    price = models.DecimalField(max_digits=8, decimal_places=2, default=0)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE)
    status = models.CharField(max_length=20, default="new")

    def __str__(self) -> str:
        return self.title


@track_model(created="Review Written", updated="Review Edited", properties="__all__", exclude=["secret"], user="reader")
class Review(models.Model):
    """Everything but what is excluded; its events are its reader's."""

    book = models.ForeignKey(Book, on_delete=models.CASCADE)
    text = models.TextField(blank=True)
    marks = models.JSONField(default=dict)
    secret = models.CharField(max_length=20, default="hidden")
    password = models.CharField(max_length=20, default="hidden")
    reader = "reader-1"

    def __str__(self) -> str:
        return self.text


@track_model(
    created="Loan Started",
    updated="Loan Changed",
    properties=lambda loan: {"days": loan.days, "long": loan.days > 14},
    user=lambda loan: f"card-{loan.card}",
    when=lambda loan: loan.days > 0,
)
class Loan(models.Model):
    """Computed properties, computed user, and only loans that last."""

    card = models.IntegerField()
    days = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.card}: {self.days}"


@track_model(created="Item Made", updated="Item Changed", deleted="Item Gone", properties="__all__", user="reader")
class Item(models.Model):
    """What a transaction makes, changes and removes; with a child in a table of its own and a proxy."""

    name = models.CharField(max_length=20, unique=True)
    size = models.IntegerField(default=0)
    colour = models.CharField(max_length=20, default="grey")
    reader = "u1"

    def __str__(self) -> str:
        return self.name


class Film(Item):
    """An item with one more column."""

    minutes = models.IntegerField(default=90)


class UsedItem(Item):
    """The same items under another name."""

    class Meta:
        proxy = True


@track_model(
    created="Member Joined",
    updated="Member Changed",
    properties=["card", "books", "branch"],
    mask=["card", "branch"],
    group="branch_id",
    identify=["name", "level"],
)
class Member(models.Model):
    """Whom the library knows: a user of its own, with traits."""

    name = models.CharField(max_length=20)
    level = models.CharField(max_length=20, default="basic")
    card = models.CharField(max_length=20, default="")
    branch = models.ForeignKey(Item, null=True, on_delete=models.CASCADE, related_name="+")
    books = models.ManyToManyField(Loan, related_name="members")

    def __str__(self) -> str:
        return self.name


@track_model(created="Shelf Put Up", updated="Shelf Changed", deleted="Shelf Gone", properties=["label", "place"])
class Shelf(models.Model):
    """What is made and moved in bulk."""

    label = models.CharField(max_length=20)
    place = models.IntegerField(default=0)
    item = models.ForeignKey(Item, null=True, on_delete=models.CASCADE, related_name="shelves")
    objects = TrackedQuerySet.as_manager()

    def __str__(self) -> str:
        return self.label


@track_model(
    created="Offer Made",
    updated="Offer Changed",
    deleted="Offer Gone",
    properties=["price", "amount", "is_open", "until", "code", "label", "total", "due"],
)
class Offer(models.Model):
    """A column of many types, and two that the database computes, one of them from a column that is not listed."""

    price = models.DecimalField(max_digits=8, decimal_places=2, default=0)
    amount = models.IntegerField(default=1)
    rebate = models.IntegerField(default=0)
    is_open = models.BooleanField(default=True)
    until = models.DateTimeField(null=True)
    code = models.UUIDField(null=True)
    label = models.CharField(max_length=20, default="")
    total = models.GeneratedField(
        expression=models.F("price") * models.F("amount"),
        output_field=models.DecimalField(max_digits=12, decimal_places=2),
        db_persist=True,
    )
    due = models.GeneratedField(
        expression=models.F("amount") - models.F("rebate"), output_field=models.IntegerField(), db_persist=True
    )
    objects = TrackedQuerySet.as_manager()

    def __str__(self) -> str:
        return self.label
