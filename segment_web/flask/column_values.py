"""The values that the columns of a row hold, as far as they follow from the values that the application assigned."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Date, DateTime, Enum, Float, Integer, Numeric, String, Time, Uuid
from sqlalchemy.sql import ClauseElement
from sqlalchemy.types import TypeEngine

MOST_DIGITS = 1_000  # of a decimal column, in every database


def is_expression(value: Any) -> bool:
    """Return whether only the database knows the value, as of ``Post.views + 1``."""
    return isinstance(value, ClauseElement) or hasattr(value, "__clause_element__")


def as_stored(kind: TypeEngine[Any], value: Any, dialect: str) -> Any:
    """Return the value that a column of this type has of ``value`` when it is loaded again. Expressions, and what is unfit
    for the type, are returned unchanged."""
    if value is None or is_expression(value):
        return value
    try:
        return next((read(kind, value, dialect) for one, read in READERS if isinstance(kind, one)), value)
    except (ValueError, TypeError, ArithmeticError, LookupError):
        return value


def _number(kind: Any, value: Any, dialect: str) -> Any:
    scale = getattr(kind, "scale", None)
    if not kind.asdecimal and (scale is None or dialect == "sqlite"):
        return float(value)
    found = value if isinstance(value, Decimal) else Decimal(str(value))
    if scale is None:
        return found
    if dialect == "sqlite":  # it keeps a float, and SQLAlchemy rounds when it reads a Decimal
        return Decimal(f"{float(found):.{scale}f}")
    rounded = found.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP, Context(prec=MOST_DIGITS))
    return rounded if kind.asdecimal else float(rounded)


def _moment(kind: Any, value: Any, dialect: str) -> Any:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _day(kind: Any, value: Any, dialect: str) -> Any:
    if isinstance(value, datetime):
        return value.date()
    return date.fromisoformat(value) if isinstance(value, str) else value


def _hour(kind: Any, value: Any, dialect: str) -> Any:
    return time.fromisoformat(value) if isinstance(value, str) else value


def _integer(kind: Any, value: Any, dialect: str) -> Any:
    return int(value) if isinstance(value, str) or value == int(value) else value


def _member(kind: Any, value: Any, dialect: str) -> Any:
    return kind.enum_class[value] if kind.enum_class is not None and isinstance(value, str) else value


def _text(kind: Any, value: Any, dialect: str) -> Any:
    return str(value) if isinstance(value, int | Decimal) else value


def _uuid(kind: Any, value: Any, dialect: str) -> Any:
    return UUID(value) if kind.as_uuid and isinstance(value, str) else value


Reader = Callable[[Any, Any, str], Any]
# Enum is a String and comes first. A TypeDecorator is none of them: its application defines its values.
READERS: tuple[tuple[type[TypeEngine[Any]], Reader], ...] = (
    (Numeric, _number),
    (Float, _number),  # a Numeric before SQLAlchemy 2.1
    (Integer, _integer),
    (Enum, _member),
    (String, _text),
    (Boolean, lambda kind, value, dialect: bool(value)),
    (DateTime, _moment),
    (Date, _day),
    (Time, _hour),
    (Uuid, _uuid),
)
