"""The form of dj-rest-auth for members, who have no user name."""

from __future__ import annotations

from dj_rest_auth.registration.serializers import RegisterSerializer


class Registration(RegisterSerializer):
    username = None
