"""``on_commit=True``: the event of a view is as true as its transaction, whoever opened it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connections, transaction
from django.http import HttpResponse
from django.urls import path
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from segment_web.django import TrackEventMixin, track_event
from segment_web.testing.captured import CapturedEvents
from tests.django.browser import Browser

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db(transaction=True)]


@track_event("Paid", on_commit=True)
def pay(request: Any) -> HttpResponse:
    return HttpResponse("ok")


@transaction.atomic
def around(request: Any) -> HttpResponse:
    response = pay(request)
    if "undo" in request.GET:
        transaction.set_rollback(True)
    return response


def raises_later(request: Any) -> HttpResponse:
    with transaction.atomic():
        pay(request)
    raise RuntimeError("a mistake of the application")


def savepoint(request: Any) -> HttpResponse:
    with transaction.atomic():
        try:
            with transaction.atomic():
                pay(request)
                raise ValueError("undoes the inner block alone")
        except ValueError:
            return pay(request)


class Api(TrackEventMixin, APIView):
    segment_event = "Paid"
    segment_on_commit = True

    def get(self, request: Any) -> Response:
        if "undo" in request.GET:
            raise ValidationError("Django REST framework undoes the transaction of a request that it refuses")
        return Response({})


class Refused(APIView):
    """Asks for the event of an error, whose transaction is undone."""

    @track_event("Refused", on_commit=True, when=lambda request, response: response.status_code == 400)
    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: Any) -> Response:
        raise ValidationError("no")


urlpatterns = [
    path("pay/", pay),
    path("around/", around),
    path("raises_later/", raises_later),
    path("savepoint/", savepoint),
    path("api/", Api.as_view()),
    path("refused/", Refused.as_view()),
]


@pytest.fixture(params=[False, True], ids=["autocommit", "ATOMIC_REQUESTS"])
def atomic_requests(request: pytest.FixtureRequest) -> Any:
    settings = connections["default"].settings_dict
    before, settings["ATOMIC_REQUESTS"] = settings["ATOMIC_REQUESTS"], request.param
    yield request.param
    settings["ATOMIC_REQUESTS"] = before


@pytest.mark.parametrize(
    ("address", "count"),
    [("/pay/", 1), ("/around/", 1), ("/around/?undo", 0), ("/savepoint/", 1), ("/api/", 1), ("/api/?undo", 0)],
)
@pytest.mark.usefixtures("atomic_requests")
def test_one_event_for_each_commit(segment_events: CapturedEvents, address: str, count: int) -> None:
    Browser().get(address)
    assert len(segment_events) == count


@pytest.mark.parametrize(("address", "count"), [("/raises_later/", 1), ("/refused/", 1)])
def test_the_requests_own_transaction_decides(
    segment_events: CapturedEvents, atomic_requests: bool, address: str, count: int
) -> None:
    Browser(raise_request_exception=False).get(address)
    assert len(segment_events) == (0 if atomic_requests else count)
