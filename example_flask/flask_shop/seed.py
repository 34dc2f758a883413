"""`flask seed`: make the tables and put the catalogue on the shelf. Run again, it updates the same products."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from flask_shop.extensions import db
from flask_shop.models import Category, Product

CATALOGUE = Path(__file__).resolve().parent / "catalogue.json"


@click.command()
@with_appcontext
def seed() -> None:
    """Fill the shop with the products of catalogue.json."""
    db.create_all()
    for place, shelf in enumerate(json.loads(CATALOGUE.read_text(encoding="utf-8")), start=1):
        category = stored(Category, shelf["slug"], name=shelf["name"], position=place)
        for product in shelf["products"]:
            stored(Product, **{**product, "price": Decimal(product["price"]), "category": category})
    db.session.commit()
    click.echo(f"{len(db.session.scalars(db.select(Product)).all())} products are on the shelf.")


def stored(model: type[Any], slug: str, **values: Any) -> Any:
    """The object with this slug, made or updated."""
    found = db.session.scalar(db.select(model).filter_by(slug=slug)) or model(slug=slug)
    for name, value in values.items():
        setattr(found, name, value)
    db.session.add(found)
    db.session.flush()
    return found
