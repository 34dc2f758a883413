"""What each package brings along, and a page that tells an event."""

from __future__ import annotations

from typing import Any

from dj_rest_auth import views as dj_rest_auth
from dj_rest_auth.registration.views import RegisterView
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.http import HttpResponse
from django.template import engines
from django.urls import include, path
from loginas.views import user_logout
from rest_framework.authtoken.views import ObtainAuthToken
from rest_framework.decorators import api_view
from rest_framework.response import Response
from rest_framework_simplejwt import views as simplejwt

from segment_web.django import track_event

FORM = "accounts_project/form.html"
PAGE = engines["django"].from_string(
    "{% load segment %}<html><head>{% segment_snippet %}</head><body>{% segment_identify %}</body></html>"
)


class OwnTokenView(simplejwt.TokenObtainPairView):
    """As projects write it."""


class FirstFactorView(dj_rest_auth.LoginView):
    """As dj-rest-auth's own view does it for those who have a second factor."""

    def login(self) -> None:
        self.user = self.serializer.validated_data["user"]

    def get_response(self) -> Response:
        return Response({"mfa_required": True})


def seen(request: Any) -> HttpResponse:
    """A page like any other."""
    request.segment.track("Seen")
    return HttpResponse(PAGE.render({}, request))


async def aseen(request: Any) -> HttpResponse:
    """Says it before it is known who is there."""
    request.segment.track("Seen")
    return HttpResponse("ok")


@api_view(["GET"])
@track_event("Asked")
def asked(request: Any) -> Response:
    return Response({})


urlpatterns = [
    path("seen/", seen),
    path("aseen/", aseen),
    path("asked/", asked),
    path("login/", LoginView.as_view(template_name=FORM)),
    path("logout/", LogoutView.as_view(next_page="/seen/")),
    path("password/", PasswordChangeView.as_view(success_url="/seen/", template_name=FORM)),
    path("accounts/", include("allauth.urls")),
    path("rest/first-factor/", FirstFactorView.as_view()),
    path("rest/registration/", RegisterView.as_view()),
    path("rest/", include("dj_rest_auth.urls")),
    path("jwt/", OwnTokenView.as_view()),
    path("jwt/sliding/", simplejwt.TokenObtainSlidingView.as_view()),
    path("jwt/refresh/", simplejwt.TokenRefreshView.as_view()),
    path("jwt/verify/", simplejwt.TokenVerifyView.as_view()),
    path("token/", ObtainAuthToken.as_view()),
    path("social/", include("social_django.urls")),
    path("hijack/", include("hijack.urls")),
    path("loginas/", include("loginas.urls")),
    path("loginas/logout/", user_logout),
    path("a/", include("segment_web.django.urls")),
]
