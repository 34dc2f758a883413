"""Any Python object becomes strict JSON: by fixed rules, in bounded work, without a change to the caller's objects."""

from __future__ import annotations

import sys
import tracemalloc
from collections import ChainMap, OrderedDict, UserDict, UserList, UserString, defaultdict, deque
from copy import deepcopy
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import NoReturn
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segment_web.pipeline.sanitise import Encoder, encode
from tests.effort import scaled
from tests.pipeline import hostile
from tests.pipeline.samples import Access, Colour, Level, Number, Order, Plain, Point, Size, Slotted, Text
from tests.pipeline.strict_json import strict

BERLIN = ZoneInfo("Europe/Berlin")


RULES: list[tuple[object, object]] = [
    (None, None),
    (True, True),
    ("héllo €", "héllo €"),
    (Text("sub"), "sub"),
    ("\ud800x", "\ufffdx"),
    ("x\udfff", "x\ufffd"),
    ("\ud83d\ude00", "😀"),
    (1.5, 1.5),
    (float("nan"), None),
    (float("-inf"), None),
    (Number(2.5), 2.5),
    (2**64 - 1, 2**64 - 1),
    (2**64, "18446744073709551616"),
    (-(2**63) - 1, "-9223372036854775809"),
    (1 << 100_000, "[too large]"),
    (Decimal("9.90"), 9.9),
    (Decimal("NaN"), None),
    (Decimal("sNaN"), None),
    (Decimal("-Infinity"), None),
    (Decimal("1E+400"), None),
    (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
    (date(2024, 2, 29), "2024-02-29"),
    (time(1, 2, 3), "01:02:03"),
    (time(1, 2, 3, tzinfo=UTC), "01:02:03+00:00"),
    (timedelta(minutes=1, milliseconds=500), 60.5),
    (PurePosixPath("/a/b"), "/a/b"),
    (b"caf\xc3\xa9", "café"),
    (b"\xff\x00", "/wA="),
    (bytearray(b"a"), "a"),
    (memoryview(b"abcd")[::2], "ac"),
    (Colour.RED, "red"),
    (Colour.ORIGIN, [0, 0]),
    (Size.SMALL, "small"),
    (Level.HIGH, 3),
    (Access.READ | Access.WRITE, 3),
    ((1, "a"), [1, "a"]),
    (Point(1, 2), [1, 2]),
    (deque([1]), [1]),
    ({"b", "a", "c"}, ["a", "b", "c"]),
    (frozenset([1]), [1]),
    (range(3), [0, 1, 2]),
    ({"a": 1}.keys(), ["a"]),
    ({"a": 1}.values(), [1]),
    ({"a": 1}.items(), [["a", 1]]),
    (UserList([1]), [1]),
    (UserString("a"), "a"),
    (OrderedDict(a=1), {"a": 1}),
    (MappingProxyType({"a": 1}), {"a": 1}),
    (UserDict(a=1), {"a": 1}),
    (ChainMap({"a": 1}, {"a": 2, "b": 3}), {"a": 1, "b": 3}),
    (Plain("x", {"t"}), {"name": "x", "tags": ["t"]}),
    (Slotted(date(2024, 1, 1)), {"at": "2024-01-01"}),
    (orjson.Fragment(b'{"a":1}'), {"a": 1}),
    ({7: 0, 2.5: 0, None: 0, True: 0}, {"7": 0, "2.5": 0, "null": 0, "true": 0}),
    ({date(2024, 1, 1): 0, UUID(int=1): 0}, {"2024-01-01": 0, "00000000-0000-0000-0000-000000000001": 0}),
    ({Colour.RED: 0, Text("sub"): 0, b"b": 0}, {"red": 0, "sub": 0, "b": 0}),
    ({"\ud800": 0}, {"\ufffd": 0}),
    ({1: "first", "1": "later"}, {"1": "later"}),
    (hostile.RaisingDict(a=1), {"a": 1}),
    (hostile.RaisingList([1]), [1]),
    (hostile.RaisingText("a"), "a"),
    (hostile.RaisingEnum.A, "a"),
]


@pytest.mark.parametrize(("value", "expected"), RULES, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("neighbour", ["plain", 2**64], ids=["fast", "walked"])
def test_each_type_has_one_rule_on_both_paths(value: object, expected: object, neighbour: object) -> None:
    body, marked = Encoder().encode({"value": value, "neighbour": neighbour})

    found = strict(body)["value"]
    assert found == expected
    assert type(found) is type(expected)
    assert marked == (expected == "[too large]")


MARKED: list[tuple[object, str]] = [
    (Order(), "[tests.pipeline.samples.Order]"),
    (Order, "[type]"),
    (Plain, "[type]"),
    (len, "[builtin_function_or_method]"),
    (iter([1]), "[list_iterator]"),
    (1j, "[complex]"),
    (hostile.Silent(), "[tests.pipeline.hostile.Silent]"),
    (hostile.RaisingMapping(), "[tests.pipeline.hostile.RaisingMapping]"),
    (hostile.RecursingMapping(), "[too deep]"),
    (hostile.Meta(), "[tests.pipeline.hostile.Meta]"),
    (type("Oddé\n" + "x" * 500, (), {"__module__": 7})(), "[?.Odd??" + "x" * 111 + "]"),
    (orjson.Fragment(3), "[orjson.Fragment]"),  # type: ignore[arg-type]
    ({(1, 2): 0}, "{[tuple]}"),
]


@pytest.mark.parametrize(("value", "marker"), MARKED, ids=[marker[:40] for _, marker in MARKED])
def test_what_has_no_rule_becomes_a_counted_marker(value: object, marker: str) -> None:
    body, marked = Encoder().encode({"value": value, "neighbour": 1})

    expected = {"[tuple]": 0} if marker == "{[tuple]}" else marker
    assert strict(body) == {"value": expected, "neighbour": 1}
    assert marked == 1


def test_generators_are_not_consumed() -> None:
    numbers = (number for number in range(3))

    assert strict(encode([numbers])) == ["[generator]"]
    assert next(numbers) == 0


MOMENTS: list[tuple[datetime, str]] = [
    (datetime(2024, 7, 1, 12), "2024-07-01T12:00:00+02:00"),
    (datetime(2024, 1, 1, 12, 0, 0, 5), "2024-01-01T12:00:00.000005+01:00"),
    (datetime(2024, 10, 27, 2, 30), "2024-10-27T02:30:00+02:00"),
    (datetime(2024, 10, 27, 2, 30, fold=1), "2024-10-27T02:30:00+01:00"),
    (datetime(2024, 7, 1, 12, tzinfo=UTC), "2024-07-01T12:00:00Z"),
    (datetime(2024, 7, 1, 12, tzinfo=ZoneInfo("Asia/Kolkata")), "2024-07-01T12:00:00+05:30"),
    (datetime(2024, 7, 1, 12, tzinfo=timezone(timedelta(hours=-3, minutes=-30))), "2024-07-01T12:00:00-03:30"),
    (datetime(2024, 7, 1, 12, tzinfo=timezone(timedelta(seconds=90))), "2024-07-01T11:59:30+00:01"),
    (datetime(1800, 1, 1, tzinfo=BERLIN), "1799-12-31T23:59:32+00:53"),
    (datetime(2024, 7, 1, 12, tzinfo=hostile.RaisingZone()), "2024-07-01T12:00:00+02:00"),
    (datetime.min, "0001-01-01T00:00:00+00:53"),
    (datetime.max, "9999-12-31T23:59:59.999999+01:00"),
]


@pytest.mark.parametrize(("moment", "expected"), MOMENTS, ids=[expected for _, expected in MOMENTS])
@pytest.mark.parametrize("neighbour", ["plain", 2**64], ids=["fast", "walked"])
def test_moments_leave_with_an_offset(moment: datetime, expected: str, neighbour: object) -> None:
    body = Encoder(lambda: BERLIN).encode({"at": moment, "neighbour": neighbour}).body

    assert strict(body)["at"] == expected


def test_naive_moments_are_utc_when_the_zone_fails() -> None:
    def failing() -> NoReturn:
        raise LookupError

    assert Encoder(failing).encode([datetime(2024, 1, 1)]).body == b'["2024-01-01T00:00:00Z"]'
    assert encode(datetime(2024, 1, 1), zone=BERLIN) == b'"2024-01-01T00:00:00+01:00"'


@pytest.mark.parametrize("neighbour", ["plain", 2**64], ids=["fast", "walked"])
def test_fragments_pass_untouched(neighbour: object) -> None:
    body = encode({"context": orjson.Fragment(b'{"kept" :\n1}'), "neighbour": neighbour})

    assert b'{"kept" :\n1}' in body


def test_lookups_do_not_fill_a_defaultdict() -> None:
    filled: defaultdict[str, object] = defaultdict(list, a=[1])

    assert strict(encode(ChainMap[str, object](filled, {"b": 2}))) == {"a": [1], "b": 2}
    assert strict(encode(filled)) == {"a": [1]}
    assert dict(filled) == {"a": [1]}


def test_the_callers_objects_stay_as_they_were() -> None:
    value = {"when": datetime(2024, 1, 1), "set": {1, 2}, "text": "\ud800", 3: [Plain("x")], "big": 2**70}
    before = deepcopy(value)

    encode(value)

    assert value == before


@pytest.mark.parametrize("size", [0, 10, 900, 1_100, 5_000])
def test_bytes_have_their_exact_size(size: int) -> None:
    value = {"text": "x" * size}
    encoder = Encoder()
    tracemalloc.start()
    try:
        kept = [encoder.encode(value).body for _ in range(100)]
        memory = tracemalloc.take_snapshot().filter_traces([tracemalloc.Filter(True, "*sanitise.py")])
    finally:
        tracemalloc.stop()

    used = sum(trace.size for trace in memory.traces) / len(kept)
    assert used < sys.getsizeof(kept[0]) + 16


PLAIN_DATA = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=scaled(300), deadline=None)
@given(PLAIN_DATA)
def test_plain_data_is_unaltered_by_either_path(value: object) -> None:
    assert strict(encode({"value": value})) == {"value": value}
    assert strict(encode({"value": value, 2**64: 0}))["value"] == value
