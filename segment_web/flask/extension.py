"""The extension: sets up segment_web on Flask applications, each with its own settings and client."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, Unpack, overload

from flask import Blueprint, Flask, Response, has_app_context

from segment_web.client import Analytics
from segment_web.delivery.health import HealthLimits
from segment_web.flask import answers, blueprint, commands, tags
from segment_web.flask.accounts import session, signals
from segment_web.flask.config import read
from segment_web.flask.current import applications, entered_client, only_client
from segment_web.flask.installed import EXTENSION, Installed
from segment_web.flask.observer import FlaskSignalObserver
from segment_web.model_events.events import ModelOptions
from segment_web.options import Options
from segment_web.process import servers, uwsgi
from segment_web.web.rules import Rules
from segment_web.web.views.health import answer

M = TypeVar("M", bound=type[Any])


class Segment:
    """``Segment(app)``, or ``segment = Segment()`` and ``segment.init_app(app)``.

    Keyword options are the settings in lower case and win over ``SEGMENT_*`` in ``app.config``, which wins over the
    environment. One extension may serve several applications.
    """

    def __init__(self, app: Flask | None = None, /, **settings: Unpack[Options]) -> None:
        named: Any = settings.get("app")
        if isinstance(named, Flask):
            app = named  # Segment(app=app); else "app" is the setting of that name
            del settings["app"]
        self._settings = settings
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Sets ``app`` up; its configuration must be complete by now.

        Raises ConfigError for unknown or wrong settings, and RuntimeError when ``app`` was set up before.
        """
        if EXTENSION in app.extensions:
            raise RuntimeError("segment_web is set up on this application already: call Segment(app) or init_app once.")
        settings = read(app, self._settings)
        rules = Rules.of(settings)
        client = Analytics.from_settings(settings, observers=(FlaskSignalObserver(app),), debug=app.debug)
        app.extensions[EXTENSION] = Installed(client, rules)
        applications.add(app)
        answers.connect(app)
        signals.connect(app)
        session.connect(app, settings.user_loader)
        commands.connect(app)
        tags.connect(app)
        if settings.models:
            from segment_web.flask import models  # SQLAlchemy is needed by those who use it

            models.connect(settings.models)
        servers.connect(sys.argv)
        uwsgi.connect()
        if _answers_requests():
            client.prepare()  # the HTTP library is loaded now and not in somebody's request

    @property
    def client(self) -> Analytics:
        """The client of the current application, or of the only one; RuntimeError when neither is there."""
        client = entered_client() if has_app_context() else only_client()
        if client is None:
            raise RuntimeError("No application with segment_web is current: enter one with app.app_context().")
        return client

    @property
    def proxy(self) -> Blueprint:
        """The first-party proxy, for ``app.register_blueprint(segment.proxy, url_prefix="/a")``; where it is mounted
        says ``url_for("segment.proxy")``. Flask-WTF's protection against forged requests leaves it alone."""
        return blueprint.proxy

    def health(self, **limits: Unpack[HealthLimits]) -> Response:
        """A view that says whether delivery is well in this process: ``app.add_url_rule("/health/events",
        view_func=segment.health)``, with limits as ``defaults={"stuck": 600}``.
        See :func:`segment_web.web.views.health.answer`.
        """
        found = answer(self.client, **limits)
        return Response(found.body, found.status, dict(found.headers))

    def signed_up(self, user: object) -> None:
        """The visitor has made an account: sends identify, then ``Signed Up``; the login that follows at once is no
        second event.

        Call it in the request, when ``user`` is stored and has an id. Nothing happens when somebody is logged in (an
        administrator who creates accounts does not sign up) or outside of a request. Never raises.
        """
        signals.signed_up(user)

    def signed_in(self, user: object) -> None:
        """The visitor has logged in as ``user``: identify, then ``Signed In``. For logins that no extension announces and
        that the setting ``user_loader`` does not see. Call it in the request; never raises."""
        signals.signed_in(user)

    def signed_out(self, user: object | None = None) -> None:
        """The visitor (or ``user``) logs out: ``Signed Out``, then a new anonymous id. As ``signed_in``; call it before the
        session is cleared, or name the user."""
        signals.signed_out(user)

    @overload
    def track_model(self, model: M, **options: Unpack[ModelOptions]) -> M: ...
    @overload
    def track_model(self, model: None = None, **options: Unpack[ModelOptions]) -> Callable[[M], M]: ...
    def track_model(self, model: Any = None, **options: Unpack[ModelOptions]) -> Any:
        """Tracks a SQLAlchemy model: ``segment.track_model(Order, created="Order Placed")``, or ``@segment.track_model(
        created="Order Placed")`` above the class; see :func:`segment_web.flask.models.track_model`."""
        from segment_web.flask.models import track_model

        return track_model(model, **options)


def _answers_requests() -> bool:
    """Every program but a command of ``flask`` other than ``flask run``."""
    program = Path(sys.argv[0])
    return "flask" not in (program.stem, program.parent.name) or "run" in sys.argv
