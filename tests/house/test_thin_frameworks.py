"""The frameworks' folders translate and know no rule of Segment's: its names stand in the rooms below them."""

from __future__ import annotations

import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterator
from dataclasses import astuple
from typing import Final, get_args

import pytest

from segment_web.messages.message import Message, MessageType
from segment_web.messages.wire import payload
from segment_web.settings.automatic import AuthEvents
from segment_web.web.context import campaign, client_hints
from segment_web.web.cookies import ajs
from tests.house.checkout import PACKAGE, shown

FRAMEWORKS: Final = ("django", "flask")
# Of code in one folder, without comments and docstrings; one that outgrows them is not thin. Django's has more, because it
# does not say itself what SQLAlchemy says of its objects: what was changed, in which savepoint, and to which value.
LINES: Final = {"django": 1_450, "flask": 920}
# What counts apart, each part with as many lines at most: what looks at a set-up, and no request passes; and what is known
# of logins, and of the packages for them that there are.
APART: Final = ({"checks.py", "commands.py", "project.py", "user_model.py", "management"}, {"accounts"})
LINES_APART: Final = 250
LAYOUT: Final = {tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT, tokenize.ENCODING}


def wire_names() -> set[str]:
    """The names of the wire that no word of Python is: those in camelCase."""
    names = {name for kind in get_args(MessageType) for name in payload(Message(kind, user_id="7", anonymous_id="a"))}
    return {name for name in (*names, "sentAt", "writeKey", "userAgent") if name != name.lower()}


# What is a rule of Segment's, taken from the rooms where it stands.
RULES: Final = {
    "a name of the wire": wire_names(),
    "a cookie of analytics.js": {ajs.ANONYMOUS_ID, ajs.USER_ID, ajs.GROUP_ID, "ajs_"},
    "a parameter of campaigns": {campaign.PREFIX, *campaign.CLICK_IDS},
    "a client hint": {*client_hints.OPTIONAL_TEXTS, "Sec-"},
    "a header about the client": {"X-Forwarded-For", "User-Agent", "Referer", "Accept-Language"},
    "an event": {str(name) for name in astuple(AuthEvents()) if name},
}


def code(source: str) -> Iterator[tokenize.TokenInfo]:
    """The tokens of a module that are neither comments nor docstrings nor layout."""
    fresh = True  # a string that begins a statement is a docstring
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in LAYOUT:
            fresh = fresh or token.type in (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
        elif not (fresh and token.type == tokenize.STRING):
            fresh = False
            yield token


def rules_in(source: str) -> Iterator[str]:
    """The rules of Segment's that a module knows, by line."""
    for token in code(source):
        for what, names in RULES.items():
            if any(re.search(rf"(?<![A-Za-z]){re.escape(name)}", token.string) for name in names):
                yield f"line {token.start[0]}: {what}"


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_framework_knows_no_rule_of_segments(framework: str) -> None:
    modules = sorted((PACKAGE / framework).rglob("*.py"))
    assert len(modules) > 5
    assert [f"{shown(path)}, {rule}" for path in modules for rule in rules_in(path.read_text("utf-8"))] == []


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_framework_is_thin(framework: str) -> None:
    lines: Counter[int] = Counter()
    for path in (PACKAGE / framework).rglob("*.py"):
        parts = path.relative_to(PACKAGE / framework).parts
        room = next((number for number, names in enumerate(APART, 1) if not names.isdisjoint(parts)), 0)
        lines[room] += len({token.start[0] for token in code(path.read_text("utf-8"))})
    assert lines.pop(0) < LINES[framework]
    assert max(lines.values()) < LINES_APART


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ('message["userId"] = 7', "a name of the wire"),
        ("messageId = 7", "a name of the wire"),
        ('name = f"ajs_{kind}"', "a cookie of analytics.js"),
        ('found = request.args.get("utm_source")', "a parameter of campaigns"),
        ('agent = request.headers["User-Agent"]', "a header about the client"),
        ('hint = header("Sec-CH-UA-Model")', "a client hint"),
        ('track(\n    "Signed Up")', "an event"),
    ],
)
def test_a_rule_is_noticed(source: str, rule: str) -> None:
    assert any(found.endswith(rule) for found in rules_in(source))


def test_words_about_a_rule_are_none() -> None:
    source = (
        '"""Signed Up has a userId."""\n\n\ndef f() -> int:\n    """ajs_user_id"""\n    # utm_source\n    return 1\n'
    )
    assert list(rules_in(source)) == []
