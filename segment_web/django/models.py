"""Model events: created, updated and deleted objects as track calls, after their transaction has committed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from functools import partial
from typing import Any, TypeVar

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model
from django.db.models.signals import post_delete, post_init, post_save

from segment_web.client import NOBODY
from segment_web.django import conf
from segment_web.django.commit import on_commit
from segment_web.errors import ConfigError
from segment_web.logs import internal_error
from segment_web.scopes.current import current
from segment_web.web.model_events import ModelEvents, Properties, Reader

M = TypeVar("M", bound=type[Model])
Columns = Mapping[str, "Field[Any, Any]"]
SEEN = "_segment_seen"  # where an instance keeps the values it was loaded with


def track_model(
    model: Any = None,
    *,
    created: str | None = None,
    updated: str | None = None,
    deleted: str | None = None,
    properties: Properties = (),
    exclude: Sequence[str] = (),
    user: Reader | None = None,
    when: Callable[[Any], bool] | None = None,
) -> Any:
    """Tracks a model: ``@track_model(created="Order Placed", ...)`` above the class, or ``track_model(Order, ...)``.

    ``created``, ``updated`` and ``deleted`` name the events; what is None is not tracked. ``properties`` lists fields or
    attributes to send (``"__all__"`` for every column, less ``exclude`` and passwords), or is a callable that is given
    the object and returns a dict; the primary key is always sent, as ``order_id`` for a model Order. ``updated`` is sent
    only when one of the listed columns changed, and names them in ``changed_fields``. ``user`` is an attribute or a
    callable that gives the user's id (default: the visitor's), ``when`` a callable that decides. Events leave after the
    commit, never after a rollback; fixtures and bulk operations make none. Raises ConfigError for unknown fields.
    """
    events = ModelEvents(
        created=created,
        updated=updated,
        deleted=deleted,
        properties=properties,
        exclude=exclude,
        user=user,
        when=when,
    )
    if model is None:
        return partial(_tracked, events)
    return _tracked(events, model)


def connect() -> None:
    """Tracks the models of the setting ``models``; what is wrong with it a check says."""
    try:
        configured = conf.read().models
    except ConfigError:
        return
    for label, options in configured.items():
        try:
            track_model(apps.get_model(label), **options)
        except (LookupError, ValueError, TypeError, ConfigError) as error:
            internal_error(f'SEGMENT["MODELS"][{label!r}]', error)


def _tracked(events: ModelEvents, model: M) -> M:
    events.check(model.__name__, partial(_knows, model))
    uid = f"segment_web.{model._meta.label}"
    changes = _columns(events, model) if events.updated else {}
    if changes:
        post_init.connect(partial(_loaded, changes), sender=model, weak=False, dispatch_uid=f"{uid}.init")
    post_save.connect(partial(_saved, events, changes), sender=model, weak=False, dispatch_uid=f"{uid}.save")
    if events.deleted:
        post_delete.connect(partial(_deleted, events), sender=model, weak=False, dispatch_uid=f"{uid}.delete")
    return model


def _knows(model: type[Model], name: str) -> bool:
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return hasattr(model, name) or name in {field.attname for field in model._meta.concrete_fields}
    return True


def _columns(events: ModelEvents, model: type[Model]) -> Columns:
    """The model's own columns among the properties, whose changes can be seen without a query."""
    fields = {name: field for field in model._meta.concrete_fields for name in (field.name, field.attname)}
    found = {fields[name].attname: fields[name] for name in events.columns(fields)}
    return {
        name: field for name, field in found.items() if not field.primary_key and not {name, field.name} & events.hidden
    }


def _loaded(changes: Columns, sender: Any, instance: Model, **_: Any) -> None:
    """Keeps the loaded values; a deferred field stays deferred."""
    values = instance.__dict__
    values[SEEN] = {name: _kept(values[name]) for name in changes if name in values}


def _saved(
    events: ModelEvents,
    changes: Columns,
    sender: Any,
    instance: Model,
    created: bool,
    **signal: Any,
) -> None:
    if signal.get("raw"):
        return  # fixtures are not something that happened
    try:
        changed = _changes(changes, instance, signal.get("update_fields"))
        if created and events.created:
            _say(events, events.created, instance, (), signal["using"])
        elif not created and events.updated and (changed or not changes):
            _say(events, events.updated, instance, changed, signal["using"])
    except Exception as error:  # noqa: BLE001 - a save must not fail because of analytics
        internal_error(f"track_model({sender.__name__})", error)


def _deleted(events: ModelEvents, sender: Any, instance: Model, using: str, **_: Any) -> None:
    try:
        _say(events, events.deleted or "", instance, (), using)
    except Exception as error:  # noqa: BLE001 - a delete must not fail because of analytics
        internal_error(f"track_model({sender.__name__})", error)


def _changes(changes: Columns, instance: Model, saved: Any) -> list[str]:
    """The names of columns whose stored value this save changed; they are remembered as seen."""
    values, changed = instance.__dict__, []
    seen = values.setdefault(SEEN, {})
    for name, field in changes.items():
        if name in values and (saved is None or field.name in saved or name in saved):
            if name in seen and not _same(field, seen[name], values[name]):
                changed.append(name)
            seen[name] = _kept(values[name])
    return changed


def _kept(value: Any) -> Any:
    """What an application may change in place (JSON) is kept as a copy."""
    return deepcopy(value) if isinstance(value, list | dict | set) else value


def _same(field: Field[Any, Any], seen: Any, value: Any) -> bool:
    """A price that was assigned as text is the Decimal that the database has of it."""
    try:
        return bool(seen == value) or bool(field.to_python(seen) == field.to_python(value))
    except Exception:  # noqa: BLE001 - a value that is none of this field's, such as an expression
        return False


def _say(events: ModelEvents, event: str, instance: Model, changed: Sequence[str], using: str) -> None:
    columns = _columns(events, type(instance))
    message = events.message(
        event,
        instance,
        model=type(instance).__name__,
        key=instance.pk,
        columns={name: instance.__dict__[name] for name in columns if name in instance.__dict__},
        own={name for field in columns.values() for name in (field.name, field.attname)},
        changed=changed,
    )
    if message is not None:
        conf.client().record(message, current() or NOBODY, defer=partial(on_commit, using=using))
