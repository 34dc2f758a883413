"""The values with which an instance was loaded or saved: what a save has changed can be seen without a query."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import deepcopy
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Model

from segment_web.django.models.column_values import REFRESHES, as_stored, is_expression, sources
from segment_web.django.models.transactions import Entry

Columns = Mapping[str, "Field[Any, Any]"]
SEEN = "_segment_seen"  # in an instance: the values by column
UNSURE = "_segment_unsure"  # in an instance: its saves that may yet be rolled back
UNKNOWN = object()


class Unsure(tuple[Any, ...]):
    """Saves that have yet to be committed; they belong to a connection, so a pickled or copied instance has none."""

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, ...]:
        return Unsure, ()


def remember(instance: Model, columns: Columns, fields: Collection[str] | None = None) -> None:
    """Keeps the values that were loaded, those of ``fields`` or all; a deferred field stays deferred."""
    values = instance.__dict__
    fresh = {
        name: kept(values[name])
        for name, field in columns.items()
        if name in values and (fields is None or name in fields or field.name in fields)
    }
    values[SEEN] = fresh if fields is None else {**values.get(SEEN, {}), **fresh}


def saved(
    instance: Model, columns: Columns, fields: Collection[str] | None, connection: BaseDatabaseWrapper, *, created: bool
) -> dict[str, Any]:
    """Return the former value of each column that this save of ``fields`` (or all) changed, and remember the new ones.

    A value that was assigned to a deferred field counts as a change, because the value that it replaced is not known.
    """
    values = instance.__dict__
    seen, changed = dict(values.get(SEEN, {})), {}
    for name, field in columns.items():
        if name in values and not field.generated and (fields is None or field.name in fields or name in fields):
            value = as_stored(field, values[name], connection)
            if name not in seen or not _same(field, seen[name], value):
                changed[name] = seen.get(name, UNKNOWN)
            seen[name] = kept(value)
    for name in [name for name, field in columns.items() if field.generated]:
        _see_generated(name, sources(columns[name]), values, seen, changed, is_fresh=created or REFRESHES)
    values[SEEN] = seen
    return changed


def _see_generated(
    name: str,
    sources: Columns,
    values: Mapping[str, Any],
    seen: dict[str, Any],
    changed: dict[str, Any],
    *,
    is_fresh: bool,
) -> None:
    """The database has computed the column ``name`` anew, and ``values`` has its value if ``is_fresh``."""
    before = seen.get(name, UNKNOWN)
    if is_fresh and name in values:
        seen[name] = kept(values[name])
        if before is UNKNOWN or before != values[name]:
            changed[name] = before
    elif not changed.keys().isdisjoint(sources):
        changed[name] = before
        seen.pop(name, None)


def hold(instance: Model, *saves: Entry) -> None:
    """``saves`` may yet be rolled back, and what was seen with them; they come in their order."""
    if saves:
        instance.__dict__[UNSURE] = Unsure((*instance.__dict__.get(UNSURE, ()), *saves))


def settle(instance: Model) -> None:
    """Takes back what was seen in saves that were rolled back: the database has the values from before them."""
    unsure = instance.__dict__.pop(UNSURE, None)
    if not unsure:
        return
    seen = dict(instance.__dict__.get(SEEN, {}))
    for save in reversed(unsure):
        if not save.stands:
            seen.update(save.replaced)
    instance.__dict__[SEEN] = {name: value for name, value in seen.items() if value is not UNKNOWN}
    hold(instance, *(save for save in unsure if save.stands and not save.change.is_committed))


def stored(instance: Model) -> Mapping[str, Any]:
    """The values that the database has, as far as they were seen: what was assigned and not saved is not among them."""
    seen: Mapping[str, Any] = instance.__dict__.get(SEEN, {})
    return seen


def kept(value: Any) -> Any:
    """What an application may change in place (JSON) is kept as a copy."""
    return deepcopy(value) if isinstance(value, list | dict | set) else value


def _same(field: Field[Any, Any], seen: Any, value: Any) -> bool:
    """Return whether a save of ``value`` leaves the column unchanged."""
    if is_expression(seen) or is_expression(value):
        return False  # each save computes it anew, from values that nobody here knows
    try:
        return bool(seen == value) or bool(field.to_python(seen) == value)
    except Exception:  # noqa: BLE001 - a value that is none of this field's
        return False
