"""What is said of a model's objects, whatever object-relational mapper stores them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any, Self, TypedDict

from segment_web.errors import ConfigError
from segment_web.messages.ids import as_text
from segment_web.messages.message import Message
from segment_web.model_events.changes import ChangeKind, Net

Reader = str | Callable[[Any], Any]
Properties = Sequence[str] | str | Callable[[Any], Mapping[str, Any]]
ALL = "__all__"
MASKED = "[masked]"
SECRETS = frozenset({"password"})  # never sent, not even by "__all__"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """An object as its mapper knows it: ``model`` names what is tracked, ``key`` is the primary key.

    ``columns`` holds the values that are at hand without a query, ``own`` all names that mean a column, so that none is
    loaded; ``counts`` are those of the event, whose changes make an update (any change does where there are none), and
    ``traits`` those of the user.
    """

    instance: Any
    model: str
    key: Any
    columns: Mapping[str, Any]
    own: Collection[str] = ()
    counts: Collection[str] = ()
    traits: Collection[str] = ()


class ModelOptions(TypedDict, total=False):
    """The options of ``track_model``: the fields of :class:`ModelEvents`."""

    created: str | None
    updated: str | None
    deleted: str | None
    properties: Properties
    exclude: Sequence[str]
    user: Reader | None
    when: Callable[[Any], bool] | None
    mask: Sequence[str]
    group: Reader | None
    identify: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelEvents:
    """``created``, ``updated`` and ``deleted`` name the events; what is None is not tracked.

    ``properties`` lists fields or attributes to send (``"__all__"`` for every column, less ``exclude`` and passwords),
    or is a callable that is given the object and returns a dict. ``user`` is an attribute or a callable that gives the
    user's id (default: the visitor's), ``group`` likewise that of their group (``context.groupId``), ``when`` a callable
    that decides. ``mask`` names what is sent as "[masked]". ``identify`` lists columns that are also sent as the user's
    traits: all when the object is made, later the changed ones; the user is ``user``, else the object itself.
    """

    created: str | None = None
    updated: str | None = None
    deleted: str | None = None
    properties: Properties = ()
    exclude: Sequence[str] = ()
    user: Reader | None = None
    when: Callable[[Any], bool] | None = None
    mask: Sequence[str] = ()
    group: Reader | None = None
    identify: Sequence[str] = ()

    @classmethod
    def of(cls, options: object) -> Self:
        """Those of the setting ``models``; raises ConfigError for what is none of their options."""
        if not isinstance(options, Mapping):
            raise ConfigError(f"the options of track_model are a dict, not {type(options).__name__}.")
        known = list(ModelOptions.__annotations__)
        for name in options:
            if name not in known:
                close = get_close_matches(str(name), known, n=1)
                hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(known)}."
                raise ConfigError(f"{name!r} is no option of track_model; {hint}")
        return cls(**options)

    @property
    def hidden(self) -> frozenset[str]:
        """Names that are never sent."""
        return SECRETS | frozenset(self.exclude)

    @property
    def listed(self) -> Sequence[str]:
        """The properties by name; none where they are a callable or every column."""
        return () if callable(self.properties) or self.properties == ALL else self.properties

    def check(self, model: str, knows: Callable[[str], bool], columns: Collection[str] = ()) -> None:
        """Raises ConfigError for a property that the model does not have, and for a trait that is none of its columns."""
        for name in self.listed:
            if not knows(name):
                raise ConfigError(f"track_model({model}): the model has no field or attribute {name!r}.")
        for name in self.identify:
            if name not in columns:
                raise ConfigError(f"track_model({model}): identify lists columns, and {name!r} is none.")

    def columns(self, names: Iterable[str]) -> tuple[str, ...]:
        """Those of a model's columns (without its primary key) that are sent and whose changes count."""
        if callable(self.properties):
            return ()
        listed = None if self.properties == ALL else set(self.listed)
        return tuple(name for name in names if (listed is None or name in listed) and name not in self.hidden)

    def traits(self, names: Iterable[str]) -> tuple[str, ...]:
        """Those of a model's columns that are traits of a user."""
        return tuple(name for name in names if name in self.identify and name not in self.hidden)

    @property
    def names(self) -> Mapping[ChangeKind, str | None]:
        """The events by what became of the object."""
        return {
            ChangeKind.CREATED: self.created,
            ChangeKind.UPDATED: self.updated,
            ChangeKind.DELETED: self.deleted,
            ChangeKind.NOTHING: None,
        }

    def messages(self, net: Net, thing: Thing) -> list[Message]:
        """What is said of ``thing``, of which ``net`` became: nothing when ``when`` says no.

        The primary key is always sent, as ``order_id`` for a model "Order".
        """
        if net.kind is ChangeKind.NOTHING or (self.when is not None and not self.when(thing.instance)):
            return []
        found = filter(None, (self._identify(net, thing), self._track(net, thing)))
        if self.group is None:
            return list(found)
        group = as_text(_read(self.group, thing.instance))
        return [replace(message, context={"groupId": group} if group else None) for message in found]

    def bulk(self, rows: int, values: Mapping[str, Any], changed: Sequence[str]) -> Message | None:
        """What is said of ``rows`` objects that nobody has at hand and that were given these values; None where one would
        have to be asked: an event of the wrong user is worse than none."""
        asks = self.user is not None or self.group is not None or self.when is not None or callable(self.properties)
        if not self.updated or asks or not changed or not rows:
            return None
        properties = {**self._masked(values), "changed_fields": list(changed), "rows": rows}
        return Message("track", event=self.updated, properties=properties)

    def _track(self, net: Net, thing: Thing) -> Message | None:
        event = self.names[net.kind]
        changed = [name for name in net.changed if name in thing.counts]
        if not event or (net.kind is ChangeKind.UPDATED and thing.counts and not changed):
            return None
        properties = {f"{thing.model.lower()}_id": thing.key, **self._masked(self._properties(thing))}
        if changed:
            properties["changed_fields"] = changed
        return Message("track", event=event, properties=properties, user_id=self._owner(thing))

    def _identify(self, net: Net, thing: Thing) -> Message | None:
        if net.kind is ChangeKind.DELETED:
            return None
        fresh = (
            thing.traits if net.kind is ChangeKind.CREATED else [name for name in thing.traits if name in net.changed]
        )
        traits = {name: thing.columns[name] for name in fresh if name in thing.columns}
        owner = thing.key if self.user is None else self._owner(thing)
        return Message("identify", traits=self._masked(traits), user_id=owner) if traits else None

    def _properties(self, thing: Thing) -> Mapping[str, Any]:
        if callable(self.properties):
            return self.properties(thing.instance)
        known = {*thing.own, *thing.columns, *self.hidden}
        more = {name: getattr(thing.instance, name) for name in self.listed if name not in known}
        return {**{name: value for name, value in thing.columns.items() if name in thing.counts}, **more}

    def _masked(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        return {name: MASKED if name in self.mask else value for name, value in values.items()}

    def _owner(self, thing: Thing) -> Any:
        return None if self.user is None else _read(self.user, thing.instance)


def _read(reader: Reader, instance: Any) -> Any:
    return reader(instance) if callable(reader) else getattr(instance, reader)
