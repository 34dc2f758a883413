"""Prices in the database: whole cents, because SQLite has no decimal numbers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Integer
from sqlalchemy.types import TypeDecorator

PLACES = 2


class Money(TypeDecorator[Decimal]):
    """A Decimal with two places in Python, its cents in the database."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Any) -> int | None:
        return None if value is None else int(value.scaleb(PLACES))

    def process_result_value(self, value: int | None, dialect: Any) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-PLACES)
