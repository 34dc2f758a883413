"""Files and functions fit in the head: their size, their names, and a sentence on what a module is for."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from segment_web.panels.origin import AUTOMATIC
from tests.house.checkout import CHECKOUT, MODULES, PACKAGE, shown

FILE_LINES = 300
FUNCTION_LINES = 40  # from ``def`` to its end, without the docstring
NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc"}  # names for what nobody has thought about


def test_every_module_is_in_shape() -> None:
    found = [f"{shown(path)}: {fault}" for path in MODULES for fault in faults(path.name, path.read_text("utf-8"))]
    assert found == []


def test_no_file_or_folder_has_a_name_that_says_nothing() -> None:
    everywhere = [*PACKAGE.rglob("*"), *(CHECKOUT / "tests").rglob("*")]
    assert [shown(path) for path in everywhere if path.stem in NAMELESS] == []


def test_faults_are_noticed() -> None:
    long_function = "def f():\n" + "    x = 1\n" * FUNCTION_LINES
    long_file = "x = 1\n" * (FILE_LINES + 1)
    assert list(faults("a.py", long_function)) == ["no docstring", "f has 41 lines"]
    assert list(faults("a.py", f'"""For a test."""\n{long_file}')) == ["302 lines"]
    assert list(faults("__init__.py", "")) == []


def test_a_docstring_does_not_make_a_function_long() -> None:
    explained = f'"""For a test."""\ndef f():\n    """Why:{chr(10) * FUNCTION_LINES}    """\n    return 1\n'
    assert list(faults("a.py", explained)) == []


def faults(name: str, source: str) -> Iterator[str]:
    """What is wrong with a module's shape."""
    tree = ast.parse(source)
    lines = len(source.splitlines())
    if lines > FILE_LINES:
        yield f"{lines} lines"
    if ast.get_docstring(tree) is None and not (name == "__init__.py" and not source.strip()):
        yield "no docstring"
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and length(node) > FUNCTION_LINES:
            yield f"{node.name} has {length(node)} lines"


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return span(function) - (span(function.body[0]) if ast.get_docstring(function) is not None else 0)


def span(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_the_panels_know_the_modules_that_make_messages() -> None:
    assert [name for name in AUTOMATIC if not (PACKAGE / name).is_file()] == []


def test_no_two_classes_share_a_name() -> None:
    places: dict[str, list[str]] = {}
    for path in MODULES:
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(shown(path))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_web_is_in_rooms() -> None:
    assert len(list((PACKAGE / "web").glob("*.py"))) <= 12


def test_each_room_states_its_purpose() -> None:
    rooms = [path for path in PACKAGE.rglob("__init__.py") if len(list(path.parent.glob("*.py"))) > 1]
    assert [shown(path) for path in rooms if not ast.get_docstring(ast.parse(path.read_text("utf-8")))] == []
