"""Reads one settings dataclass from its spellings: keyword options, a framework's keys, the environment."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import fields
from difflib import get_close_matches
from typing import Any, Final, TypeVar

from segment_web.errors import ConfigError
from segment_web.settings.kinds import HERE, Kind, kind_of, mapping

S = TypeVar("S")
_SETTING: Final = re.compile(r"\{([a-z_]+)\}")  # a setting in the text of an error, to be written as its user spells it
FEW: Final = 10  # names that a sentence can list
Spelling = Callable[[str], str]  # a setting's name as this user wrote it, for the error


def read(cls: type[S], values: Mapping[str, Any], *, spelling: Spelling) -> S:
    """An instance of ``cls`` from ``values`` by field name; ConfigError names an unknown key or a wrong value."""
    known = {setting.name: setting for setting in fields(cls)}  # type: ignore[arg-type]
    reject_unknown(values, known, spelling)
    parsed = {name: parse(kind_of(known[name]), value, spelling(name)) for name, value in values.items()}
    try:
        return cls(**parsed)
    except ValueError as error:
        raise ConfigError(
            _SETTING.sub(lambda found: spelling(found[1]) if found[1] in known else found[0], str(error))
        ) from error


def parse(kind: Kind, value: Any, spelled: str) -> Any:
    """Read ``value``. An error inside of a section has ``HERE`` in the place of the section's own spelling."""
    try:
        return kind(value)
    except ConfigError as error:
        if HERE not in str(error):
            raise
        raise ConfigError(str(error).replace(HERE, spelled)) from None  # HERE is not for people to read
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{spelled} must {error}.") from error


def reject_unknown(names: Iterable[str], known: Collection[str], spelling: Spelling) -> None:
    for name in names:
        if name not in known:
            close = get_close_matches(name, list(known), n=1)
            every = f"there are {', '.join(known)}" if len(known) <= FEW else "the README lists every setting"
            hint = f"did you mean {spelling(close[0])}?" if close else f"{every}."
            raise ConfigError(f"{spelling(name)} is not a setting of segment_web; {hint}")


def section(cls: type[S]) -> Kind:
    """A setting that is a dict of settings of its own, such as ``cookie``."""

    def read_section(value: Any) -> S:
        if isinstance(value, cls):
            return value
        values = {name.lower(): item for name, item in mapping(value or {}).items()}
        return read(cls, values, spelling=lambda name: f'{HERE}["{name}"]')

    return read_section
