"""Django's lazy objects: texts are translated, anything that could be a query is left alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import NoReturn

import pytest
from django.utils.functional import SimpleLazyObject, lazy

from segment_web.pipeline.sanitise import Encoder
from tests.pipeline.hostile import AskedError


def fail(*_: object) -> NoReturn:
    raise AskedError("a lazy object was evaluated")


class QuerySet:
    """Like Django's: asking it anything runs a query."""

    __iter__ = __len__ = __bool__ = __getitem__ = __repr__ = fail


@pytest.mark.parametrize("make", [QuerySet, lambda: SimpleLazyObject(fail), lambda: lazy(fail, list)()])
def test_what_may_be_a_query_is_a_marker(make: Callable[[], object]) -> None:
    body, marked = Encoder().encode({"found": make()})

    assert json.loads(body)["found"].startswith("[")
    assert marked == 1


def test_a_lazy_text_is_translated_when_it_is_encoded() -> None:
    language = ["Hello"]
    greeting = lazy(lambda: language[0], str)()
    language[0] = "Hallo"

    assert Encoder().encode({"text": greeting, greeting: 1}) == (b'{"text":"Hallo","Hallo":1}', 0)


def test_a_lazy_text_that_fails_is_a_marker() -> None:
    def untranslatable() -> str:
        raise LookupError

    body, marked = Encoder().encode({"text": lazy(untranslatable, str)()})

    assert json.loads(body)["text"].startswith("[django.utils.functional.")
    assert marked == 1
