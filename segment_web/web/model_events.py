"""What is said of a model's objects, whatever object-relational mapper stores them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from segment_web.errors import ConfigError
from segment_web.messages.message import Message
from segment_web.web.net_change import Kind, Net

Reader = str | Callable[[Any], Any]
Properties = Sequence[str] | str | Callable[[Any], Mapping[str, Any]]
ALL = "__all__"
SECRETS = frozenset({"password"})  # never sent, not even by "__all__"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """An object as its mapper knows it: ``model`` names what is tracked, ``key`` is the primary key.

    ``columns`` holds the values that are at hand without a query, ``own`` all names that mean a column, so that none is
    loaded; ``counts`` are the columns whose changes make an update, any change does where there are none.
    """

    instance: Any
    model: str
    key: Any
    columns: Mapping[str, Any]
    own: Collection[str] = ()
    counts: Collection[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelEvents:
    """``created``, ``updated`` and ``deleted`` name the events; what is None is not tracked.

    ``properties`` lists fields or attributes to send (``"__all__"`` for every column, less ``exclude`` and passwords),
    or is a callable that is given the object and returns a dict. ``user`` is an attribute or a callable that gives the
    user's id (default: the visitor's), ``when`` a callable that decides.
    """

    created: str | None = None
    updated: str | None = None
    deleted: str | None = None
    properties: Properties = ()
    exclude: Sequence[str] = ()
    user: Reader | None = None
    when: Callable[[Any], bool] | None = None

    @property
    def hidden(self) -> frozenset[str]:
        """Names that are never sent."""
        return SECRETS | frozenset(self.exclude)

    @property
    def listed(self) -> Sequence[str]:
        """The properties by name; none where they are a callable or every column."""
        return () if callable(self.properties) or self.properties == ALL else self.properties

    def check(self, model: str, knows: Callable[[str], bool]) -> None:
        """Raises ConfigError for a property that the model does not have."""
        for name in self.listed:
            if not knows(name):
                raise ConfigError(f"track_model({model}): the model has no field or attribute {name!r}.")

    def columns(self, names: Iterable[str]) -> tuple[str, ...]:
        """Those of a model's columns (without its primary key) that are sent and whose changes count."""
        if callable(self.properties):
            return ()
        listed = None if self.properties == ALL else set(self.listed)
        return tuple(name for name in names if (listed is None or name in listed) and name not in self.hidden)

    @property
    def names(self) -> Mapping[Kind, str | None]:
        """The events by what became of the object."""
        return {Kind.CREATED: self.created, Kind.UPDATED: self.updated, Kind.DELETED: self.deleted, Kind.NOTHING: None}

    def messages(self, net: Net, thing: Thing) -> list[Message]:
        """What is said of ``thing``, of which ``net`` became: nothing when ``when`` says no.

        The primary key is always sent, as ``order_id`` for a model "Order".
        """
        if net.kind is Kind.NOTHING or (self.when is not None and not self.when(thing.instance)):
            return []
        event = self.names[net.kind]
        changed = [name for name in net.changed if name in thing.counts]
        if not event or (net.kind is Kind.UPDATED and thing.counts and not changed):
            return []
        properties = {f"{thing.model.lower()}_id": thing.key, **self._properties(thing)}
        if changed:
            properties["changed_fields"] = changed
        return [Message("track", event=event, properties=properties, user_id=self._owner(thing.instance))]

    def _properties(self, thing: Thing) -> Mapping[str, Any]:
        if callable(self.properties):
            return self.properties(thing.instance)
        known = {*thing.own, *thing.columns, *self.hidden}
        more = {name: getattr(thing.instance, name) for name in self.listed if name not in known}
        return {**thing.columns, **more}

    def _owner(self, instance: Any) -> Any:
        return self.user(instance) if callable(self.user) else getattr(instance, self.user) if self.user else None
