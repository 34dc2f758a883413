"""``send``: one message from the command line, and whether it was delivered."""

from __future__ import annotations

import time
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from segment_web.client import Analytics
from segment_web.commands.arguments import seconds
from segment_web.commands.command import Host, ProjectCommand
from segment_web.commands.conformance import Conformance, conform
from segment_web.commands.doctor.sending import STAYS_HERE
from segment_web.commands.output import Output, Style
from segment_web.errors import ConfigError
from segment_web.messages.receipt import Receipt

LOOK: Final = 0.05  # seconds between two looks whether delivery has given up meanwhile
TIMEOUT: Final = 10.0  # seconds

# What the word after the type means, and the options that only some types have.
CALLS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "track": ("event", ("properties",)),
    "identify": ("user_id", ("traits",)),
    "page": ("name", ("properties", "category")),
    "screen": ("name", ("properties", "category")),
    "group": ("group_id", ("traits",)),
    "alias": ("user_id", ("previous_id",)),
}
OWN: Final = ("properties", "traits", "category", "previous_id")
SHARED: Final = (
    *("user_id", "anonymous_id", "context", "integrations"),
    *("timestamp", "message_id", "dedupe_key"),
)
NEEDED: Final = ("event", "group_id")


@dataclass(frozen=True, slots=True)
class SendReport:
    """What the call returned, whether a server has taken the message, and the last error of delivery if it has not."""

    receipt: Receipt
    delivered: bool
    error: str | None = None

    @property
    def exit_code(self) -> int:
        """0 only when it was delivered."""
        return int(not self.delivered)

    def lines(self, output: Output) -> Iterable[str]:
        """One line."""
        if self.delivered:
            yield f"{output.styled('✓', Style.GOOD)} delivered, message id {self.receipt.message_id}"
        elif self.receipt.accepted:
            yield f"{output.styled('✗', Style.BAD)} not delivered: {self.error or 'no answer in time'}; doctor says more"
        else:
            yield f"{output.styled('✗', Style.BAD)} not sent: {self.receipt.reason} ({self.receipt.detail})"

    def as_json(self) -> Mapping[str, Any]:
        """``{"accepted", "delivered", "messageId", "reason", "detail", "error"}``."""
        receipt = self.receipt
        found = {"accepted": receipt.accepted, "delivered": self.delivered, "messageId": receipt.message_id}
        return {**found, "reason": receipt.reason, "detail": receipt.detail, "error": self.error}


def send(client: Analytics, call: str, fields: Mapping[str, Any], *, timeout: float = TIMEOUT) -> SendReport:
    """Makes one of the six calls with ``fields`` as its keywords and waits at most ``timeout`` seconds.

    A wrong key or host ends the wait at once.
    """
    before = client.stats()
    receipt: Receipt = getattr(client, call)(**fields)
    if not receipt:
        return SendReport(receipt, False)
    deadline = time.monotonic() + timeout
    while not (settled := client.flush(LOOK)) and client.stats().paused_until is None and time.monotonic() < deadline:
        pass  # flush has waited
    if (stays := STAYS_HERE.get(client.settings.delivery)) is not None:
        return SendReport(receipt, False, f"with delivery {client.settings.delivery!r} {stays}")
    after = client.stats()
    delivered = settled and after.lost == before.lost
    return SendReport(receipt, delivered, None if delivered else after.last_error)


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("call", nargs="?", choices=list(CALLS), metavar="CALL", help=", ".join(CALLS))
    parser.add_argument("name", nargs="?", metavar="NAME", help="the event, page, screen, group id or user id")
    for name in ("--properties", "--traits", "--context", "--integrations"):
        parser.add_argument(name, type=json_object, metavar="JSON", help=f"{name[2:]} as a JSON object")
    for name in ("--user-id", "--anonymous-id", "--previous-id", "--category", "--message-id", "--dedupe-key"):
        parser.add_argument(name, metavar="TEXT")
    parser.add_argument("--timestamp", metavar="TIME", help="when it happened, as ISO-8601 (default: now)")
    conformance = "sequences of events and their client as JSON, for conformance suites; prints {success, sentBatches}"
    parser.add_argument("--input", metavar="JSON", help=conformance)
    wait = "how long to wait for delivery (default %(default)g)"
    parser.add_argument("--timeout", type=seconds, default=TIMEOUT, metavar="SECONDS", help=wait)


def json_object(text: str) -> dict[str, Any]:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as problem:
        raise ArgumentTypeError(f"is not JSON: {problem}") from None
    if not isinstance(value, dict):
        raise ArgumentTypeError('must be a JSON object such as {"total": 5}')
    return value


def run(options: Namespace, host: Host, output: Output) -> SendReport | Conformance:
    if options.input is not None:
        conformance = conform(options.input)
        output.show(conformance)
        return conformance
    if options.call is None:
        raise ConfigError(f"say what to send: one of {', '.join(CALLS)}, or --input JSON.")
    fields = fields_of(options)
    sent = send(host.client(), options.call, fields, timeout=options.timeout)
    output.show(sent)
    return sent


def fields_of(options: Namespace) -> dict[str, Any]:
    """The keywords of the call; ConfigError for what this call does not take or cannot do without."""
    named, own = CALLS[options.call]
    for name in OWN:
        if getattr(options, name) is not None and name not in own:
            raise ConfigError(f"{options.call} takes no {flag(name)}.")
    fields = {name: value for name in (*own, *SHARED) if (value := getattr(options, name)) is not None}
    if options.name is not None:
        if named in fields:
            raise ConfigError(f"the user id is given twice: {options.name!r} and {flag(named)}.")
        fields[named] = options.name
    if named in NEEDED and named not in fields:
        raise ConfigError(f"{options.call} needs its {named.replace('_', ' ')}: send {options.call} NAME.")
    if options.call == "alias" and "user_id" not in fields:
        raise ConfigError("alias needs the user id: send alias USER_ID --previous-id ID.")
    return fields


def flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


SEND = ProjectCommand("send", "send one event and say whether it arrived", add_arguments, run)
