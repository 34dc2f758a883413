"""The columns that an UPDATE of SQLAlchemy's unit of work changes, those included that the database computes.

When the UPDATE has been sent, SQLAlchemy has removed the expressions and the computed values from the object, or has
replaced them by the values that came back. So the object is looked at before the UPDATE and once more after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Column
from sqlalchemy.orm import InstanceState, Mapper
from sqlalchemy.orm.base import NO_VALUE

from segment_web.flask.column_values import as_stored, is_expression

NOTED = "segment_web.before_update"  # in the info of an object's state


class Before(NamedTuple):
    """The values of an object's columns before the UPDATE, and the columns to which the application has assigned."""

    values: Mapping[str, Any]
    assigned: frozenset[str]


class UpdateRules(NamedTuple):
    """The columns that an UPDATE changes unasked: those that it always sets (the time of the last change, a version), and
    those that are computed, each with its sources. If the text of a Computed column names no source, any may be one."""

    always: Set[str]
    computed: Mapping[str, Set[str]]


def note(state: InstanceState[Any]) -> None:
    """Look at an object before its UPDATE."""
    columns = state.mapper.columns
    values = {name: value for name, value in state.dict.items() if name in columns}
    state.info[NOTED] = Before(values, frozenset(_assigned(state)))


def changed(state: InstanceState[Any], columns: Iterable[str], dialect: str) -> tuple[str, ...] | None:
    """Return those of ``columns`` of which the UPDATE has changed the value, or may have; None if there was no UPDATE."""
    before: Before = state.info.pop(NOTED, Before({}, frozenset()))
    among, rules = _updated(state, before), _rules(state.mapper)
    if not among:
        return None
    found = {name for name in among if _differs(state, before, name, dialect)}
    reached = [name for name, sources in rules.computed.items() if not found.isdisjoint(sources or found)]
    found.update(name for name in reached if _differs(state, before, name, dialect))
    return tuple(name for name in columns if name in found)


def _updated(state: InstanceState[Any], before: Before) -> set[str]:
    """Return the names of the columns that the UPDATE has set."""
    mapper, rules = state.mapper, _rules(state.mapper)
    names = set(before.assigned).union(_assigned(state))
    names |= {name for name in before.values if name not in state.dict and name not in rules.computed}  # an expression
    tables = {getattr(mapper.columns[name], "table", None) for name in names}
    return names | {name for name in rules.always if mapper.columns[name].table in tables}


def _differs(state: InstanceState[Any], before: Before, name: str, dialect: str) -> bool:
    now, was = state.dict.get(name, NO_VALUE), before.values.get(name, NO_VALUE)
    history = state.attrs[name].history
    if history.has_changes():
        was = history.deleted[0] if history.deleted else NO_VALUE
    if now is NO_VALUE or was is NO_VALUE or is_expression(was):
        return True
    kind = state.mapper.columns[name].type
    return not kind.compare_values(as_stored(kind, was, dialect), as_stored(kind, now, dialect))


def _assigned(state: InstanceState[Any]) -> Iterator[str]:
    for name in tuple(state.committed_state):
        if name in state.mapper.columns and state.attrs[name].history.has_changes():
            yield name


_known: WeakKeyDictionary[Mapper[Any], UpdateRules] = WeakKeyDictionary()


def _rules(mapper: Mapper[Any]) -> UpdateRules:
    if mapper not in _known:
        columns = dict(mapper.columns.items())
        texts = {name: text for name, column in columns.items() if (text := _text(column))}
        always = {name for name, one in columns.items() if name not in texts and _is_set_by_each(mapper, one)}
        computed = {
            name: {one for one in columns if one != name and _has(text, columns[one])} for name, text in texts.items()
        }
        for name, sources in computed.items():
            sources.update(*(computed[one] for one in tuple(sources) if one in computed))
            if not sources and not isinstance(columns[name], Column):
                sources.add(name)  # a constant, or a column_property() of other tables
        _known[mapper] = UpdateRules(always, computed)
    return _known[mapper]


def _is_set_by_each(mapper: Mapper[Any], column: Any) -> bool:
    return column.onupdate is not None or column.server_onupdate is not None or column is mapper.version_id_col


def _text(column: Any) -> str:
    """Return the SQL text of a column that is computed, by the database or in each SELECT; "" for any other column."""
    if not isinstance(column, Column):
        return str(column)
    return "" if column.computed is None else str(column.computed.sqltext)


def _has(text: str, column: Any) -> bool:
    return isinstance(column, Column) and re.search(rf"(?<!\w){re.escape(column.name)}(?!\w)", text) is not None
