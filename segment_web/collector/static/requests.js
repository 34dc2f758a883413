// One row per HTTP request, and what unfolds below it: its headers and its messages.

import { bytes, cell, clock, facts, lines, make, unfold } from "./elements.js";
import { messageRow } from "./messages.js";

const MOST_SHOWN = 100; // of the messages of one request

export function requestRow(batch) {
  const button = make(
    "button",
    { type: "button", class: "row request-grid", "aria-expanded": "false" },
    clock(batch.received_at),
    make("span", {}, make("span", { class: "status", "data-tone": tone(batch) }, String(batch.status))),
    lines("name", make("span", { class: "line" }, batch.path), remarks(batch)),
    cell("number", String(batch.messages)),
    size(batch),
    cell("library", batch.headers["user-agent"]),
  );
  const item = make("li", { "data-id": batch.id }, button);
  unfold(item, button, () => detail(batch));
  return item;
}

function tone(batch) {
  return batch.status < 300 ? "good" : batch.status < 500 && batch.status !== 429 ? "bad" : "warn";
}

function remarks(batch) {
  return [batch.scripted && "scripted", batch.retry_count && `retry ${batch.retry_count}`, batch.error].filter(Boolean).join(" · ");
}

function size(batch) {
  const zipped = batch.wire_bytes !== batch.body_bytes && `${bytes(batch.wire_bytes)} zipped`;
  return lines("number", make("span", { class: "line" }, bytes(batch.body_bytes)), zipped);
}

function detail(batch) {
  const inside = make("div", { class: "inside" }, "Loading…");
  fill(inside, batch);
  return make("div", { class: "detail" }, known(batch), inside);
}

function known(batch) {
  return facts({
    Request: `#${batch.id}`,
    "Received at": batch.received_at,
    "Sent at": batch.sent_at,
    "Write key": batch.write_key,
    Messages: `${batch.accepted} accepted, ${batch.discarded} discarded, ${batch.duplicates} duplicates`,
    Error: batch.error,
    ...batch.headers,
  });
}

async function fill(inside, batch) {
  const response = await fetch(`api/messages?batch=${batch.id}&summary=1&limit=${MOST_SHOWN}`);
  const { messages } = response.ok ? await response.json() : { messages: [] };
  if (messages.length === 0) {
    inside.textContent = nothing(batch);
    return;
  }
  inside.replaceChildren(make("ol", {}, ...messages.reverse().map(messageRow)));
  if (batch.messages > messages.length) inside.append(make("p", { class: "note" }, `The last ${messages.length} of ${batch.messages} messages.`));
}

function nothing(batch) {
  if (batch.messages === 0) return "This request held no message.";
  if (batch.accepted + batch.discarded + batch.duplicates > 0) return "Its messages are gone: newer ones took their place.";
  return `None of its messages was taken. Their ids: ${batch.message_ids.map((id) => id ?? "(none)").join(", ")}`;
}
