"""Tells analytics.js who is logged in, when it does not know yet."""

from __future__ import annotations

import logging
from hashlib import sha256

from segment_web.browser.destination import destination
from segment_web.browser.tag_place import TagPlace
from segment_web.logs import log
from segment_web.messages.ids import as_text
from segment_web.scopes import witness
from segment_web.web.request.web_scope import WebScope
from segment_web.web.visitor import users

ONCE = "The browser leaves it out if this tab has made the same call before."
DIGEST = 32  # hex digits: 128 bits tell any two users' traits apart


def identify(place: TagPlace) -> str:
    """A script that calls ``analytics.identify`` with the user's id and the traits of ``user_traits``; ``""`` while
    nobody is logged in, and where the snippet is ``""``.

    The browser leaves the call out when this tab has made the same one already and analytics.js still knows the user;
    the setting ``snippet["identify"]`` = ``"always"`` makes it on each page.
    """
    if place.segment is None or isinstance(destination(place), str):
        return ""
    scope = place.segment.scope
    user, user_id = _who(scope)
    if not isinstance(user_id, str) or not user_id:
        return ""
    scope.is_personal = True  # no shared cache may make everybody this user
    said = users.traits(user, scope.rules.user_traits)
    who, traits = place.json(user_id), place.json(said)
    always = place.client.settings.snippet.identify == "always"
    witness.give([["identify", user_id, said]], scope, "" if always else ONCE)
    digest = "null" if always else place.json(sha256(f"{who} {traits}".encode()).hexdigest()[:DIGEST])
    return place.script(f"window.segmentWeb&&segmentWeb.identify({who},{traits},{digest});")


def _who(scope: WebScope) -> tuple[object, object]:
    scope.request.vary_by_user()  # a page that names nobody is not for who is logged in, either
    if scope.waiting:
        log(
            logging.WARNING,
            "browser:waiting",
            "the identify tag does not know the user: an async view has to ask for it first (await request.auser())",
        )
        return None, None
    if scope.is_impersonated:
        return None, None  # the browser is that of who acts as the user
    user = scope.user
    return user, None if user is None else as_text(scope.user_id)
