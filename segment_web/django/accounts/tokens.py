"""Logins by which a REST client gets a token: their views send no signal, and are recognised by what they answered.

A view is known by its class or one that it is made of, so that a project's own subclasses count.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth import SESSION_KEY
from django.http.response import HttpResponseBase

from segment_web.django.accounts.guarded import guarded
from segment_web.web.accounts import lifecycle
from segment_web.web.request.request_analytics import RequestAnalytics

Say = Callable[[RequestAnalytics, Any, Any], None]
CONTEXT = "renderer_context"  # of a response, where the views of Django REST framework leave themselves


def tell(segment: RequestAnalytics, response: HttpResponseBase) -> None:
    """Says the login or logout that ``response`` is the answer to, unless a signal has said it."""
    if hasattr(response, CONTEXT) and (say := _recognised(response)) is not None:
        view = response.renderer_context["view"]  # type: ignore[attr-defined]
        guarded("a token", view.request, lambda _: say(segment, view, response))


async def atell(segment: RequestAnalytics, response: HttpResponseBase) -> None:
    """The same in an event loop: to find the owner of a token is a query."""
    if hasattr(response, CONTEXT) and _recognised(response) is not None:
        await sync_to_async(tell)(segment, response)


def _recognised(response: HttpResponseBase) -> Say | None:
    context = getattr(response, CONTEXT)
    if not isinstance(context, dict) or response.status_code >= 300:
        return None
    kinds = type(context.get("view")).__mro__
    return next((say for kind in kinds if (say := VIEWS.get(f"{kind.__module__}.{kind.__name__}"))), None)


def _jwt(segment: RequestAnalytics, view: Any, response: Any) -> None:
    token = response.data.get("access") or response.data.get("token")
    if token:  # else a serializer of the project's own keeps it elsewhere
        reader = sys.modules["rest_framework_simplejwt.authentication"].JWTAuthentication()
        _in(segment, view, reader.get_user(reader.get_validated_token(token)))


def _token(segment: RequestAnalytics, view: Any, response: Any) -> None:
    if key := response.data.get("token"):
        tokens = sys.modules["rest_framework.authtoken.models"].Token.objects
        _in(segment, view, tokens.select_related("user").get(key=key).user)


def _rest_login(segment: RequestAnalytics, view: Any, response: Any) -> None:
    if view.user is not None and (view.access_token or view.token):  # else a second factor is asked for
        _in(segment, view, view.user)


def _rest_logout(segment: RequestAnalytics, view: Any, response: Any) -> None:
    user = view.request.user
    lifecycle.signed_out(segment, user if user.is_authenticated else None)


VIEWS: dict[str, Say] = {
    "rest_framework_simplejwt.views.TokenObtainPairView": _jwt,
    "rest_framework_simplejwt.views.TokenObtainSlidingView": _jwt,
    "rest_framework.authtoken.views.ObtainAuthToken": _token,
    "dj_rest_auth.views.LoginView": _rest_login,
    "dj_rest_auth.views.LogoutView": _rest_logout,
}


def _in(segment: RequestAnalytics, view: Any, user: Any) -> None:
    """The browser may have a session besides, which is another user's and which the view did not look at."""
    session = getattr(view.request, "session", {})
    over_another = session.get(SESSION_KEY) not in (None, str(user.pk))
    lifecycle.signed_in(segment, user, before=segment.scope.user, over_another=over_another)
