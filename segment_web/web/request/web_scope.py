"""The scope of a web request: everything is read when an event first needs it, and nothing before.

A request that tracks nothing costs the object alone: no header is parsed, no session opened, no query run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from segment_web.client import Analytics
from segment_web.exchange.http import Cookie, WebRequest
from segment_web.messages import ids
from segment_web.messages.message import Message
from segment_web.messages.reasons import FILTERED, Drop
from segment_web.scopes.scope import Scope, device_of
from segment_web.web.consent.terms import NOT_YET, REFUSED, Consent
from segment_web.web.context.bots import is_bot
from segment_web.web.context.url_facts import UrlFacts, place_of
from segment_web.web.cookies.third_party import keeps
from segment_web.web.request.held_messages import HeldMessages
from segment_web.web.request.request_context import described
from segment_web.web.rules import Rules
from segment_web.web.visitor import impersonation, users
from segment_web.web.visitor.browser_memory import BrowserMemory, sent_id

UNREAD: Any = object()


class WebScope(Scope):
    """Who is here and from where, by the request alone; after ``close``, no anonymous id is issued."""

    is_told = False

    __slots__ = (
        "_captured",
        "_closed",
        "_consent",
        "_cookie_id",
        "_held",
        "_impersonated",
        "_is_bot",
        "_place",
        "_told",
        "_unwanted",
        "_url",
        "_user",
        "answer",
        "arrived",
        "browser_calls",
        "has_snippet",
        "is_personal",
        "is_renewed",
        "is_used",
        "issued_id",
        "left_id",
        "memory",
        "pending",
        "request",
        "rules",
        "said",
        "written",
    )

    def __init__(self, request: WebRequest, rules: Rules, client: Any) -> None:
        super().__init__(client=client)
        self.request = request
        self.rules = rules
        self.issued_id: str | None = None  # an anonymous id that this request made and its response has to carry
        self.left_id = ""  # the anonymous id of who has left the browser in this request
        self.answer: bool | Mapping[str, bool] | None = None  # what set_consent was given and the response has to carry
        self.arrived: str | None = None  # the user to whom a login or sign-up has linked the anonymous id
        self.said: set[tuple[str, object]] = set()  # automatic events that a request makes once
        self.memory: BrowserMemory | None = None
        self.has_snippet = False  # the response holds the snippet: its page call is the browser's
        self.is_renewed = False  # whoever comes next is somebody else, for analytics.js too
        self.is_used = False  # an event carries the anonymous id that the browser sent
        self.is_personal = False  # the page depends on who its visitor is: no cache may keep it for others
        self.browser_calls: tuple[bytes, ...] = ()  # what the snippet of this response has to say, each as JSON
        self.pending: dict[str, object] = {}  # what is said of accounts when the request is answered
        self.written: Sequence[Cookie] = ()  # what the response was given
        self._held = HeldMessages()
        self._told = False  # a login, sign-up or logout says who the visitor is
        self._closed = False
        self._captured: Mapping[str, Any] | None = None
        self._cookie_id: str = UNREAD
        self._consent: Consent = UNREAD
        self._impersonated: bool = UNREAD
        self._is_bot: bool = UNREAD
        self._place: UrlFacts = UNREAD
        self._unwanted: Drop | None = UNREAD
        self._url: str = UNREAD
        self._user: object | None = UNREAD

    @property
    def is_settled(self) -> bool:
        return self._user is None or (self._user is not UNREAD and self._user_id is not None)

    def is_doubtful(self) -> bool:
        return not self._told and self.request.user_replaced

    @property
    def user(self) -> object | None:
        """The authenticated user's object, None while nobody is logged in."""
        if self._user is UNREAD or self.is_doubtful():
            if not self.request.user_ready:
                return None
            found = self.request.user()
            if not self._told:  # meanwhile, by the code that was asked
                self._user, self._user_id, self._impersonated = found, None, UNREAD
                self._found()
            self.release()  # before what is said next
        return self._user

    def _found(self) -> None:
        """What was finished without knowing, or meanwhile by the code that was asked, holds no more."""
        if self.finished is not None or self.visitor is not None:
            self.changed()

    @property
    def user_id(self) -> object:
        user = self.user  # may be another one than before
        if self._user_id is not None or user is None:
            return self._user_id
        found = users.user_id(user, self.rules.user_id)
        if self._user is user:  # still
            self._user_id = found
        return found

    def settle(self, user: object | None) -> None:
        """The visitor was ``user`` until now, unless that is known better: what waits was said by them."""
        if self._user is UNREAD:
            self._user = user
        self._told = True
        self.release()

    def become(self, user: object | None, *, impersonated: bool = False) -> None:
        """The visitor is ``user`` from here on (a login, a sign-up), or nobody (a logout); or users are exchanged, so that
        of either of them nothing is linked to the browser for the rest of the request (``impersonated``)."""
        self._user = user
        self._user_id = None
        self._told = True
        self._impersonated = impersonated
        self.changed()

    @property
    def is_impersonated(self) -> bool:
        """Whether somebody else acts as the user who is logged in."""
        if self._impersonated is UNREAD:
            if not impersonation.can_happen(self):
                self._impersonated = False
            elif self.user is None:  # or not known yet
                return False
            else:
                self._impersonated = True  # for whatever the application's own callable says meanwhile
                self._impersonated = impersonation.is_going_on(self)
                self._found()
        return self._impersonated

    def anonymous_id(self, *, issue: bool) -> object:
        if (self._impersonated is not False and self.is_impersonated) or self.consent.drop is not None:
            return None
        if self.issued_id is not None:
            return self.issued_id
        found = self.cookie_id
        if issue and found:
            self.is_used = True
        elif issue and self.can_keep:
            self.issued_id = ids.anonymous_id()
        return self.issued_id or found or None

    @property
    def cookie_id(self) -> str:
        """The anonymous id that the browser sent, ``""`` if it sent none or several, or if the cookie is off."""
        if self._cookie_id is UNREAD:
            cookie = self.rules.cookie
            self._cookie_id = "" if cookie.mode == "off" else sent_id(self.request.cookies, cookie.name)
        return self._cookie_id

    @property
    def can_keep(self) -> bool:
        """Whether this request's response may still set a cookie that the browser keeps; a program does not keep one."""
        if self._closed or self.rules.cookie.mode != "issue" or not keeps(self.request, self.rules.cookie):
            return False
        return not (self.is_bot and isinstance(self.client, Analytics) and self.client.drops_bots)

    def renew(self, *, issue: bool) -> None:
        """The browser is somebody new from here on, and the anonymous id that it sent nobody's; with ``issue`` it gets
        another, under which the next event begins a visit."""
        self.is_renewed, self.left_id = True, self.issued_id or self.cookie_id
        self._cookie_id, self.issued_id = "", None
        self.changed()
        if issue and self.can_keep:
            self.issued_id = ids.anonymous_id()

    def recall(self) -> BrowserMemory:
        """What the browser remembers."""
        if self.memory is None:
            self.memory = BrowserMemory(self)
        return self.memory

    def kept(self, message: Message, *, keep: bool = True) -> Mapping[str, Any]:
        return self.recall().of(message, keep=keep)

    @property
    def url(self) -> str:
        """The request's URL, which a framework takes a while to tell."""
        if self._url is UNREAD:
            self._url = self.request.url
        return self._url

    @property
    def place(self) -> UrlFacts:
        """What the URL says, without its secrets."""
        if self._place is UNREAD:
            self._place = place_of(self.url, self.rules.url_params, click_ids=self.rules.click_ids)
        return self._place

    def context(self) -> Mapping[str, Any]:
        if self._captured is None:
            self._captured = found = described(self.request, self.place, self.rules)
            if self.consent.categories is not None:
                found["consent"] = {"categoryPreferences": dict(self.consent.categories)}
        if self._impersonated is not False and self.is_impersonated:
            return {**self._captured, impersonation.FLAG: True}
        return self._captured

    @property
    def device(self) -> Mapping[str, Any]:
        return device_of(self.context())

    def page_properties(self) -> Mapping[str, Any]:
        described = self.context()["page"]
        return {**described, "host": self.place.host} if self.place.host else described

    @property
    def drop(self) -> Drop | None:
        if self._unwanted is UNREAD:
            self._unwanted = self.rules.unwanted(self.request)
        return FILTERED if self._unwanted is FILTERED else self.consent.drop or self._unwanted

    @property
    def consent(self) -> Consent:
        """What the visitor has agreed to, asked once and only when somebody wants to know; asking writes nothing."""
        if self._consent is UNREAD:
            self._consent = Consent(NOT_YET, answered=False)  # for the application's own callable
            self._consent = self.rules.terms.consent(self.request)
        return self._consent

    @property
    def has_refused(self) -> bool:
        """Whether the visitor was asked in this request and their answer is no."""
        return self._consent is not UNREAD and self._consent.drop is REFUSED

    def agree(self, consent: Consent) -> None:
        """The visitor's will from here on."""
        self._consent, self._captured = consent, None
        self.changed()

    @property
    def is_bot(self) -> bool:
        if self._is_bot is UNREAD:
            self._is_bot = is_bot(self.request.header("User-Agent"))
        return self._is_bot

    @property
    def waiting(self) -> bool:
        return not self._held.is_over and self._user is UNREAD and not self.request.user_ready

    @property
    def is_holding(self) -> bool:
        """Whether messages wait for the user."""
        return len(self._held) > 0

    def hold(self, release: Callable[[], object]) -> None:
        self._held.hold(release)

    def release(self) -> None:
        """Let held messages pass: the user is known now, or will not be (a cancelled request)."""
        self._held.release()

    @property
    def is_closed(self) -> bool:
        """Whether the response has gone."""
        return self._closed

    def close(self) -> None:
        """The response is on its way: nothing more can be written on it."""
        self._closed = True


def web_scope(scope: Scope | None) -> WebScope | None:
    """The request's scope that ``scope`` is in, None outside of a request."""
    while scope is not None and not isinstance(scope, WebScope):
        scope = scope.parent
    return scope
