"""What is said of a model's objects, whatever object-relational mapper stores them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from segment_web.errors import ConfigError
from segment_web.messages.message import Message

Reader = str | Callable[[Any], Any]
Properties = Sequence[str] | str | Callable[[Any], Mapping[str, Any]]
ALL = "__all__"
SECRETS = frozenset({"password"})  # never sent, not even by "__all__"


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

    def message(
        self,
        event: str,
        instance: Any,
        *,
        model: str,
        key: Any,
        columns: Mapping[str, Any],
        own: Collection[str] = (),
        changed: Sequence[str] = (),
    ) -> Message | None:
        """The track call for ``instance``, or None when ``when`` says no.

        The primary key ``key`` is always sent, as ``order_id`` for a ``model`` "Order". ``columns`` holds the values
        that are at hand without a query, ``own`` all names that mean a column, so that none is loaded; ``changed`` are
        the columns that ``changed_fields`` names.
        """
        if self.when is not None and not self.when(instance):
            return None
        properties = {f"{model.lower()}_id": key, **self._properties(instance, columns, own)}
        if changed:
            properties["changed_fields"] = list(changed)
        return Message("track", event=event, properties=properties, user_id=self._owner(instance))

    def _properties(self, instance: Any, columns: Mapping[str, Any], own: Collection[str]) -> Mapping[str, Any]:
        if callable(self.properties):
            return self.properties(instance)
        more = [name for name in self.listed if name not in own and name not in columns and name not in self.hidden]
        return {**columns, **{name: getattr(instance, name) for name in more}}

    def _owner(self, instance: Any) -> Any:
        return self.user(instance) if callable(self.user) else getattr(instance, self.user) if self.user else None
