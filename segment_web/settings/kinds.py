"""The kinds of values a setting takes: each turns what was written (code, dict or environment text) into its type."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import Field, field
from importlib import import_module
from numbers import Number
from typing import Any

from segment_web.settings.secret import Secret

Kind = Callable[[Any], Any]  # raises ValueError with the end of the sentence "REGION must be ..."

HERE = "\0"  # in the text of an error, the place of the spelling of the section that has the fault
TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off", ""})
MOST_HOPS = 100  # proxies in front of one server
SHOWN = 60  # characters of a wrong number in its error


def option(kind: Kind, default: Any = None, *, doc: str = "", shown: str | None = None) -> Any:
    """Declare one setting: how its value is read, its default, and its row in the documentation.

    ``doc`` is the meaning in Markdown, ``shown`` the default as the documentation writes it (None: as Python does).
    """
    metadata = {"kind": kind, "doc": doc, "shown": written(default) if shown is None else shown}
    return field(default_factory=lambda: kind(default), metadata=metadata)


def written(default: Any) -> str:
    """Write a default for the documentation: text and containers as code, numbers, booleans and None as they are."""
    if default is None or isinstance(default, bool | int | float):
        return str(default)
    return f'`"{default}"`' if isinstance(default, str) else f"`{default!r}`"


def kind_of(setting: Field[Any]) -> Kind:
    kind: Kind = setting.metadata["kind"]
    return kind


def optional(kind: Kind) -> Kind:
    return lambda value: None if value is None or value == "" else kind(value)


def flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower()
    if text in TRUE or text in FALSE:
        return text in TRUE
    raise ValueError(f"be true or false, not {value!r}")


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"be a string, not {type(value).__name__}")
    return value.strip()


def secret(value: Any) -> Secret:
    if isinstance(value, Secret):
        return value
    if callable(value) or (isinstance(value, str) and value.strip()):
        return Secret(value)
    raise ValueError(f"be the key as a string, or a callable that returns it, not {type(value).__name__}")


def private_key(value: Any) -> Secret:
    """A key in PEM format: its text, or a callable that returns it. No error repeats what was given."""
    if isinstance(value, Secret) or callable(value) or (isinstance(value, str) and "-----BEGIN " in value):
        return secret(value)
    raise ValueError("be PEM text, or a callable that returns it, as in Path('key.pem').read_text")


def integer(*, least: int, most: int) -> Kind:
    """A whole number of a range: every number ends up in a wait, a size or a cookie that has a limit."""
    return lambda value: int(_number(value, least, most, "a whole number"))


def number(*, least: float = 0.0, most: float) -> Kind:
    """A number of a range; infinity and NaN are in no range."""
    return lambda value: _number(value, least, most, "a number")


def choice(*names: str) -> Kind:
    def read(value: Any) -> str:
        if value in names:
            return str(value)
        raise ValueError(f"be one of {', '.join(map(repr, names))}, not {value!r}")

    return read


def strings(value: Any) -> tuple[str, ...]:
    """A tuple of strings; text is a JSON list or comma-separated."""
    if isinstance(value, str):
        value = _json(value) if value.lstrip().startswith("[") else [part.strip() for part in value.split(",")]
    if isinstance(value, Sequence | set | frozenset) and all(isinstance(item, str) for item in value):
        return tuple(item for item in value if item)
    raise ValueError(f"be a list of strings, not {value!r}")


def mapping(value: Any) -> Mapping[str, Any]:
    """A dict with string keys; text is a JSON object."""
    if isinstance(value, str):
        value = _json(value)
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return dict(value)
    raise ValueError(f"be a dict, not {type(value).__name__}")


def text_or_dotted(*names: str) -> Kind:
    """One of ``names``, or a dotted path, which is not imported yet."""

    def read(value: Any) -> str:
        found = text(value)
        if found in names or "." in found or ":" in found:
            return found
        raise ValueError(f"be one of {', '.join(map(repr, names))}, or the dotted path of a transport, not {value!r}")

    return read


def function(value: Any) -> Callable[..., Any]:
    """A callable, or the dotted path of one."""
    found = dotted(value) if isinstance(value, str) else value
    if callable(found):
        return found  # type: ignore[no-any-return]
    raise ValueError(f"be a callable or its dotted path, not {value!r}")


def function_or(*names: str) -> Kind:
    """One of ``names``, or a callable or its dotted path."""

    def read(value: Any) -> Any:
        if isinstance(value, str) and value in names:
            return value
        if isinstance(value, str) and "." not in value and ":" not in value:
            raise ValueError(f"be {' or '.join(map(repr, names))}, a callable or its dotted path, not {value!r}")
        return function(value)

    return read


def functions(value: Any) -> tuple[Callable[..., Any], ...]:
    if callable(value):
        return (value,)
    return tuple(function(item) for item in (strings(value) if isinstance(value, str) else value))


def attribute(value: Any) -> str | Callable[..., Any]:
    """The name of an attribute, or a callable (or its dotted path) that computes the value."""
    if isinstance(value, str) and "." not in value and value:
        return value
    if not isinstance(value, str) and not callable(value):
        raise ValueError(f"be the name of an attribute, a callable or its dotted path, not {value!r}")
    return function(value)


def attributes(value: Any) -> tuple[str, ...] | Callable[..., Any]:
    if callable(value):
        return value  # type: ignore[no-any-return]
    if isinstance(value, str) and "." in value:
        return function(value)
    return strings(value)


def proxies(value: Any) -> int | tuple[str, ...]:
    """The number of proxies in front, or their networks."""
    if isinstance(value, Number) or (isinstance(value, str) and _is_number(value)):
        return int(_number(value, 0, MOST_HOPS, "a whole number"))
    networks = strings(value)
    for network in networks:
        _check_network(network)
    return networks


def _check_network(text: str) -> None:
    from ipaddress import ip_network  # with the first proxy

    try:
        ip_network(text.strip())
    except ValueError as error:
        cure = 'be the number of proxies (1), or a list of their addresses and networks (["10.0.0.0/8"])'
        raise ValueError(f"{cure}, not {text!r} ({error})") from None


def dotted(path: str) -> Any:
    """What a dotted path names; ValueError says which half of it is wrong."""
    module, _, name = path.partition(":") if ":" in path else path.rpartition(".")
    if not module or not name:
        raise ValueError(f"be a dotted path such as 'shop.analytics.{path or 'callable'}', not {path!r}")
    try:
        return getattr(import_module(module), name)
    except ImportError as error:
        raise ValueError(f"be importable, but {path!r} is not: {error}") from error
    except AttributeError as error:
        raise ValueError(f"be importable, but module {module!r} has no {name!r}") from error


def _number(value: Any, least: float, most: float, word: str) -> float:
    try:
        found = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):  # the last one: an int beyond every float
        found = math.nan
    if least <= found <= most and (word == "a number" or found.is_integer()):
        return found
    raise ValueError(f"be {word} between {least:.15g} and {most:.15g}, not {_shown(value)}")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _shown(value: Any) -> str:
    """Return the start of the value for an error; Python refuses to write out an int of 5,000 digits."""
    try:
        text = repr(value)
    except ValueError:
        return "a number that long"
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def _json(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError as error:
        raise ValueError(f"be JSON, but {error}") from None
