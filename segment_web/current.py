"""The module functions: the same six calls on whichever client this code runs under.

That is the scope's client, else the entered application's, else the configured one, else the only application's. A process
without an application has a client that the environment configures.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Unpack

from segment_web.calls import Calls
from segment_web.client import Analytics
from segment_web.delivery.books import Stats
from segment_web.delivery.health import Health, HealthLimits
from segment_web.errors import ConfigError
from segment_web.logs import log
from segment_web.messages.message import Message
from segment_web.messages.reasons import Drop, DropReason
from segment_web.messages.receipt import Receipt
from segment_web.process import fork_lock
from segment_web.scopes.current import current, entered
from segment_web.scopes.scope import Scope
from segment_web.snapshots import Snapshot, restored, take

if TYPE_CHECKING:
    from segment_web.options import ClientOptions, Key

Find = Callable[[], Analytics | None]

_configured: Analytics | None = None
_applications: list[Find] = []
_entered: list[Find] = []
_default: Analytics | None = None
_several: Analytics | None = None

SEVERAL = (
    "there are several applications and this code runs in none of them: call it in a request or in app.app_context()"
)
DISABLED = Drop(DropReason.DISABLED, "inside segment_web.disabled()")


def configure(write_key: Key = None, **settings: Unpack[ClientOptions]) -> Analytics:
    """Makes the client of scripts and workers without a framework; the options are those of Analytics.

    A second call replaces the first client, which is closed: what it holds is delivered within its ``exit_timeout``. The
    same holds for the client that the environment configures.
    """
    global _configured, _default
    client = Analytics(write_key, **settings)
    replaced = [_configured, _default]
    _configured, _default = client, None
    for before in replaced:
        if before is not None:
            before.close()
    return client


def application(find: Find, *, entered: Find | None = None) -> None:
    """Makes a framework's application known: its client is the module functions' while it is the only one.

    ``entered`` is for frameworks with several applications in a process: it finds the one this code runs in, if any.
    """
    if find in _applications:
        return
    _applications.append(find)
    if entered is not None:
        _entered.append(entered)


def client() -> Analytics:
    """Return the client for code without a client of its own."""
    scope = current()
    if scope is not None and scope.client is not None:
        return scope.client  # type: ignore[no-any-return]
    for find in _entered:
        if (inside := find()) is not None:
            return inside
    if _configured is not None:
        return _configured
    found = [application for find in _applications if (application := find()) is not None]
    if len(found) == 1:
        return found[0]
    return among_several() if found else _default_client()


def _default_client() -> Analytics:
    """Return the client of a process without an application, made at the first call. Without a write key it answers
    ``not_configured``."""
    global _default
    if _default is None:
        with fork_lock.loading:
            _default = _default or _made(os.environ)
    return _default


def among_several() -> Analytics:
    """Return the client of code that runs in none of several applications. It answers ``not_configured``."""
    global _several
    if _several is None:
        with fork_lock.loading:
            _several = _several or _silent(SEVERAL)
    return _several


def _made(environ: Mapping[str, str]) -> Analytics:
    from segment_web.settings import load

    try:
        return Analytics.from_settings(load(environ=environ))
    except ConfigError as error:
        log(logging.ERROR, "environment", f"segment_web records nothing: {error}")
        return _silent(str(error))  # the write key itself may be set


def _silent(why: str) -> Analytics:
    """Return a client that records nothing and says why."""
    from segment_web.settings import Settings

    made = Analytics.from_settings(Settings())
    made._silence = Drop(DropReason.NOT_CONFIGURED, why)
    return made


class Current(Calls):
    """Speaks for the current client."""

    __slots__ = ()

    def _has_room(self) -> bool:
        return client()._has_room()

    def _turn_away(self) -> Receipt:
        return client()._turn_away()

    def _say(self, message: Message) -> Receipt:
        return client()._say(message)


@contextmanager
def scope(
    *,
    user_id: object = None,
    anonymous_id: object = None,
    traits: Mapping[str, Any] | None = None,
    context: Mapping[str, Any] | None = None,
) -> Iterator[Scope]:
    """Everything said inside the block is said of this user, with these traits and this context, unless a call says
    otherwise; what is not given comes from the scope around it."""
    inner = Scope(parent=current(), user_id=user_id, anonymous_id=anonymous_id, traits=traits, context=context)
    with entered(inner):
        yield inner


def snapshot() -> Snapshot | None:
    """Whose visitor this is, as a dict of plain JSON for a job that runs elsewhere; see :func:`resume`.

    It has the ids, the group, the page and the campaign, never traits; of a visitor who must not be recorded only why
    not. None outside of requests and scopes.
    """
    scope = current()
    return None if scope is None else take(scope, client())


@contextmanager
def resume(snapshot: Snapshot | None) -> Iterator[Scope]:
    """Everything said inside the block is said of the visitor of whom ``snapshot`` was taken; of nobody if it is None.

    Nothing comes from the scope around the block.
    """
    with entered(restored(snapshot, around=current())) as inner:
        yield inner


@contextmanager
def disabled() -> Iterator[None]:
    """Nothing is recorded inside the block (reason ``disabled``): fixtures, imports, back-office jobs."""
    with entered(Scope(parent=current(), drop=DISABLED)):
        yield


def flush(timeout: float | None = None) -> bool:
    """Waits until everything accepted so far is settled; see :meth:`segment_web.Analytics.flush`."""
    return client().flush(timeout)


def close(timeout: float | None = None) -> bool:
    """Delivers what is queued and stops; see :meth:`segment_web.Analytics.close`."""
    return client().close(timeout)


def stats() -> Stats:
    """What became of every message of this process so far."""
    return client().stats()


def health(**limits: Unpack[HealthLimits]) -> Health:
    """Whether delivery is well in this process, and why not; see :meth:`segment_web.Analytics.health`."""
    return client().health(**limits)
