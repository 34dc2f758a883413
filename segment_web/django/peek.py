"""Who is logged in, found without a trace on the request.

Asking ``request.user`` touches the session, and Django then lets the response vary by Cookie: its own page cache and
every proxy would keep one copy for each visitor of a page that is the same for all.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

from django.contrib.auth import get_user
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils.functional import LazyObject, empty

AUTHENTICATION = "django.contrib.auth.middleware"  # not imported: it brings models, which not every project has


def given_user(request: HttpRequest) -> Any:
    """What stands for the user: whom django-ninja's authentication found, else ``request.user``, unlooked-at."""
    fields = request.__dict__
    if (auth := fields.get("auth")) is not None and isinstance(found := unwrapped(auth), AbstractBaseUser):
        return found
    return fields.get("user") if "user" in fields else getattr(request, "user", None)


def is_unasked(request: HttpRequest) -> bool:
    """Whether the user is a lazy object that nobody has looked into yet."""
    return unwrapped(given_user(request)) is empty


def unwrapped(user: Any) -> Any:
    """The object behind a lazy one, ``empty`` when it was not made yet; every other object is itself.

    A lazy object answers each question by way of Python code; this asks none.
    """
    return object.__getattribute__(user, "_wrapped") if issubclass(type(user), LazyObject) else user


def opened(user: Any) -> Any:
    """The object behind a lazy one, made now if it was not."""
    if unwrapped(user) is empty:
        user._setup()
    return unwrapped(user)


def can_peek(request: HttpRequest) -> bool:
    """Whether the user is the one of an untouched session, whom nobody has asked for yet."""
    user = given_user(request)
    session = request.__dict__.get("session")
    return (
        is_unasked(request)
        # A lazy user that another middleware has put there may be anybody's: of a token, of a header.
        and getattr(vars(user).get("_setupfunc"), "__module__", "") == AUTHENTICATION
        and getattr(session, "accessed", True) is False
    )


def peek(request: HttpRequest) -> tuple[Any, Mapping[str, Any]]:
    """The user of the request's session, AnonymousUser without one, and its data; as many queries as ``request.user``
    makes."""
    session = request.session
    found = _Glimpse(type(session)(session.session_key).load() if session.session_key else {})
    return get_user(cast(HttpRequest, SimpleNamespace(session=found))), found


class _Glimpse(dict[str, Any]):
    """A session's data; what Django would do to the session itself is left for the request that really uses it."""

    def cycle_key(self) -> None:
        """Not here: the browser would never learn the new key."""

    def flush(self) -> None:
        """Not here either."""
