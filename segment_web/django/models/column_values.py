"""The values that the columns of a row hold, as far as they follow from the values that the application assigned."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from functools import cache
from typing import Any

import django
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import DateTimeField, DecimalField, Field
from django.db.models.expressions import Col
from django.utils import timezone

REFRESHES = django.VERSION >= (6, 0)  # whether a save brings back the generated columns, or defers them
MOST_DIGITS = 1_000  # of a decimal column, in every database


def is_expression(value: Any) -> bool:
    """Whether ``value`` is not known before the database has computed it, as ``F("stock") - 1``."""
    return hasattr(value, "resolve_expression")


def as_stored(field: Field[Any, Any], value: Any, connection: BaseDatabaseWrapper) -> Any:
    """Return the value that ``field`` has of ``value`` when it is loaded again. Expressions, and what is unfit for the
    field, are returned unchanged."""
    if value is None or is_expression(value):
        return value
    try:
        found = field.to_python(value)
        if isinstance(found, Decimal) and isinstance(field, DecimalField):
            return _rounded(field, found, connection)
        if isinstance(found, datetime) and isinstance(field, DateTimeField) and connection.timezone is not None:
            return _aware(found).astimezone(connection.timezone)
        return found
    except Exception:  # noqa: BLE001 - the field refuses the value
        return value


def _aware(value: datetime) -> datetime:
    return timezone.make_aware(value, timezone.get_default_timezone()) if timezone.is_naive(value) else value


def _rounded(field: Field[Any, Any], value: Decimal, connection: BaseDatabaseWrapper) -> Decimal:
    """Round as the column does; SQLite keeps what it is given, and Django rounds when it reads."""
    rounding = ROUND_HALF_EVEN if connection.vendor == "sqlite" else ROUND_HALF_UP
    places = getattr(field, "decimal_places", None)
    return value if places is None else value.quantize(Decimal(1).scaleb(-places), rounding, Context(prec=MOST_DIGITS))


@cache
def sources(field: Field[Any, Any]) -> dict[str, Field[Any, Any]]:
    """Return the columns from which the database computes a generated column, by name; {} for any other column."""
    if not field.generated:
        return {}
    generated: Any = field
    found = generated.expression.resolve_expression(generated._query, allow_joins=False).flatten()
    return {node.target.attname: node.target for node in found if isinstance(node, Col)}
