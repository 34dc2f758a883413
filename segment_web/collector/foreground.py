"""Serving the collector on the terminal's own thread, for ``segment-web collector``."""

from __future__ import annotations

import importlib
import socket
from collections.abc import Callable, Collection
from types import ModuleType
from typing import TYPE_CHECKING

from segment_web.collector.app import create_app
from segment_web.collector.endpoint import MAX_WIRE_BYTES
from segment_web.collector.gateway import KeepAliveServer
from segment_web.collector.store import Store

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

WAITRESS_THREADS = 8
"""A page that polls, and a few applications that post."""


def serve(
    host: str = "127.0.0.1",
    port: int = 8765,
    *,
    database: str = ":memory:",
    write_keys: Collection[str] | None = None,
    hosts: Collection[str] = (),
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve until interrupted (Ctrl-C): by waitress if it is installed, else by Werkzeug's threaded server.

    ``port=0`` takes a free port. ``database`` is a file name or ``":memory:"``, ``write_keys`` the keys that are let in
    (None: any), ``hosts`` the host names that are served beside ``host`` and loopback names. ``ready`` is called with
    the URL once connections are accepted. OSError if the port is taken.
    """
    store = Store(database)
    try:
        with socket.create_server((host, port), backlog=128) as listener:
            url = f"http://{host}:{listener.getsockname()[1]}"
            run = server_for(create_app(store, write_keys=write_keys, hosts=(host, *hosts)), listener)
            if ready is not None:
                ready(url)
            run()
    except KeyboardInterrupt:
        pass  # the way to stop it
    finally:
        store.close()


def server_for(app: WSGIApplication, listener: socket.socket) -> Callable[[], None]:
    """The loop that serves an application on a listening socket."""
    waitress = find_waitress()
    if waitress is None:
        return KeepAliveServer(app, listener).run
    server = waitress.create_server(
        app, sockets=[listener], threads=WAITRESS_THREADS, ident=None, max_request_body_size=MAX_WIRE_BYTES
    )

    def run() -> None:
        server.run()
        for channel in tuple(server.active_channels.values()):
            channel.close()  # waitress leaves them to the garbage collector
        server.close()

    return run


def find_waitress() -> ModuleType | None:
    try:
        return importlib.import_module("waitress")
    except ImportError:
        return None
