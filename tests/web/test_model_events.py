"""What is said of a model's objects, whatever stores them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from segment_web.errors import ConfigError
from segment_web.messages.message import Message
from segment_web.web.model_events import ALL, ModelEvents

ORDER = SimpleNamespace(id=1, total=5, note="n", label="#1", customer_id=7)


def message(events: ModelEvents, **more: Any) -> Message | None:
    return events.message("Order Placed", ORDER, model="Order", key=1, columns={"total": 5}, **more)


def properties(events: ModelEvents, **more: Any) -> Any:
    found = message(events, **more)
    assert found is not None
    return found.properties


def test_key_columns_and_attributes() -> None:
    assert properties(ModelEvents(properties=["total", "label"])) == {"order_id": 1, "total": 5, "label": "#1"}


def test_a_column_that_is_not_at_hand_is_not_read() -> None:
    assert properties(ModelEvents(properties=["total", "note"]), own={"note"}) == {"order_id": 1, "total": 5}


def test_callable_properties() -> None:
    assert properties(ModelEvents(properties=lambda order: {"n": order.note})) == {"order_id": 1, "n": "n"}


def test_changed_fields() -> None:
    assert properties(ModelEvents(), changed=["total"])["changed_fields"] == ["total"]
    assert "changed_fields" not in properties(ModelEvents())


@pytest.mark.parametrize(
    ("user", "owner"), [(None, None), ("customer_id", 7), (lambda order: order.customer_id + 1, 8)]
)
def test_user(user: Any, owner: object) -> None:
    found = message(ModelEvents(user=user))
    assert found is not None
    assert found.user_id == owner


def test_when_decides() -> None:
    assert message(ModelEvents(when=lambda order: order.total > 5)) is None


def test_every_column_less_secrets_and_what_is_excluded() -> None:
    assert ModelEvents(properties=ALL, exclude=["note"]).columns(["total", "note", "password"]) == ("total",)


def test_secrets_are_not_sent_even_when_listed() -> None:
    assert "password" not in properties(ModelEvents(properties=["password"]))


def test_an_unknown_property_is_an_error() -> None:
    with pytest.raises(ConfigError, match=r"track_model\(Order\): the model has no field or attribute 'colour'"):
        ModelEvents(properties=["total", "colour"]).check("Order", lambda name: name == "total")
