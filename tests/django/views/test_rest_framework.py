"""Django REST framework: whose event it is when a token says so, the request that callables see, ViewSets of models."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.urls import include, path
from rest_framework.authentication import TokenAuthentication
from rest_framework.authtoken.models import Token
from rest_framework.decorators import api_view, authentication_classes
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.serializers import ModelSerializer
from rest_framework.viewsets import ModelViewSet

from segment_web.django import TrackEventMixin, track_event
from segment_web.testing.captured import CapturedEvents
from tests.django.browser import Browser
from tests.django_project.library.models import Book

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db(transaction=True)]


class BookSerializer(ModelSerializer):
    class Meta:
        model = Book
        fields = ("id", "title", "price")


class Books(TrackEventMixin, ModelViewSet):
    """Everything that a ModelViewSet does, for those who bring a token."""

    queryset = Book.objects.order_by("pk")
    serializer_class = BookSerializer
    authentication_classes = (TokenAuthentication,)
    permission_classes = (IsAuthenticated,)
    segment_events = {  # noqa: RUF012 - as users write it
        "create": "Book Catalogued",
        "list": "Books Browsed",
        "update": track_event("Book Corrected", properties=lambda request, response, pk: {**request.data, "pk": pk}),
        "destroy": track_event("Book Withdrawn", on_commit=True),
    }

    def get_segment_properties(self, response: Response) -> dict[str, Any]:
        return {"action": self.action, "data": response.data}


@api_view()
@authentication_classes([TokenAuthentication])
@track_event("Asked", properties=lambda request, response: {"by": request.user.username})
def decorated(request: Any) -> Response:
    request.segment.track("Said Inside")
    return Response({})


def early(get_response: Any) -> Any:
    """A middleware that speaks before Django REST framework has looked at the token."""

    def middleware(request: Any) -> HttpResponse:
        request.segment.track("Said Early")
        response: HttpResponse = get_response(request)
        request.segment.track("Said Late")
        return response

    return middleware


router = SimpleRouter()
router.register("books", Books, basename="book")
views = [*router.urls, path("decorated/", decorated)]
urlpatterns = [*views, path("async/", include((views, "async")))]


@pytest.fixture
def user() -> User:
    return User.objects.create_user("anna")


@pytest.fixture
def token(user: User) -> dict[str, str]:
    return {"authorization": f"Token {Token.objects.create(user=user).key}"}


def test_the_user_of_the_token_is_the_events(
    browser: Browser, segment_events: CapturedEvents, user: User, token: dict[str, str]
) -> None:
    assert browser.get("/decorated/", **token).status_code == 200
    segment_events.assert_tracked("Said Inside", user_id=str(user.pk), count=1)
    segment_events.assert_tracked("Asked", user_id=str(user.pk), properties={"by": "anna"}, count=1)


def test_who_spoke_before_the_token_was_read_spoke_as_nobody(
    segment_events: CapturedEvents, settings: Any, user: User, token: dict[str, str]
) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.early"]
    Browser().get("/decorated/", **token)
    spoken = {message["event"]: message.get("userId") for message in segment_events}
    assert spoken == {"Said Early": None, "Said Inside": str(user.pk), "Asked": str(user.pk), "Said Late": str(user.pk)}


def test_a_model_view_set_tells_of_the_actions_that_it_names(
    segment_events: CapturedEvents, user: User, token: dict[str, str]
) -> None:
    browser = Browser()
    book = browser.client.post("/books/", {"title": "Emma", "price": "5.00"}, headers=token).json()
    browser.client.put(f"/books/{book['id']}/", {"title": "Emma"}, "application/json", headers=token)
    browser.client.get(f"/books/{book['id']}/", headers=token)
    browser.client.delete(f"/books/{book['id']}/", headers=token)
    names = ("Book Catalogued", "Book Corrected", "Book Withdrawn", "Books Browsed")  # the model has its own
    told = [message for message in segment_events if message["event"] in names]
    assert [(message["event"], message["userId"], message["properties"]) for message in told] == [
        ("Book Catalogued", str(user.pk), {"action": "create", "data": book}),
        ("Book Corrected", str(user.pk), {"title": "Emma", "pk": str(book["id"])}),
        ("Book Withdrawn", str(user.pk), {}),
    ]


@pytest.mark.parametrize(
    ("method", "data", "status"), [("post", {"price": "many"}, 400), ("patch", {}, 405), ("get", {}, 401)]
)
def test_what_the_exception_handler_answers_is_no_success(
    segment_events: CapturedEvents, token: dict[str, str], method: str, data: dict[str, str], status: int
) -> None:
    headers = token if status != 401 else {"authorization": "Token nobody's"}
    assert getattr(Browser().client, method)("/books/", data, headers=headers).status_code == status
    segment_events.assert_nothing()
