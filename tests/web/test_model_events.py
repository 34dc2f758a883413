"""What is said of a model's objects, whatever stores them."""

from __future__ import annotations

from dataclasses import fields
from types import SimpleNamespace
from typing import Any

import pytest

from segment_web.errors import ConfigError
from segment_web.messages.message import Message
from segment_web.model_events.changes import ChangeKind, Net
from segment_web.model_events.events import ALL, ModelEvents, ModelOptions, Thing

ORDER = SimpleNamespace(id=1, total=5, note="n", label="#1", customer_id=7)
MADE, CHANGED = Net(ChangeKind.CREATED), Net(ChangeKind.UPDATED, ("total",))
EVENTS = ModelEvents(created="Order Placed", updated="Order Updated")


def message(events: ModelEvents, net: Net = MADE, **more: Any) -> Message | None:
    thing = Thing(
        **{"instance": ORDER, "model": "Order", "key": 1, "columns": {"total": 5}, "counts": {"total"}, **more}
    )
    return next(iter(events.messages(net, thing)), None)


def properties(events: ModelEvents, net: Net = MADE, **more: Any) -> Any:
    found = message(events, net, **more)
    assert found is not None
    return found.properties


def test_key_columns_and_attributes() -> None:
    assert properties(ModelEvents(created="Made", properties=["total", "label"])) == {
        "order_id": 1,
        "total": 5,
        "label": "#1",
    }


def test_a_column_that_is_not_at_hand_is_not_read() -> None:
    assert properties(ModelEvents(created="Made", properties=["total", "note"]), own={"note"}) == {
        "order_id": 1,
        "total": 5,
    }


def test_callable_properties() -> None:
    assert properties(ModelEvents(created="Made", properties=lambda order: {"n": order.note})) == {
        "order_id": 1,
        "n": "n",
    }


def test_changed_fields() -> None:
    assert properties(EVENTS, CHANGED, counts={"total"})["changed_fields"] == ["total"]
    assert "changed_fields" not in properties(EVENTS)


def test_a_change_that_does_not_count_is_none() -> None:
    assert message(EVENTS, CHANGED, counts={"number"}) is None
    assert message(ModelEvents(created="Order Placed"), CHANGED) is None


@pytest.mark.parametrize(
    ("user", "owner"), [(None, None), ("customer_id", 7), (lambda order: order.customer_id + 1, 8)]
)
def test_user(user: Any, owner: object) -> None:
    found = message(ModelEvents(created="Made", user=user))
    assert found is not None
    assert found.user_id == owner


def test_when_decides() -> None:
    assert message(ModelEvents(created="Made", when=lambda order: order.total > 5)) is None


def test_every_column_less_secrets_and_what_is_excluded() -> None:
    assert ModelEvents(properties=ALL, exclude=["note"]).columns(["total", "note", "password"]) == ("total",)


def test_secrets_are_not_sent_even_when_listed() -> None:
    assert "password" not in properties(ModelEvents(created="Made", properties=["password"]))


def test_an_unknown_property_is_an_error() -> None:
    with pytest.raises(ConfigError, match=r"track_model\(Order\): the model has no field or attribute 'colour'"):
        ModelEvents(created="Made", properties=["total", "colour"]).check("Order", lambda name: name == "total")


def test_what_is_masked_does_not_leave() -> None:
    events = ModelEvents(created="Made", properties=["total", "label"], mask=["total", "label"])
    assert properties(events) == {"order_id": 1, "total": "[masked]", "label": "[masked]"}
    computed = ModelEvents(created="Made", properties=lambda order: {"n": order.note}, mask=["n"])
    assert properties(computed) == {"order_id": 1, "n": "[masked]"}


@pytest.mark.parametrize(("group", "context"), [("customer_id", {"groupId": "7"}), (lambda order: None, None)])
def test_the_group_is_in_the_context(group: Any, context: object) -> None:
    found = message(ModelEvents(created="Made", group=group))
    assert found is not None
    assert found.context == context


@pytest.mark.parametrize(
    ("net", "traits"),
    [(MADE, {"total": 5, "note": "[masked]"}), (CHANGED, {"total": 5}), (Net(ChangeKind.DELETED), None)],
)
def test_identify_says_what_changed(net: Net, traits: object) -> None:
    events = ModelEvents(identify=["total", "note"], mask=["note"], user="customer_id")
    found = message(events, net, columns={"total": 5, "note": "n"}, traits=["total", "note"])
    assert (found and (found.type, found.traits, found.user_id)) == (traits and ("identify", traits, 7))


def test_without_a_user_the_object_is_the_user() -> None:
    found = message(ModelEvents(identify=["total"]), traits=["total"])
    assert found is not None
    assert found.user_id == 1


def test_a_trait_that_is_no_column_is_an_error() -> None:
    with pytest.raises(ConfigError, match=r"track_model\(Order\): identify lists columns, and 'label' is none"):
        ModelEvents(identify=["total", "label"]).check("Order", lambda name: True, ["total"])


@pytest.mark.parametrize(
    "asks", [{"user": "customer_id"}, {"group": "label"}, {"when": bool}, {"properties": lambda order: {}}]
)
def test_of_many_at_once_nothing_is_said_that_one_would_have_to_be_asked(asks: dict[str, Any]) -> None:
    found = ModelEvents(updated="Changed", mask=["total"]).bulk(2, {"total": 5}, ["total"])
    assert found is not None
    assert found.properties == {"total": "[masked]", "changed_fields": ["total"], "rows": 2}
    assert ModelEvents(updated="Changed", **asks).bulk(2, {"total": 5}, ["total"]) is None


def test_track_models_options_are_what_is_kept_of_them() -> None:
    assert [*ModelOptions.__annotations__] == [field.name for field in fields(ModelEvents)]
