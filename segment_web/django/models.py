"""Model events: created, updated and deleted objects as track calls, after their transaction has committed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
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
from segment_web.messages.message import Message
from segment_web.scopes.current import current

M = TypeVar("M", bound=type[Model])
Reader = str | Callable[[Any], Any]
ALL = "__all__"
SEEN = "_segment_seen"  # where an instance keeps the values it was loaded with
SECRETS = frozenset({"password"})  # never sent, not even by "__all__"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelEvents:
    """What is said of one model; see :func:`track_model`."""

    created: str | None = None
    updated: str | None = None
    deleted: str | None = None
    properties: Sequence[str] | str | Callable[[Any], Mapping[str, Any]] = ()
    exclude: Sequence[str] = ()
    user: Reader | None = None
    when: Callable[[Any], bool] | None = None

    def fields(self, model: type[Model]) -> tuple[Field[Any, Any], ...]:
        """The model's own columns among the properties, whose changes can be seen without a query."""
        if callable(self.properties):
            return ()
        concrete = {name: field for field in model._meta.concrete_fields for name in (field.name, field.attname)}
        names = list(concrete) if self.properties == ALL else self.properties
        found = {concrete[name].attname: concrete[name] for name in names if name in concrete}
        hidden = SECRETS | set(self.exclude)
        return tuple(
            f for f in found.values() if not f.primary_key and f.name not in hidden and f.attname not in hidden
        )


def track_model(
    model: Any = None,
    *,
    created: str | None = None,
    updated: str | None = None,
    deleted: str | None = None,
    properties: Sequence[str] | str | Callable[[Any], Mapping[str, Any]] = (),
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
    _check(events, model)
    uid = f"segment_web.{model._meta.label}"
    changes = events.fields(model) if events.updated else ()
    if changes:
        post_init.connect(partial(_loaded, changes), sender=model, weak=False, dispatch_uid=f"{uid}.init")
    post_save.connect(partial(_saved, events, changes), sender=model, weak=False, dispatch_uid=f"{uid}.save")
    if events.deleted:
        post_delete.connect(partial(_deleted, events), sender=model, weak=False, dispatch_uid=f"{uid}.delete")
    return model


def _check(events: ModelEvents, model: type[Model]) -> None:
    if callable(events.properties) or events.properties == ALL:
        return
    for name in events.properties:
        try:
            model._meta.get_field(name)
        except FieldDoesNotExist:
            if not hasattr(model, name) and name not in {field.attname for field in model._meta.concrete_fields}:
                raise ConfigError(
                    f"track_model({model.__name__}): the model has no field or attribute {name!r}."
                ) from None


def _loaded(changes: tuple[Field[Any, Any], ...], sender: Any, instance: Model, **_: Any) -> None:
    """Keeps the loaded values; a deferred field stays deferred."""
    values = instance.__dict__
    values[SEEN] = {field.attname: values[field.attname] for field in changes if field.attname in values}


def _saved(
    events: ModelEvents,
    changes: tuple[Field[Any, Any], ...],
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
            _say(events, events.created, instance, {}, signal["using"])
        elif not created and events.updated and (changed or not changes):
            _say(events, events.updated, instance, {"changed_fields": changed} if changed else {}, signal["using"])
    except Exception as error:  # noqa: BLE001 - a save must not fail because of analytics
        internal_error(f"track_model({sender.__name__})", error)


def _deleted(events: ModelEvents, sender: Any, instance: Model, using: str, **_: Any) -> None:
    try:
        _say(events, events.deleted or "", instance, {}, using)
    except Exception as error:  # noqa: BLE001 - a delete must not fail because of analytics
        internal_error(f"track_model({sender.__name__})", error)


def _changes(changes: tuple[Field[Any, Any], ...], instance: Model, saved: Any) -> list[str]:
    """The names of columns whose stored value this save changed; they are remembered as seen."""
    values, changed = instance.__dict__, []
    seen = values.setdefault(SEEN, {})
    for field in changes:
        name = field.attname
        if name in values and (saved is None or field.name in saved or name in saved):
            if name in seen and seen[name] != values[name]:
                changed.append(name)
            seen[name] = values[name]
    return changed


def _say(events: ModelEvents, event: str, instance: Model, extra: dict[str, Any], using: str) -> None:
    if events.when is not None and not events.when(instance):
        return
    properties = {f"{instance._meta.model_name}_id": instance.pk, **_properties(events, instance), **extra}
    message = Message("track", event=event, properties=properties, user_id=_read(events.user, instance))
    conf.client().record(message, current() or NOBODY, defer=partial(on_commit, using=using))


def _properties(events: ModelEvents, instance: Model) -> Mapping[str, Any]:
    if callable(events.properties):
        return events.properties(instance)
    columns = {field.attname: field for field in events.fields(type(instance))}
    found = {name: instance.__dict__[name] for name in columns if name in instance.__dict__}
    if events.properties != ALL:
        own = {field.name for field in columns.values()} | set(columns) | set(events.exclude) | SECRETS
        found |= {name: getattr(instance, name) for name in events.properties if name not in own}
    return found


def _read(reader: Reader | None, instance: Model) -> Any:
    return reader(instance) if callable(reader) else getattr(instance, reader) if reader else None
