"""`manage.py seed`: put the catalogue on the shelf. Run again, it updates the same products."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from shop.models import Category, Product

CATALOGUE = Path(__file__).resolve().parent.parent.parent / "catalogue.json"


class Command(BaseCommand):
    help = "Fill the shop with the products of catalogue.json."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        for place, shelf in enumerate(json.loads(CATALOGUE.read_text(encoding="utf-8")), start=1):
            name = {"name": shelf["name"], "position": place}
            category, _ = Category.objects.update_or_create(slug=shelf["slug"], defaults=name)
            for product in shelf["products"]:
                Product.objects.update_or_create(slug=product["slug"], defaults={**product, "category": category})
        if options["verbosity"]:
            self.stdout.write(f"{Product.objects.count()} products are on the shelf.")
