"""What a page said, as a message of ours: its own words, less what only the server can know."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, get_args

from segment_web.incoming.times import stored_times
from segment_web.messages.ids import DEDUPE_PREFIX
from segment_web.messages.message import Message, MessageType
from segment_web.scopes.scope import NOTHING, Scope
from segment_web.web.context.redaction import redact_query, redact_url
from segment_web.web.rules import Rules

KINDS = frozenset(get_args(MessageType))
# The fields that a browser may fill, by their names on the wire. Whatever else it sends (writeKey, receivedAt,
# _metadata, channel ...) is not taken: this is a list of what is let in.
FIELDS = {
    "event": "event",
    "name": "name",
    "category": "category",
    "properties": "properties",
    "traits": "traits",
    "groupId": "group_id",
    "previousId": "previous_id",
    "userId": "user_id",
    "anonymousId": "anonymous_id",
    "integrations": "integrations",
    "messageId": "message_id",
}
# Of a context: known here, and not by the browser's word. By an external id Segment merges people's profiles.
SERVERS_OWN = frozenset({"ip", "direct", "consent", "channel", "externalIds"})
OF_A_PAGE = frozenset({"page", "campaign", "referrer"})  # of this request they would tell of the proxy's own address
URLS = ("path", "referrer", "url")


class BrowserScope(Scope):
    """The request's scope for what a page said in it: the address of the request is the proxy's, and no page."""

    is_own = False

    __slots__ = ()

    def context(self) -> Mapping[str, Any]:
        return {name: value for name, value in super().context().items() if name not in OF_A_PAGE}

    def page_properties(self) -> Mapping[str, Any]:
        return NOTHING


def message_of(item: Mapping[str, Any], *, sent_at: object, received_at: datetime, rules: Rules) -> Message | None:
    """The message that ``item`` is on the wire; None if its type is none of the six.

    The time is corrected by the browser's own clock, as Segment does it on receipt: afterwards it is one of our clock,
    which the sender's ``sentAt`` is measured by. URLs are redacted as the server's own are. Wrong
    values are taken as they are: the pipeline's rules know them.
    """
    kind = item.get("type")
    if not isinstance(kind, str) or kind not in KINDS:
        return None
    message = Message(kind, **{own: item.get(wire) for wire, own in FIELDS.items()})  # type: ignore[arg-type]
    _, message.timestamp = stored_times(received_at, item.get("sentAt", sent_at), item.get("timestamp"))
    if isinstance(message.message_id, str) and message.message_id.startswith(DEDUPE_PREFIX):
        message.message_id = None  # by the id of a server's event, sent first, it would be dropped as its repetition
    message.context = _context(item.get("context"), rules)
    if message.type == "page" and isinstance(message.properties, dict):
        message.properties = _page(message.properties, rules.url_params)
    return message


def _context(sent: object, rules: Rules) -> object:
    if not isinstance(sent, dict | None):
        return sent
    known = {*SERVERS_OWN, *(("groupId",) if rules.group else ()), *(("visit",) if rules.visit else ())}
    context = {name: value for name, value in (sent or {}).items() if name not in known}
    if isinstance(page := context.get("page"), dict):
        context["page"] = _page(page, rules.url_params)
    if isinstance(campaign := context.get("campaign"), dict):
        context["campaign"] = {name: _redacted(value, rules.url_params) for name, value in campaign.items()}
    return {**context, "channel": "browser"}


def _page(page: dict[str, Any], parameters: Collection[str]) -> dict[str, Any]:
    """The fields that ``context.page`` and the properties of a page call have alike."""
    clean = {name: _redacted(page[name], parameters) for name in URLS if name in page}
    if isinstance(search := page.get("search"), str):
        clean["search"] = redact_query(search, parameters)
    return {**page, **clean}


def _redacted(value: object, parameters: Collection[str]) -> object:
    return redact_url(value, parameters) if isinstance(value, str) else value
