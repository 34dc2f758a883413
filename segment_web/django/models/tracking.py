"""Model events: created, updated and deleted objects as track calls, after their transaction has committed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator
from functools import partial, wraps
from typing import Any, TypeVar, Unpack, overload

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.db.models.fields.related import lazy_related_operation
from django.db.models.signals import class_prepared, m2m_changed, post_delete, post_save

from segment_web.django import conf
from segment_web.django.models import last_values, transactions
from segment_web.django.models.querysets import TrackedManager, TrackedQuerySet
from segment_web.django.models.tracked import Tracked, tell, tell_saved, tracked_models
from segment_web.errors import ConfigError
from segment_web.logs import internal_error, log
from segment_web.model_events.changes import ChangeKind, Net
from segment_web.model_events.events import ModelEvents, ModelOptions

__all__ = ["TrackedManager", "TrackedQuerySet", "track_model"]

M = TypeVar("M", bound=type[Model])

_events: dict[type[Model], ModelEvents] = {}  # as they were asked for


@overload
def track_model(model: M, **options: Unpack[ModelOptions]) -> M: ...
@overload
def track_model(model: None = None, **options: Unpack[ModelOptions]) -> Callable[[M], M]: ...
def track_model(model: Any = None, **options: Unpack[ModelOptions]) -> Any:
    """Tracks a model: ``@track_model(created="Order Placed", ...)`` above the class, or ``track_model(Order, ...)``.

    ``created``, ``updated`` and ``deleted`` name the events; what is None is not tracked. ``properties`` lists fields or
    attributes to send (``"__all__"`` for every column, less ``exclude`` and passwords), or is a callable that is given
    the object and returns a dict; the primary key is always sent, as ``order_id`` for a model Order. ``updated`` is sent
    only when one of the listed columns changed, and names them in ``changed_fields``. ``user`` is an attribute or a
    callable that gives the user's id (default: the visitor's), ``when`` a callable that decides. ``mask`` names what is sent as
    "[masked]", ``group`` is an attribute or a callable that gives the group's id (``context.groupId``), ``identify`` lists
    columns that are also sent as the user's traits, the changed ones only (the user is ``user``, else the object).
    Events leave after the commit, never after a rollback, one for each object and transaction;
    fixtures make none. Subclasses are tracked alike, unless they are tracked themselves. Raises ConfigError for unknown fields.
    """
    events = ModelEvents(**options)
    if model is None:
        return partial(_track, events)
    return _track(events, model)


def connect() -> None:
    """Tracks the models of the setting ``models``; what is wrong with it a check says."""
    try:
        configured = conf.read().models
    except ConfigError:
        return
    for label, options in configured.items():
        try:
            _track(ModelEvents.of(options), apps.get_model(label))
        except (LookupError, ValueError) as error:
            log(logging.ERROR, f"models:{label}", f'SEGMENT["MODELS"][{label!r}]: {error}')


def examine(events: ModelEvents, model: type[Model]) -> None:
    """Raises ConfigError for what ``model`` does not have."""
    columns = {name for field in model._meta.concrete_fields for name in (field.name, field.attname)}
    events.check(model.__name__, partial(has_attribute, model), columns)


def _track(events: ModelEvents, model: M) -> M:
    examine(events, model)
    _events[model] = events
    _listen(model)
    for kind in _subclasses(model):
        _listen(kind)
    return model


def has_attribute(model: type[Model], name: str) -> bool:
    """Whether the objects of ``model`` have a field or attribute of this name."""
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return hasattr(model, name) or name in {field.attname for field in model._meta.concrete_fields}
    return True


def _subclasses(model: type[Model]) -> Iterator[type[Model]]:
    for kind in model.__subclasses__():
        yield kind
        yield from _subclasses(kind)


def _listen(model: type[Model]) -> None:
    """Listens to what becomes of the objects of ``model``, a tracked one or a subclass of it, such as a proxy."""
    if model._meta.abstract:
        return
    base = next(base for base in model.__mro__ if base in _events)
    tracked = tracked_models[model] = Tracked.of(model, base, _events[base])
    uid = f"segment_web.{model._meta.label}"
    if tracked.is_compared:
        _see_loads(model)
        _see_refreshes(model)
    for name in tracked.relations:
        lazy_related_operation(_listen_between, model, getattr(model, name).through)
    post_save.connect(_saved, sender=model, weak=False, dispatch_uid=f"{uid}.save")
    if tracked.events.deleted:  # who listens to deletions keeps Django from the fast ones
        post_delete.connect(_deleted, sender=model, weak=False, dispatch_uid=f"{uid}.delete")


def _listen_between(model: type[Model], through: type[Model]) -> None:
    m2m_changed.connect(_related, sender=through, dispatch_uid=f"segment_web.{through._meta.label}")


def _prepared(sender: type[Model], **_: Any) -> None:
    """Subclasses of tracked models are tracked, unless they say something else."""
    if any(base in _events for base in sender.__mro__):
        _listen(sender)


class_prepared.connect(_prepared, dispatch_uid="segment_web.prepared")


def _see_loads(model: type[Model]) -> None:
    """What the database has is known of an instance that comes from there, and of no other: ``post_init`` is also sent for
    one that the application has put together itself, of a row that may be there (Wagtail's pages, when they are published).
    """
    load: Any = model.from_db
    if getattr(load, "_segment_sees", False):
        return  # a parent's

    @wraps(load.__func__)
    def from_db(cls: type[Model], *args: Any, **options: Any) -> Model:
        instance: Model = load.__func__(cls, *args, **options)
        try:
            _remember(instance)
        except Exception as error:  # noqa: BLE001 - an object must be loaded all the same
            internal_error(f"track_model({cls.__name__})", error)
        return instance

    from_db._segment_sees = True  # type: ignore[attr-defined]
    model.from_db = classmethod(from_db)  # type: ignore[assignment]


def _see_refreshes(model: type[Model]) -> None:
    """What comes from the database later, deferred fields too, is no change; Django announces it nowhere."""
    refresh: Any = model.refresh_from_db
    if getattr(refresh, "_segment_sees", False):
        return  # a parent's, which sees those of ``model`` too

    @wraps(refresh)
    def refresh_from_db(self: Model, *args: Any, **options: Any) -> None:
        refresh(self, *args, **options)
        try:
            last_values.settle(self)
            _remember(self, options.get("fields", args[1] if args[1:] else None))
        except Exception as error:  # noqa: BLE001 - the border of the host
            internal_error(f"track_model({type(self).__name__})", error)

    refresh_from_db._segment_sees = True  # type: ignore[attr-defined]
    model.refresh_from_db = refresh_from_db  # type: ignore[method-assign]


def _remember(instance: Model, fields: Collection[str] | None = None) -> None:
    """What was loaded is what the database has, until a savepoint is rolled back that has written it."""
    tracked = tracked_models[type(instance)]
    last_values.remember(instance, tracked.watched, fields)
    last_values.hold(instance, *reversed([*transactions.waiting(tracked.row, instance.pk)]))


def _saved(sender: Any, instance: Model, created: bool, using: str, **signal: Any) -> None:
    if signal.get("raw"):
        return  # fixtures are not something that happened
    tell_saved(tracked_models[sender], instance, using, created, signal.get("update_fields"))


def _deleted(sender: Any, instance: Model, using: str, **_: Any) -> None:
    try:
        tell(tracked_models[sender], instance, Net(ChangeKind.DELETED), using)
    except Exception as error:  # noqa: BLE001 - a delete must not fail because of analytics
        internal_error(f"track_model({sender.__name__})", error)


def _related(
    sender: Any, instance: Model, action: str, reverse: bool, pk_set: set[Any] | None, using: str, **_: Any
) -> None:
    """A many-to-many relation of ``instance`` has changed; of its other side no instance is at hand."""
    tracked = tracked_models.get(type(instance))
    if tracked is None or reverse or not action.startswith("post_") or (pk_set is not None and not pk_set):
        return
    try:
        for name in tracked.relations:
            if getattr(type(instance), name).through is sender:
                tell(tracked, instance, Net(ChangeKind.UPDATED, (name,)), using)
    except Exception as error:  # noqa: BLE001 - a relation must not fail because of analytics
        internal_error(f"track_model({type(instance).__name__})", error)
