"""Tells when somebody else's module is imported, without importing it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any, cast

from segment_web.logs import internal_error


def when_imported(name: str, then: Callable[[], None]) -> None:
    """Calls ``then`` once the module ``name`` is there: at once, or right after its import. A ``then`` that raises is
    logged and does not keep the module from being imported.

    A module that another finder than Python's own brings (a frozen program's) is not noticed.
    """
    if name in sys.modules:
        _call(name, then)
    else:
        sys.meta_path.insert(0, Watch(name, then))


class Watch:
    """A finder (``sys.meta_path``) that finds what Python finds, and is gone after the import it waits for."""

    def __init__(self, name: str, then: Callable[[], None]) -> None:
        self._name = name
        self._then = then

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Python's own finding; whoever only asks whether there is such a module gets it too."""
        if fullname != self._name:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.loader is None:
            return None
        spec.loader = cast(Any, _Loader(spec.loader, self._imported))
        return spec

    def _imported(self) -> None:
        if self in sys.meta_path:
            sys.meta_path.remove(self)
            _call(self._name, self._then)


class _Loader:
    """Steps back as soon as the import begins, so that the module has its own loader."""

    def __init__(self, loader: Any, then: Callable[[], None]) -> None:
        self._loader = loader
        self._then = then

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        created: ModuleType | None = self._loader.create_module(spec)
        return created

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        self._then()


def _call(name: str, then: Callable[[], None]) -> None:
    try:
        then()
    except Exception as error:  # noqa: BLE001 - the border of the host
        internal_error(f"the import of {name}", error)
