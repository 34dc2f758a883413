"""Every kind of view that ``@track_event`` and ``TrackEventMixin`` know, each at an address of its own."""

from __future__ import annotations

from typing import Any

from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import require_GET
from ninja import NinjaAPI
from rest_framework.decorators import action, api_view
from rest_framework.generics import GenericAPIView
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet, ViewSet

from segment_web.django import TrackEventMixin, track_event
from tests.django.views.outcomes import django, operation, rest, said

EVENT = "Plan Upgraded"
tracked = track_event(EVENT, properties=said)


@tracked
def function(request: Any, outcome: str) -> Any:
    return django(request, outcome)


@tracked
async def async_function(request: Any, outcome: str) -> Any:
    return django(request, outcome)


@require_GET
@tracked
def below_another(request: Any, outcome: str) -> Any:
    return django(request, outcome)


class Method(View):
    @tracked
    def get(self, request: Any, outcome: str) -> Any:
        return django(request, outcome)


class AsyncMethod(View):
    @tracked
    async def get(self, request: Any, outcome: str) -> Any:
        return django(request, outcome)


@method_decorator(tracked, name="dispatch")
class Dispatch(View):
    def get(self, request: Any, outcome: str) -> Any:
        return django(request, outcome)


@method_decorator(tracked, name="dispatch")
class AsyncDispatch(View):
    async def get(self, request: Any, outcome: str) -> Any:
        return django(request, outcome)


class Inner(View):
    """Its decorated method is not given the request, like ``form_valid``."""

    def get(self, request: Any, outcome: str) -> Any:
        return self.answer(outcome=outcome)

    @tracked
    def answer(self, outcome: str) -> Any:
        return django(self.request, outcome)


class Said(TrackEventMixin):
    """The mixin's way to say what ``said`` says."""

    request: Any
    kwargs: Any

    def get_segment_properties(self, response: Any) -> dict[str, Any]:
        return said(self.request, response, **self.kwargs)


class Mixin(Said, View):
    segment_event = EVENT

    def get(self, request: Any, outcome: str) -> Any:
        return django(request, outcome)


class AsyncMixin(Said, View):
    segment_events = {"get": EVENT, "options": "Asked"}  # noqa: RUF012 - as users write it

    async def get(self, request: Any, outcome: str) -> Any:
        return django(request, outcome)


@api_view()
@tracked
def below_api_view(request: Any, outcome: str) -> Any:
    return rest(request, outcome)


@tracked
@api_view()
def above_api_view(request: Any, outcome: str) -> Any:
    return rest(request, outcome)


class ApiMethod(APIView):
    @tracked
    def get(self, request: Any, outcome: str) -> Any:
        return rest(request, outcome)


class ApiMixin(Said, APIView):
    segment_event = EVENT

    def get(self, request: Any, outcome: str) -> Any:
        return rest(request, outcome)


@method_decorator(tracked, name="dispatch")
class Generic(GenericAPIView):
    def get(self, request: Any, outcome: str) -> Any:
        return rest(request, outcome)


class Actions(ViewSet):
    @tracked
    def retrieve(self, request: Any, outcome: str) -> Any:
        return rest(request, outcome)

    @action(detail=True)
    @tracked
    def below_action(self, request: Any, outcome: str) -> Any:
        return rest(request, outcome)

    @tracked
    @action(detail=True)
    def above_action(self, request: Any, outcome: str) -> Any:
        return rest(request, outcome)


class Named(Said, GenericViewSet):
    segment_events = {"retrieve": EVENT, "ship": tracked}  # noqa: RUF012 - as users write it

    def retrieve(self, request: Any, outcome: str) -> Any:
        return rest(request, outcome)

    def ship(self, request: Any, outcome: str) -> Any:
        return rest(request, outcome)

    def untold(self, request: Any, outcome: str) -> Any:
        return rest(request, outcome)


VIEWS: dict[str, Any] = {
    "function": function,
    "async_function": async_function,
    "below_another": below_another,
    "method": Method.as_view(),
    "async_method": AsyncMethod.as_view(),
    "dispatch": Dispatch.as_view(),
    "async_dispatch": AsyncDispatch.as_view(),
    "inner": Inner.as_view(),
    "mixin": Mixin.as_view(),
    "async_mixin": AsyncMixin.as_view(),
    "below_api_view": below_api_view,
    "above_api_view": above_api_view,
    "api_method": ApiMethod.as_view(),
    "api_mixin": ApiMixin.as_view(),
    "api_generic": Generic.as_view(),
    "action": Actions.as_view({"get": "retrieve"}),
    "below_action": Actions.as_view({"get": "below_action"}),
    "above_action": Actions.as_view({"get": "above_action"}),
    "named_action": Named.as_view({"get": "retrieve"}),
    "decorated_action": Named.as_view({"get": "ship"}),
}


@tracked
def ninja_operation(request: Any, outcome: str) -> Any:
    return operation(request, outcome)


@tracked
async def async_ninja_operation(request: Any, outcome: str) -> Any:
    return operation(request, outcome)


OPERATIONS: dict[str, Any] = {"operation": ninja_operation, "async_operation": async_ninja_operation}


def api(namespace: str) -> NinjaAPI:
    made = NinjaAPI(urls_namespace=namespace, docs_url=None, openapi_url=None)
    for name, view in OPERATIONS.items():
        made.get(name + "/{outcome}/", url_name=name, response={200: Any, 409: Any})(view)
    return made
