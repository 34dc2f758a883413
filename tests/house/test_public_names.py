"""What the package offers: listed, in order, and explained."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest

import segment_web

SURFACES = ("segment_web", "segment_web.django", "segment_web.flask", "segment_web.collector", "segment_web.testing")


@pytest.mark.parametrize("name", SURFACES)
def test_all_is_alphabetical_and_every_name_is_there(name: str) -> None:
    module = import_module(name)
    assert module.__all__ == sorted(set(module.__all__))
    assert [public for public in module.__all__ if not hasattr(module, public)] == []


def test_all_is_whole() -> None:
    assert public_names(segment_web) | {"__version__", "Options"} == set(segment_web.__all__)


def test_a_name_that_is_not_listed_is_noticed() -> None:
    module = ModuleType("sample")
    vars(module).update({"offered": print, "_hidden": print, "room": ModuleType("room")})
    assert public_names(module) == {"offered"}


@pytest.mark.parametrize("name", SURFACES)
def test_everything_public_is_explained(name: str) -> None:
    assert list(unexplained(import_module(name))) == []


def test_what_is_not_explained_is_noticed() -> None:
    class Explained:
        """It is."""

        def silent(self) -> None: ...

        def _private(self) -> None: ...

        @property
        def quiet(self) -> int:
            return 1

    Explained.__module__ = "segment_web.sample"
    module = ModuleType("sample")
    vars(module).update({"__all__": ["Explained", "bare"], "Explained": Explained, "bare": lambda: None})
    assert list(unexplained(module)) == ["Explained.silent", "Explained.quiet", "bare"]


def public_names(module: ModuleType) -> set[str]:
    """What a module has that looks public; its sub-modules and ``annotations`` are not meant."""
    return {
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and name != "annotations" and not isinstance(value, ModuleType)
    }


def unexplained(module: ModuleType) -> Iterator[str]:
    """Public classes, functions, methods and properties of our own without a docstring."""
    for name in module.__all__:
        value = getattr(module, name)
        if callable(value) and not written(value):
            yield name
        if inspect.isclass(value) and value.__module__.startswith("segment_web"):
            yield from (f"{name}.{member}" for member in silent_members(value))


def silent_members(kind: type) -> Iterator[str]:
    for member, value in vars(kind).items():
        is_code = inspect.isfunction(value) or isinstance(value, (property, classmethod, staticmethod))
        if is_code and not member.startswith("_") and not written(value):
            yield member


def written(value: Any) -> bool:
    """Whether somebody wrote a docstring; a dataclass without one is given its signature."""
    text = (value.__doc__ or "").strip()
    return bool(text) and not (isinstance(value, type) and text.startswith(f"{value.__name__}("))
