"""What every stage of the pipeline keeps: no value makes it raise, and what its caller handed over stays as it was."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC
from functools import reduce
from typing import Any

import pytest

from segment_web import Analytics
from segment_web.compose import build_pipeline
from segment_web.messages.message import Message
from segment_web.messages.reasons import Drop
from segment_web.pipeline.pipeline import Pipeline, Stage
from segment_web.scopes.scope import Scope
from segment_web.settings import load
from tests.contracts.hostile import Refusing, cycle, raising
from tests.pipeline import hostile

# Every stage that there is; in HOSTILE the application's own callables raise.
FULL: dict[str, Any] = {
    "write_key": "contract-key",
    "bots": "flag",
    "app": {"name": "shop"},
    "integrations": {"All": True},
    "context": lambda scope: {"page": {"title": "Home"}},
    "before_send": (lambda message, scope: message,),
    "source_router": lambda message, scope: None,
}
HOSTILE = {**FULL, "before_send": (raising,), "source_router": raising}
FIELDS = "event name category properties traits group_id previous_id user_id anonymous_id context integrations".split()
VALUES: dict[str, Any] = {
    "refusing": Refusing(),
    "raising mapping": hostile.RaisingMapping(),
    "raising dict": hostile.RaisingDict(a=1),
    "raising text": hostile.RaisingText("x"),
    "raising list": hostile.RaisingList([1]),
    "enum": hostile.RaisingEnum.A,
    "cycle": cycle(),
    "deep": reduce(lambda inner, _: [inner], range(10_000), list[Any]()),
    "data that raise": hostile.RaisingData(),
    "no class": hostile.Meta(),
    "endless": hostile.EndlessMapping(),
    "surrogate": "\ud800",
    "empty": "",
    "number": 7,
    "huge": "y" * 40_000,
}
KINDS = ["identify", "track", "page", "screen", "group", "alias"]


class Bot(Scope):
    """A scope in which every stage has something to do."""

    __slots__ = ()

    @property
    def is_bot(self) -> bool:
        return True


def pipeline(**settings: Any) -> Pipeline:
    return build_pipeline(load(settings, environ={}), zone=lambda: UTC, marked=lambda number: None)


def scope() -> Scope:
    return Bot(
        user_id="7", anonymous_id="0f1e2d3c", traits={"plan": "pro"}, context={"page": {"url": "http://a.test/"}}
    )


def ordinary(kind: Any) -> Message:
    data: dict[str, Any] = {"list": [1, {"deep": "x"}], "text": "y"}
    return Message(
        kind,
        event="Seen",
        group_id="acme",
        previous_id="old",
        properties=data,
        traits=deepcopy(data),
        context={"page": {"path": "/"}, "mine": [1]},
        integrations={"Mixpanel": {"id": 1}},
        timestamp="2026-01-05T12:00:00.000Z",
        message_id="m1",
    )


def stages(settings: dict[str, Any]) -> list[Any]:
    """Each stage by its name, the encoding last."""
    built = pipeline(**settings)
    return [pytest.param(stage, id=name(stage)) for stage in (*built.gates, *built.stages)] + [
        pytest.param(lambda message, scope: built.limits(message), id="Limits"),
        pytest.param(lambda message, scope: built.encode.envelope(message), id="Encode"),
    ]


def name(stage: Stage) -> str:
    return type(stage.__self__).__name__ if hasattr(stage, "__self__") else stage.__name__


@pytest.mark.parametrize("stage", stages(FULL))
@pytest.mark.parametrize("kind", KINDS)
def test_a_stage_leaves_the_callers_objects_as_they_were(stage: Stage, kind: str) -> None:
    message = ordinary(kind)
    handed = [message.properties, message.traits, message.context, message.integrations]
    before = deepcopy(handed)
    stage(message, scope())
    assert handed == before


@pytest.mark.parametrize("kind", KINDS)
def test_the_whole_pipeline_leaves_the_callers_objects_as_they_were(kind: str) -> None:
    message = ordinary(kind)
    handed = [message.properties, message.traits, message.context, message.integrations]
    before = deepcopy(handed)
    assert type(pipeline(**FULL).finish(message, scope())) is tuple
    assert handed == before


@pytest.mark.parametrize("stage", stages(HOSTILE))
@pytest.mark.parametrize("which", VALUES)
def test_no_value_makes_a_stage_raise(stage: Stage, which: str) -> None:
    value = VALUES[which]
    for kind in KINDS:
        message = ordinary(kind)
        for field in ("properties", "traits", "context", "integrations"):
            setattr(message, field, {"value": value, "more": [{"value": value}], "pair": (value, {"x": value})})
        verdict = stage(message, scope())
        assert verdict is None or type(verdict) in (Drop, tuple)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("which", [name for name in VALUES if name != "huge"])
def test_a_value_costs_no_message(which: str, kind: str) -> None:
    """It leaves as a marker, whatever stages are on its way."""
    message = ordinary(kind)
    message.properties = message.traits = {"kept": 1, "value": VALUES[which]}
    assert type(pipeline(**FULL).finish(message, scope())) is tuple


@pytest.mark.parametrize("field", FIELDS)
def test_no_field_makes_a_call_raise(field: str) -> None:
    """One that is nothing at all may make a stage raise: at the border of the client that is a receipt's reason."""
    with Analytics(delivery="null", **FULL) as client:
        for kind in KINDS:
            for which in VALUES.keys() - {"endless"}:
                message = ordinary(kind)
                setattr(message, field, VALUES[which])
                receipt = client.record(message, scope(), strict=False)
                assert receipt.accepted or receipt.reason
