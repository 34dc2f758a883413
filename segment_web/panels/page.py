"""The HTML of a panel: one function, and every text escaped on its way in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from segment_web.logs import internal_error
from segment_web.panels.facts import FAILED, counts

TITLE = "Segment"
EMPTY = "No call was made in this request."
WAITS = "It waits for a commit, or for the user to be known."
LEAVES = {"accepted": "as it leaves", "browser": "as the page holds it"}
SILENT = "Nothing of this request is recorded"
CODE = re.compile(r"`([^`]+)`")
TOKEN = re.compile(  # a string that is cut ends with the text: no sign is looked at twice
    r'(?P<string>"(?:[^"\\]|\\.)*+"?)(?P<colon>\s*:)?|(?P<number>-?\d[\d.eE+-]*)|(?P<word>true|false|null)'
)


def page(found: Mapping[str, Any]) -> str:
    """What :func:`segment_web.panels.facts.told` says, as HTML that stands in either toolbar. Never raises."""
    try:
        inner = "".join(_parts(found))
    except Exception as error:  # noqa: BLE001 - a toolbar that fails breaks the page
        internal_error("the panel", error)
        inner = f'<p class="sw-note">{FAILED}</p>'
    html = f'<style>{style()}</style><div class="segment-panel">{inner}</div>'
    return html.encode("utf-8", "replace").decode()  # text that is none, which no response can carry


def _parts(found: Mapping[str, Any]) -> Iterator[str]:
    yield _totals(found)
    yield _banner(found)
    yield '<div class="sw-calls">'
    yield from map(_call, found.get("calls", ()))
    yield "</div>"
    if found.get("more"):
        yield f'<p class="sw-note">and {found["more"]} more that were not kept.</p>'
    yield '<div class="sw-columns">'
    yield _facts("This visitor", found.get("visitor", ()))
    yield _facts("The client, in this process", found.get("client", ()))
    yield "</div>"


@cache
def style() -> str:
    """The panel's style sheet."""
    return Path(__file__).with_name("panel.css").read_text("utf-8")


def _totals(found: Mapping[str, Any]) -> str:
    calls = found.get("calls", ())
    micros = sum(call["micros"] for call in calls)
    size = sum(call["bytes"] for call in calls if call["state"] == "accepted")
    told = (
        counts(dict(found))
        + (f" · {_time(micros)}" if micros else "")
        + (f" · {size:,} bytes accepted" if size else "")
    )
    return f'<p class="sw-totals">{escape(told)}</p>' if calls else f'<p class="sw-totals">{EMPTY}</p>'


def _banner(found: Mapping[str, Any]) -> str:
    note = f'<p class="sw-note">{_prose(found["note"])}</p>' if found.get("note") else ""
    skip = found.get("skip")
    return note if not skip else f'{note}<div class="sw-banner">{_why(skip, SILENT)}</div>'


def _call(call: Mapping[str, Any]) -> str:
    kind, state = escape(call["type"] or "call"), escape(call["state"])
    name = escape(call["name"]) or '<span class="sw-faint">&ndash;</span>'
    by = f'<span class="sw-by">{escape(call["by"])}</span>' if call["by"] else ""
    site = f'<code class="sw-site">{escape(call["site"])}</code>' if call["site"] else ""
    why = f'<div class="sw-why" data-state="{state}">{_why(call, "")}</div>' if call["reason"] else ""
    more = WAITS if state == "waiting" else call["detail"] if state == "browser" else ""
    remark = f'<div class="sw-why" data-state="{state}">{escape(more)}</div>' if more else ""
    return (
        f'<div class="sw-call" data-state="{state}"><details><summary class="sw-row">'
        f'<span class="sw-chip" data-type="{kind}">{kind}</span><span class="sw-name">{name}</span>'
        f'<span class="sw-state" data-state="{state}">{state}</span>'
        f'<span class="sw-origin">{by}{site}</span><span class="sw-time">{_time(call["micros"])}</span></summary>'
        f"{_payload(call)}</details>{why or remark}</div>"
    )


def _time(micros: float) -> str:
    """In milliseconds; "" for a call that only the browser makes."""
    return f"{micros / 1e3:,.2f} ms" if micros else ""


def _why(what: Mapping[str, Any], title: str) -> str:
    """A reason, what it means, and what to do about it."""
    lead = f"<b>{title}:</b> " if title else ""
    detail = f" {escape(what['detail'])}" if what["detail"] else ""
    cure = f" <b>What to do:</b> {_prose(what['cure'])}." if what["cure"] else ""
    return (
        f"<p>{lead}<code>{escape(what['reason'])}</code>{detail}</p><p>It means: {_prose(what['meaning'])}.{cure}</p>"
    )


def _payload(call: Mapping[str, Any]) -> str:
    if not call["payload"]:
        left_out = "the payload is left out, because this request has said too much" if call["bytes"] else "no payload"
        return f'<p class="sw-note">{left_out}.</p>'
    source = f" · source {escape(call['source'])}" if call["source"] else ""
    leaves = LEAVES.get(call["state"], "as far as it got")
    said = f"{call['bytes']:,} bytes, {leaves} · after {call['at']:,.1f} ms{source}"
    return f'<p class="sw-note">{said}</p><pre class="sw-json">{_coloured(call["payload"])}</pre>'


def _facts(title: str, facts: Iterable[Iterable[str]]) -> str:
    rows = "".join(
        f'<div class="sw-fact"><dt>{escape(what)}</dt><dd>{escape(value)}'
        f"{f' <span class=sw-faint>{escape(remark)}</span>' if remark else ''}</dd></div>"
        for what, value, remark in facts
    )
    return f'<section class="sw-facts"><h4>{title}</h4><dl>{rows}</dl></section>' if rows else ""


def _prose(text: str) -> str:
    """A sentence with code in backticks."""
    return CODE.sub(r"<code>\1</code>", escape(text))


def _coloured(text: str) -> str:
    """Indented JSON with its keys, strings, numbers and words apart."""
    parts, end = [], 0
    for found in TOKEN.finditer(text):
        colon = found["colon"] or ""
        kind = "key" if colon else found.lastgroup
        parts.append(escape(text[end : found.start()]))
        parts.append(f'<span class="sw-{kind}">{escape(found[0].removesuffix(colon))}</span>{colon}')
        end = found.end()
    return "".join((*parts, escape(text[end:])))
