"""Whatever an object does while it is encoded, the call returns strict JSON after bounded work."""

from __future__ import annotations

import gc
from collections import ChainMap, UserList, defaultdict, deque
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from functools import reduce
from types import MappingProxyType
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segment_web.pipeline.jsonable import BRANCH_COST, MAX_DEPTH, MAX_VALUES
from segment_web.pipeline.sanitise import Encoder, encode
from tests.effort import scaled
from tests.pipeline import hostile
from tests.pipeline.samples import Access, Colour, Order, Plain, Size
from tests.pipeline.strict_json import strict

EXAMPLES = scaled(1_000)


def test_cycles_become_a_marker() -> None:
    cyclic: dict[str, Any] = {"a": 1}
    cyclic["self"] = [cyclic]
    chained: Any = ChainMap({"a": 1})
    chained.maps.append(chained)

    assert strict(encode(cyclic)) == {"a": 1, "self": ["[cycle]"]}
    assert strict(encode(chained)) == {"a": 1}


def test_depth_becomes_a_marker() -> None:
    deep: list[Any] = reduce(lambda inner, _: [inner], range(100_000), list[Any]())

    assert encode(deep).count(b"[") == MAX_DEPTH + 1
    assert b'"[too deep]"' in encode(deep)


def test_shared_members_do_not_multiply() -> None:
    laughs: list[Any] = reduce(lambda inner, _: [inner, inner], range(24), list[Any](["ha"]))

    assert encode({"laughs": laughs}).count(b"[") < MAX_VALUES / BRANCH_COST


@pytest.mark.parametrize("wrap", [tuple, lambda members: {"a": tuple(members)}], ids=["tuples", "in a dict"])
def test_shared_tuples_that_the_collector_has_untracked_do_not_multiply(wrap: Callable[[Any], Any]) -> None:
    laughs = wrap(reduce(lambda inner, _: (inner,) * 10, range(6), ("ha",)))
    while gc.is_tracked(laughs):
        gc.collect()

    assert encode({"laughs": laughs}).count(b"[") < MAX_VALUES / BRANCH_COST


def test_large_containers_that_are_shared_do_not_multiply() -> None:
    large = dict.fromkeys(map(str, range(1_000)), 1)

    assert encode({"laughs": [large] * 100}).count(b":") < MAX_VALUES


def test_a_modest_tree_is_not_walked() -> None:
    row = {"id": uuid4(), "tags": ("a", {"b"}), "price": 1.5}

    assert Encoder().straight(fields := {"rows": [row] * 50, "wide": [*range(4_000)]}, fields) is not None


def test_endless_containers_are_read_to_a_bound_and_cost_their_neighbours_nothing() -> None:
    endless = hostile.EndlessMapping()

    body, marked = Encoder().encode({"a": endless, "b": [endless, endless], "c": {"kept": 1}})

    assert strict(body) == {"a": "[too large]", "b": ["[too large]"] * 2, "c": {"kept": 1}}
    assert marked == 3
    assert endless.read <= MAX_VALUES


def test_as_much_as_a_message_can_hold_is_kept() -> None:
    fullest = [1] * (32_768 // 2 - 10)

    assert strict(encode({"at": hostile.RaisingEnum.A, "kept": fullest}))["kept"] == fullest


def test_a_container_that_changes_while_it_is_read_is_read_as_it_was() -> None:
    container: list[object] = [1]
    container.append(hostile.MutatingMapping(container))

    assert strict(encode(container)) == [1, {"a": 1}]


@pytest.mark.parametrize("neighbour", ["plain", 2**64], ids=["fast", "walked"])
def test_interrupts_pass(neighbour: object) -> None:
    arriving = [KeyboardInterrupt]

    def interrupted_once() -> tzinfo:
        if arriving:
            raise arriving.pop()
        return UTC

    with pytest.raises(KeyboardInterrupt):
        Encoder(interrupted_once).encode({"at": datetime(2024, 1, 1), "neighbour": neighbour})


def test_a_host_with_hardly_any_stack_left_gets_json() -> None:
    nested: dict[int, Any] = reduce(lambda inner, _: {1: inner}, range(10), dict[int, Any]())
    bodies: list[bytes] = []

    def descend() -> None:
        bodies.append(encode(nested))
        descend()

    with pytest.raises(RecursionError):
        descend()

    assert all(strict(body) for body in bodies)
    assert b"[too deep]" in bodies[-1]


def test_encoding_leaves_no_garbage_cycles() -> None:
    gc.collect()
    gc.disable()
    try:
        encode({"value": [Order(), {1: {2}}]})
        assert gc.collect() == 0
    finally:
        gc.enable()


SCALARS: st.SearchStrategy[object] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(st.characters(exclude_categories=())),
    st.binary(),
    st.decimals(allow_nan=False),
    st.dates(),
    st.times(),
    st.timedeltas(),
    st.uuids(),
    st.complex_numbers(),
    st.datetimes(),
    st.datetimes(timezones=st.timezones()),
    st.sampled_from([*Colour, *Size, *Access, Order, len, hostile.RaisingEnum.A]),
)
MISBEHAVING: list[Callable[[], object]] = [
    lambda: hostile.Silent(),
    lambda: hostile.Meta(),
    lambda: hostile.RaisingMapping(),
    lambda: hostile.EndlessMapping(),
    lambda: hostile.RecursingMapping(),
    lambda: hostile.RaisingData(),
    lambda: hostile.RaisingDict(a=hostile.Silent()),
    lambda: hostile.RaisingText("\ud800"),
    lambda: datetime(2024, 1, 1, tzinfo=hostile.RaisingZone()),
]
WRAPS: list[Callable[[list[Any]], object]] = [
    list,
    tuple,
    deque,
    iter,
    UserList,
    hostile.RaisingList,
    lambda inner: [*inner, hostile.MutatingMapping(inner)],
    lambda inner: [inner, inner],
    lambda inner: inner.append(inner) or inner,  # type: ignore[func-returns-value]
    lambda inner: Plain("x", inner),  # type: ignore[arg-type]
    lambda inner: dict(enumerate(inner)),
    lambda inner: ChainMap({"a": inner}, defaultdict(list, b=inner)),
    lambda inner: MappingProxyType({"a": inner}),
]


def containers(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    keys = st.one_of(st.text(), SCALARS)
    wrapped = st.builds(lambda wrap, items: wrap(items), st.sampled_from(WRAPS), st.lists(inner, max_size=4))
    return st.one_of(wrapped, st.dictionaries(keys, inner, max_size=4), st.sets(SCALARS, max_size=4))


ANYTHING = st.recursive(
    SCALARS | st.integers(0, len(MISBEHAVING) - 1).map(lambda index: MISBEHAVING[index]()), containers, max_leaves=12
)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(ANYTHING)
def test_anything_at_all_is_strict_json(value: object) -> None:
    body, marked = Encoder().encode({"value": value})

    assert strict(body).keys() == {"value"}
    assert marked >= 0
