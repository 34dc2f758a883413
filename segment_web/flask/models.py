"""Model events of SQLAlchemy: created, updated and deleted objects as track calls, after their transaction committed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar, Unpack, overload
from weakref import WeakKeyDictionary

from sqlalchemy import event, inspect
from sqlalchemy.exc import NoInspectionAvailable
from sqlalchemy.orm import InstanceState, Mapper, RelationshipProperty
from sqlalchemy.orm.base import NO_VALUE

from segment_web.current import client
from segment_web.errors import ConfigError
from segment_web.flask import transactions, updates
from segment_web.flask.column_values import as_stored, is_expression
from segment_web.logs import internal_error
from segment_web.model_events.changes import Change, ChangeKind, Net
from segment_web.model_events.events import ModelEvents, ModelOptions, Thing
from segment_web.scopes.current import current
from segment_web.scopes.scope import NOBODY
from segment_web.settings.kinds import dotted

M = TypeVar("M", bound=type[Any])
Tell = Callable[[ModelEvents, InstanceState[Any], str], None]

_tracked: WeakKeyDictionary[type[Any], ModelEvents] = WeakKeyDictionary()


@overload
def track_model(model: M, **options: Unpack[ModelOptions]) -> M: ...
@overload
def track_model(model: None = None, **options: Unpack[ModelOptions]) -> Callable[[M], M]: ...
def track_model(model: Any = None, **options: Unpack[ModelOptions]) -> Any:
    """Tracks a mapped class and its subclasses, unless they are tracked themselves.

    ``created``, ``updated`` and ``deleted`` name the events; what is None is not tracked. ``properties`` lists columns or
    attributes to send (``"__all__"`` for every column, less ``exclude`` and passwords), or is a callable that is given
    the object and returns a dict; the primary key is always sent, as ``order_id`` for a model Order. ``updated`` is sent
    only when one of the listed columns changed, and names them in ``changed_fields``. ``user`` is an attribute or a
    callable that gives the user's id (default: the visitor's), ``when`` a callable that decides. ``mask`` names what is sent as
    "[masked]", ``group`` is an attribute or a callable that gives the group's id (``context.groupId``), ``identify`` lists
    columns that are also sent as the user's traits, the changed ones only (the user is ``user``, else the object).
    Events leave after the commit, never after a rollback, savepoints included, one for each object and
    transaction; bulk statements make none. No query is run for them. A second call replaces the first.
    Raises ConfigError for unknown properties.
    """
    events = ModelEvents(**options)
    if model is None:
        return partial(_track, events)
    return _track(events, model)


def connect(models: Mapping[str, Any]) -> None:
    """Tracks the models of the setting ``models``, which are named by their dotted paths."""
    for path, options in models.items():
        try:
            _track(ModelEvents.of(options), dotted(path))
        except (ValueError, TypeError) as error:
            raise ConfigError(f"SEGMENT_MODELS[{path!r}]: {error}") from error


def _track(events: ModelEvents, model: M) -> M:
    mapper = _mapper(model)
    events.check(model.__name__, partial(hasattr, model), mapper.columns.keys())
    for name in events.listed:
        if mapper.has_property(name) and isinstance(mapper.get_property(name), RelationshipProperty):
            raise ConfigError(
                f"track_model({model.__name__}): {name!r} is a relationship, which a query would have to load; "
                "name its column instead."
            )
    if model not in _tracked:
        for moment, tell in MOMENTS.items():
            event.listen(model, moment, _listener(model, tell), propagate=True)
    _tracked[model] = events
    return model


def _mapper(model: type[Any]) -> Mapper[Any]:
    try:
        mapper: Mapper[Any] = inspect(model)
    except NoInspectionAvailable:
        raise ConfigError(f"track_model needs a class that SQLAlchemy has mapped, not {model!r}.") from None
    return mapper


def _listener(model: type[Any], tell: Tell) -> Callable[..., None]:
    def listen(mapper: Mapper[Any], connection: Any, target: Any) -> None:
        nearest = next(cls for cls in type(target).__mro__ if cls in _tracked)
        if nearest is not model:
            return  # a subclass that is tracked itself
        try:
            tell(_tracked[model], inspect(target), connection.dialect.name)
        except Exception as error:  # noqa: BLE001 - a flush must not fail because of analytics
            internal_error(f"track_model({model.__name__})", error)

    return listen


def _inserted(events: ModelEvents, state: InstanceState[Any], dialect: str) -> None:
    _tell(events, state, Net(ChangeKind.CREATED), dialect)


def _before_update(events: ModelEvents, state: InstanceState[Any], dialect: str) -> None:
    updates.note(state)


def _updated(events: ModelEvents, state: InstanceState[Any], dialect: str) -> None:
    """An object is also announced when only its collections changed, without an UPDATE."""
    names = dict.fromkeys((*_columns(events, state.mapper), *_traits(events, state.mapper)))
    if (changed := updates.changed(state, names, dialect)) is not None:
        _tell(events, state, Net(ChangeKind.UPDATED, changed), dialect)


def _deleted(events: ModelEvents, state: InstanceState[Any], dialect: str) -> None:
    _tell(events, state, Net(ChangeKind.DELETED), dialect)


MOMENTS: Mapping[str, Tell] = {
    "after_insert": _inserted,
    "before_update": _before_update,
    "after_update": _updated,
    "after_delete": _deleted,
}


def _tell(events: ModelEvents, state: InstanceState[Any], net: Net, dialect: str) -> None:
    """Says what became of an object after the commit, together with what became of it before in its transaction."""
    instance: Any = state.obj()
    identity = _identity(state, dialect)
    key = state.mapper.base_mapper, identity
    columns, traits = _columns(events, state.mapper), _traits(events, state.mapper)
    before = transactions.before(state.session, key)
    values = _at_hand(state, net, (*columns, *traits))
    stored = {name: as_stored(state.mapper.columns[name].type, value, dialect) for name, value in values}
    change = Change.after(before, key, net, stored, (*columns, *traits))
    thing = Thing(
        instance=instance,
        model=next(cls for cls in type(instance).__mro__ if cls in _tracked).__name__,
        key=identity[0] if len(identity) == 1 else list(identity),
        columns=change.values,
        own=columns,
        counts=columns,
        traits=traits,
    )
    try:
        for message in events.messages(change.net, thing):
            client().record(message, current() or NOBODY, defer=change.wait)
    finally:  # whatever the application's own functions raise costs no more than the event
        transactions.add(state.session, change)


def _columns(events: ModelEvents, mapper: Mapper[Any]) -> tuple[str, ...]:
    """The model's own columns among the properties, whose changes can be seen without a query."""
    return events.columns(_names(mapper))


def _traits(events: ModelEvents, mapper: Mapper[Any]) -> tuple[str, ...]:
    return events.traits(_names(mapper))


def _names(mapper: Mapper[Any]) -> list[str]:
    """All columns but those of the primary key."""
    primary = {mapper.get_property_by_column(column).key for column in mapper.primary_key}
    return [name for name in mapper.columns.keys() if name not in primary]  # noqa: SIM118 - no mapping


def _identity(state: InstanceState[Any], dialect: str) -> tuple[Any, ...]:
    """Return the values of the primary key, which an object has of its own after an INSERT."""
    values = state.identity or state.mapper.primary_key_from_instance(state.obj())
    return tuple(
        as_stored(column.type, value, dialect) for column, value in zip(state.mapper.primary_key, values, strict=True)
    )


def _at_hand(state: InstanceState[Any], net: Net, columns: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """Yield the values that need no query. A column that an INSERT left out without a default of the server is NULL; an
    object that is deleted has the values from before the assignments that were not stored."""
    values = {**state.dict, **state.committed_state} if net.kind is ChangeKind.DELETED else state.dict
    for name in columns:
        if name in values:
            if values[name] is not NO_VALUE and not is_expression(values[name]):
                yield name, values[name]
        elif not state.persistent and name not in state.expired_attributes:
            yield name, None
