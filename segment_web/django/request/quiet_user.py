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
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils.functional import LazyObject, empty

AUTHENTICATION = "django.contrib.auth.middleware"  # not imported: it brings models, which not every project has
ANONYMOUS = SimpleNamespace(is_authenticated=False)


def given_user(request: HttpRequest) -> Any:
    """What stands for the user: whom django-ninja's authentication found, else ``request.user``, unlooked-at."""
    fields = request.__dict__
    if (auth := fields.get("auth")) is not None and isinstance(found := unwrapped(auth), AbstractBaseUser):
        return found
    return fields.get("user") if "user" in fields else getattr(request, "user", None)


def is_unasked(user: Any) -> bool:
    """Whether the user is a lazy object that nobody has looked into yet."""
    return unwrapped(user) is empty


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


def untouched_session(request: HttpRequest, user: Any) -> SessionBase | None:
    """The session that says who ``user`` is, the request's own, while nobody has looked into either; else None."""
    session = request.__dict__.get("session")
    if unwrapped(user) is not empty or getattr(session, "accessed", True) is not False:
        return None
    # A lazy user that another middleware has put there may be anybody's: of a token, of a header.
    source = object.__getattribute__(user, "__dict__").get("_setupfunc")
    return session if getattr(source, "__module__", "") == AUTHENTICATION else None


def peek(session: SessionBase) -> tuple[Any, Mapping[str, Any]]:
    """The user of an untouched session, AnonymousUser if it has none, and its data; as many queries as ``request.user``
    makes."""
    found = _Glimpse(type(session)(session.session_key).load() if session.session_key else {})
    return get_user(cast(HttpRequest, SimpleNamespace(session=found))), found


class _Glimpse(dict[str, Any]):
    """A session's data; what Django would do to the session itself is left for the request that really uses it."""

    def cycle_key(self) -> None:
        """Not here: the browser would never learn the new key."""

    def flush(self) -> None:
        """Not here either."""
