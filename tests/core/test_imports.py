"""Somebody else's module is noticed when it is imported, by whoever wants it, and is not imported for that."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import sys
from pathlib import Path

import pytest

from segment_web.imports import Watch, when_imported


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package ``watched_room`` with a module, which nobody has imported yet."""
    room = tmp_path / "watched_room"
    room.mkdir()
    (room / "__init__.py").touch()
    (room / "module.py").write_text("LOADER = __loader__\nANSWER = 42\n")
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("watched_room", "watched_room.module"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    importlib.invalidate_caches()
    return room


def test_it_is_called_after_the_import_and_once(folder: Path) -> None:
    found: list[int] = []
    when_imported("watched_room.module", lambda: found.append(sys.modules["watched_room.module"].ANSWER))
    assert "watched_room" not in sys.modules
    assert importlib.util.find_spec("watched_room.module") is not None
    assert found == []
    module = importlib.import_module("watched_room.module")
    assert found == [42]
    when_imported("watched_room.module", lambda: found.append(1))
    importlib.reload(module)
    assert found == [42, 1]


def test_the_module_is_as_it_would_be(folder: Path) -> None:
    before = len(sys.meta_path)
    when_imported("watched_room.module", lambda: None)
    module = importlib.import_module("watched_room.module")
    assert module.LOADER is module.__loader__ is module.__spec__.loader
    assert "ANSWER = 42" in inspect.getsource(module)
    assert len(sys.meta_path) == before


def test_a_mistake_of_ours_lets_the_import_be(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    when_imported("watched_room.module", lambda: 1 / 0)  # type: ignore[arg-type,return-value]
    assert importlib.import_module("watched_room.module").ANSWER == 42
    assert "the import of watched_room.module: ZeroDivisionError" in caplog.text


def test_a_module_that_fails_or_is_not_there_fails_as_ever(folder: Path) -> None:
    called: list[bool] = []
    for name in ("watched_room.nothing", "watched_room.module"):
        when_imported(name, lambda: called.append(True))
    with pytest.raises(ModuleNotFoundError, match=r"watched_room\.nothing"):
        importlib.import_module("watched_room.nothing")
    (folder / "module.py").write_text("1 / 0\n")
    with pytest.raises(ZeroDivisionError):
        importlib.import_module("watched_room.module")
    assert called == []
    (folder / "module.py").write_text("ANSWER = 'mended'\n")
    assert importlib.import_module("watched_room.module").ANSWER == "mended"
    assert called == [True]


def test_a_package_without_source_is_left_to_its_finder() -> None:
    assert Watch("sys", lambda: None).find_spec("sys") is None
