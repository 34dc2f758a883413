"""A tracked model, and what is said of its objects."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from segment_web.django import conf
from segment_web.django.event_loop import in_event_loop
from segment_web.django.models import last_values, transactions
from segment_web.django.models.column_values import as_stored, is_expression, sources
from segment_web.django.models.last_values import Columns, stored
from segment_web.logs import internal_error
from segment_web.model_events.changes import Change, ChangeKind, Net
from segment_web.model_events.events import ModelEvents, Thing
from segment_web.scopes.current import current
from segment_web.scopes.scope import NOBODY


@dataclass(frozen=True)
class Tracked:
    """A model whose objects are told of; ``name`` is what they are called, ``columns`` are the ones that are sent,
    ``traits`` those of a user, ``relations`` the many-to-many ones whose changes are told."""

    name: str
    row: type[Model]  # the model with the table to whose rows the primary key belongs
    events: ModelEvents
    columns: Columns
    traits: Columns
    relations: tuple[str, ...]

    @classmethod
    def of(cls, model: type[Model], base: type[Model], events: ModelEvents) -> Tracked:
        """``model`` as ``events`` of its ``base`` has it: a subclass, a proxy or the model itself."""
        name = model.__name__ if base._meta.abstract else base.__name__
        fields = {name: field for field in model._meta.concrete_fields for name in (field.name, field.attname)}
        masked = {fields[name].attname if name in fields else name for name in events.mask}
        columns = _columns(events, fields, events.columns(fields))
        traits = _columns(events, fields, events.traits(fields))
        relations = tuple(field.name for field in model._meta.many_to_many if field.name in events.listed)
        return cls(name, _row(model), replace(events, mask=tuple(masked)), columns, traits, relations)

    @property
    def generated(self) -> Columns:
        """The columns among those that are sent which the database computes."""
        return {name: field for name, field in (*self.columns.items(), *self.traits.items()) if field.generated}

    @property
    def is_compared(self) -> bool:
        """Whether it matters which values a save has changed."""
        return bool(self.traits or self.generated or (self.columns and self.events.updated))

    @cached_property
    def watched(self) -> Columns:
        """The columns that a save compares with the values before: those that count, and those from which the database
        computes others."""
        columns = {**(self.columns if self.events.updated else {}), **self.traits, **self.generated}
        return {**columns, **{name: one for field in self.generated.values() for name, one in sources(field).items()}}

    def thing(self, instance: Model, key: Any, connection: BaseDatabaseWrapper) -> Thing:
        """Return the object as it is now, without the values that the database has yet to compute."""
        own = {name for field in self.columns.values() for name in (field.name, field.attname)}
        return Thing(
            instance=instance,
            model=self.name,
            key=key,
            columns=dict(self._values(instance, connection)),
            own={*own, *self.relations},
            counts=(*self.columns, *self.relations),
            traits=self.traits,
        )

    def _values(self, instance: Model, connection: BaseDatabaseWrapper) -> Iterator[tuple[str, Any]]:
        values, known = instance.__dict__, stored(instance)
        for name, field in {**self.columns, **self.traits}.items():
            if name in known or (name in values and not field.generated):
                value = known[name] if name in known else as_stored(field, values[name], connection)
                if not is_expression(value):
                    yield name, value


tracked_models: dict[type[Model], Tracked] = {}


def tell_saved(
    tracked: Tracked, instance: Model, using: str, created: bool, fields: Collection[str] | None = None
) -> None:
    """Says that ``fields`` of ``instance``, or all, were stored. Never raises: a save must not fail because of analytics."""
    try:
        last_values.settle(instance)
        changed = last_values.saved(instance, tracked.watched, fields, connections[using], created=created)
        entry = tell(
            tracked, instance, Net(ChangeKind.CREATED) if created else Net(ChangeKind.UPDATED, tuple(changed)), using
        )
        if entry is not None and not entry.change.is_committed:
            entry.replaced = changed
            last_values.hold(instance, entry)
    except Exception as error:  # noqa: BLE001 - the border of the host
        internal_error(f"track_model({tracked.name})", error)


def tell(tracked: Tracked, instance: Model, net: Net, using: str) -> transactions.Entry | None:
    """Says what became of ``instance`` after the commit; None when there is nothing to say."""
    connection = connections[using]
    pk = as_stored(instance._meta.pk, instance.pk, connection)
    key = transactions.key_of(connection, tracked.row, pk)
    before = None if in_event_loop() else transactions.before(connection, key)
    if _is_nothing(tracked, net, before):
        return None
    thing = tracked.thing(instance, pk, connection)
    change = Change.after(before, key, net, thing.columns, tuple(tracked.watched))
    try:
        for message in tracked.events.messages(change.net, replace(thing, columns=change.values)):
            conf.client().record(message, current() or NOBODY, defer=change.wait)
    except Exception as error:  # noqa: BLE001 - what the application's own functions raise costs no more than the event
        internal_error(f"track_model({tracked.name})", error)
    if in_event_loop():  # where there is no transaction: Django's live on the threads of synchronous code
        change.speak()
        return None
    return transactions.add(connection, change)


def _is_nothing(tracked: Tracked, net: Net, before: Change | None) -> bool:
    """Whether there is neither anything to say nor anything to be added to what was said ``before``."""
    if before is not None:
        return net.kind is ChangeKind.DELETED is before.net.kind  # a child's table first, then its parent's
    changes = bool(net.changed) or not tracked.watched
    return net.kind is ChangeKind.UPDATED and not ((tracked.events.updated or tracked.traits) and changes)


def _row(model: type[Model]) -> type[Model]:
    """A row of a child's table is the same object as that of its parent's, and a proxy has no table."""
    concrete = model._meta.concrete_model or model
    key: Any = concrete._meta.pk
    return _row(key.remote_field.model) if key.remote_field and key.remote_field.parent_link else concrete


def _columns(events: ModelEvents, fields: Columns, names: Iterable[str]) -> Columns:
    """The model's own columns of these names, whose changes can be seen without a query."""
    found = {fields[name].attname: fields[name] for name in names}
    return {
        name: field for name, field in found.items() if not field.primary_key and not {name, field.name} & events.hidden
    }
