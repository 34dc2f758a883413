"""Querysets whose bulk operations are told, which Django announces to nobody."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, Self

from django.db import connections
from django.db.models import Manager, Model, QuerySet

from segment_web.django import conf
from segment_web.django.commit import on_commit
from segment_web.django.models.column_values import as_stored, is_expression, sources
from segment_web.django.models.tracked import Tracked, tell_saved, tracked_models
from segment_web.logs import internal_error
from segment_web.scopes.current import current
from segment_web.scopes.scope import NOBODY

if TYPE_CHECKING:
    Objects = QuerySet[Any]
    AnyManager = Manager[Any]
else:
    Objects, AnyManager = QuerySet, Manager


class TrackedQuerySet(Objects):
    """For a model with ``@track_model``: ``objects = TrackedQuerySet.as_manager()``.

    ``bulk_create`` and ``bulk_update`` are told as saves of their objects, less what only the database knows: the keys of
    objects made with ``ignore_conflicts`` or ``update_conflicts``, of which nothing is told. ``update`` knows the new
    values only and is one event with them, ``changed_fields`` and the number of ``rows``; none where the model's events
    ask the object (``user``, ``group``, ``when``, computed properties). ``telling_each().update(...)`` loads the objects
    first, by one query, and is an event for each that changed. ``delete`` announces each object by itself.
    """

    _segment_each = False
    _segment_silent = False  # inside of bulk_update, which is many updates

    def telling_each(self) -> Self:
        """An ``update`` of this queryset is told of each object, for one query more."""
        clone: Self = self.all()
        clone._segment_each = True
        return clone

    def bulk_create(self, objs: Iterable[Any], *args: Any, **options: Any) -> list[Any]:
        """As Django's; see the class."""
        made: list[Any] = super().bulk_create(objs, *args, **options)
        may_conflict = any(args[1:3]) or options.get("ignore_conflicts") or options.get("update_conflicts")
        tracked = tracked_models.get(self.model)
        if tracked is not None and not may_conflict:
            for instance in made:
                if instance.pk is not None:
                    tell_saved(tracked, instance, self.db, created=True)
        return made

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], *args: Any, **options: Any) -> int:
        """As Django's; see the class."""
        objs, fields = tuple(objs), list(fields)
        quiet = self.all()
        quiet._segment_silent = True
        rows: int = super(TrackedQuerySet, quiet).bulk_update(objs, fields, *args, **options)
        self._for_write = True
        if (tracked := tracked_models.get(self.model)) is not None:
            for instance in objs:
                tell_saved(tracked, instance, self.db, created=False, fields=fields)
        return rows

    def update(self, **values: Any) -> int:
        """As Django's; see the class."""
        tracked = None if self._segment_silent else tracked_models.get(self.model)
        self._for_write = True
        each = list(self.all()) if tracked is not None and self._segment_each else None
        rows: int = super().update(**values)
        if tracked is not None and each is not None:
            _tell_each(tracked, each, values, self.db)
        elif tracked is not None:
            _tell_rows(tracked, rows, values, self.db)
        return rows

    update.alters_data = True  # type: ignore[attr-defined]
    bulk_create.alters_data = True  # type: ignore[attr-defined]
    bulk_update.alters_data = True  # type: ignore[attr-defined]

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]
        clone._segment_each, clone._segment_silent = self._segment_each, self._segment_silent
        return clone


class TrackedManager(AnyManager.from_queryset(TrackedQuerySet)):  # type: ignore[misc]
    """The manager of a :class:`TrackedQuerySet`, to build on."""


def _tell_each(tracked: Tracked, instances: list[Any], values: dict[str, Any], using: str) -> None:
    try:
        for instance in instances:
            for name, value in values.items():
                field: Any = instance._meta.get_field(name)
                instance.__dict__[field.attname] = _stored(value)
            tell_saved(tracked, instance, using, created=False, fields=list(values))
    except Exception as error:  # noqa: BLE001 - an update must not fail because of analytics
        internal_error(f"track_model({tracked.name})", error)


def _stored(value: Any) -> Any:
    return value.pk if isinstance(value, Model) else value


def _tell_rows(tracked: Tracked, rows: int, values: dict[str, Any], using: str) -> None:
    try:
        fields = {**tracked.columns, **tracked.watched}.values()
        given = {field.attname: values[key] for field in fields for key in (field.name, field.attname) if key in values}
        known = {
            name: as_stored(field, _stored(given[name]), connections[using])
            for name, field in tracked.columns.items()
            if name in given and not is_expression(given[name])
        }
        changed = [
            name for name, field in tracked.columns.items() if not given.keys().isdisjoint({name, *sources(field)})
        ]
        message = tracked.events.bulk(rows, known, changed)
        if message is not None:
            conf.client().record(message, current() or NOBODY, defer=partial(on_commit, using=using))
    except Exception as error:  # noqa: BLE001 - an update must not fail because of analytics
        internal_error(f"track_model({tracked.name})", error)
