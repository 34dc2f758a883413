// One row per message, and what unfolds below it.

import { bytes, cell, clock, make } from "./elements.js";
import { coloured } from "./json.js";

const TONES = { accepted: "good", discarded: "bad", duplicate: "warn" };
const COPIED_MS = 1500; // long enough to be read

export function messageRow(message) {
  const button = make(
    "button",
    { type: "button", class: "row message-grid", "aria-expanded": "false" },
    clock(message.received_at),
    make("span", {}, make("span", { class: "chip", "data-type": message.type }, message.type || "unknown")),
    cell("name", title(message), message.type === "identify" ? "–" : "no name"),
    who(message),
    status(message),
    cell("library", message.library),
  );
  const item = make("li", { "data-id": message.id }, button);
  button.addEventListener("click", () => toggle(item, button, message));
  return item;
}

function title(message) {
  return message.type === "alias" && message.name ? `${message.name} → ${message.user_id}` : message.name;
}

function who(message) {
  const element = cell("who", message.user_id || message.anonymous_id, "nobody");
  if (!message.user_id && message.anonymous_id) element.classList.add("anonymous");
  return element;
}

function status(message) {
  const text = message.status === "discarded" ? message.code : message.status;
  return make("span", {}, make("span", { class: "status", "data-tone": TONES[message.status], title: message.meaning ?? "" }, text));
}

function toggle(item, button, message) {
  const opening = button.getAttribute("aria-expanded") === "false";
  button.setAttribute("aria-expanded", String(opening));
  item.classList.toggle("open", opening);
  if (opening) item.append(detail(message));
  else item.querySelector(".detail").remove();
}

function detail(message) {
  const pre = make("pre", { tabindex: "0" }, "Loading…");
  const copy = make("button", { type: "button" }, "Copy");
  fill(pre, copy, message.id);
  return make("div", { class: "detail" }, facts(message), make("div", { class: "code" }, pre, copy));
}

function facts(message) {
  const list = make("dl", { class: "facts" });
  if (message.meaning) {
    list.append(make("div", { class: "reason", "data-tone": TONES[message.status] }, message.meaning));
  }
  const rows = {
    "Message id": message.message_id,
    "User id": message.user_id,
    "Anonymous id": message.anonymous_id,
    "Received at": message.received_at,
    Size: bytes(message.size),
    Request: `#${message.batch_id}`,
  };
  for (const [name, value] of Object.entries(rows)) {
    if (value) list.append(make("div", {}, make("dt", {}, name), make("dd", {}, value)));
  }
  return list;
}

async function fill(pre, copy, id) {
  const response = await fetch(`/api/messages/${id}`);
  if (!response.ok) {
    pre.textContent = "This message is gone: newer ones took its place.";
    return;
  }
  const text = await response.text();
  pre.replaceChildren(coloured(text));
  copy.addEventListener("click", async () => {
    copy.textContent = (await copied(text, pre)) ? "Copied" : "Press Ctrl+C";
    setTimeout(() => (copy.textContent = "Copy"), COPIED_MS);
  });
}

async function copied(text, pre) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection().selectAllChildren(pre); // no clipboard on plain http from another machine: mark it for the user
    return false;
  }
}
