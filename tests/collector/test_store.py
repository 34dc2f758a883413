"""The recorder itself: bounds, filters, files."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from segment_web.collector import Store
from segment_web.collector.queries import Filter
from segment_web.collector.records import Judged, ReceivedBatch
from segment_web.errors import ConfigError
from tests.collector.messages import track


@pytest.fixture
def store() -> Iterator[Store]:
    opened = Store(keep=10)
    yield opened
    opened.close()


def record(store: Store, *messages: dict[str, object], code: str | None = None) -> None:
    judged = [Judged(message, code, 100) for message in messages]
    store.add(ReceivedBatch("/v1/batch", "2024-01-01T00:00:00.000Z", 200, {}, 100, 100), judged)


def ids(store: Store, **wanted: object) -> list[str]:
    return [stored.message_id for stored in store.messages(Filter(**wanted))]  # type: ignore[arg-type]


def test_only_the_newest_stay_but_all_are_counted(store: Store) -> None:
    record(store, *(track(f"m{number}") for number in range(8)))
    record(store, *(track(f"n{number}") for number in range(8)))
    assert ids(store) == [f"n{number}" for number in reversed(range(8))] + ["m7", "m6"]
    assert store.stats().accepted == 16


def test_messages_are_found_by_type_status_and_text(store: Store) -> None:
    record(store, track("m1", properties={"total": "100%"}), track("m2", type="page"))
    record(store, track("m3"), code="id_not_string")
    assert ids(store, type="page") == ["m2"]
    assert ids(store, status="discarded") == ["m3"]
    assert ids(store, search="100%") == ["m1"]
    assert ids(store, search="ID_NOT") == ["m3"]
    assert ids(store, search="0_%") == []


def test_text_is_found_in_upper_and_lower_case(store: Store) -> None:
    record(store, track("m1", event="Größe geändert"))
    assert ids(store, search="GRÖSSE") == []
    assert ids(store, search="GRÖßE GEÄNDERT") == ["m1"]


def test_a_search_holds_up_no_message(store: Store) -> None:
    class Search(Filter):
        def matches(self, row: sqlite3.Row) -> bool:
            sender = threading.Thread(target=record, args=(store, track("meanwhile")), daemon=True)
            sender.start()
            sender.join(20)
            return not sender.is_alive()

    record(store, track("m1"))
    assert [stored.message_id for stored in store.messages(Search())] == ["m1"]
    assert ids(store) == ["meanwhile", "m1"]


def test_cursors_are_exclusive_and_survive_a_clear(store: Store) -> None:
    record(store, track("m1"), track("m2"), track("m3"))
    second = store.messages()[1].id
    assert ids(store, after=second) == ["m3"]
    assert ids(store, before=second) == ["m1"]
    epoch = store.epoch
    store.clear()
    record(store, track("m4"))
    assert ids(store, after=second) == ["m4"]
    assert store.epoch != epoch


def test_a_failed_write_leaves_nothing_behind(store: Store) -> None:
    with pytest.raises(TypeError):
        record(store, track("m1"), {"messageId": "m2", "unwritable": object()})
    assert (store.messages(), store.batches(), store.stats().requests) == ([], [], 0)
    record(store, track("m1"))
    assert ids(store) == ["m1"]


def test_a_file_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    database = tmp_path / "db.sqlite3"
    connection = sqlite3.connect(database)
    connection.execute("CREATE TABLE orders (id)")
    connection.close()
    before = database.read_bytes()
    with pytest.raises(ConfigError, match="no recording"):
        Store(str(database))
    assert database.read_bytes() == before


@pytest.mark.parametrize("name", ["missing/db.sqlite3", "text.txt"])
def test_a_file_that_is_no_database_is_named(name: str, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("no database at all " * 99)
    with pytest.raises(ConfigError, match=name):
        Store(str(tmp_path / name))
