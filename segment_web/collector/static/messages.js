// One row per message, and what unfolds below it.

import { bytes, cell, clock, facts, lines, make, unfold } from "./elements.js";
import { coloured } from "./json.js";

const TONES = { accepted: "good", discarded: "bad", duplicate: "warn" };
const COPIED_MS = 1500; // long enough to be read

export function messageRow(message) {
  const button = make(
    "button",
    { type: "button", class: "row message-grid", "aria-expanded": "false" },
    times(message),
    make("span", {}, make("span", { class: "chip", "data-type": message.type }, message.type || "unknown")),
    what(message),
    who(message),
    status(message),
    cell("library", message.library),
  );
  const item = make("li", { "data-id": message.id }, button);
  unfold(item, button, () => detail(message));
  return item;
}

// When it happened and, below, when it arrived: all messages of a batch arrive at once.
function times(message) {
  const arrived = clock(message.received_at, `received at ${message.received_at}`);
  return lines("times", clock(message.time, `happened at ${message.time}`), arrived);
}

// Its name and, below, what it holds; an identify has no name.
function what(message) {
  const element = lines("name", title(message), message.type !== "identify" && message.preview);
  element.title = [element.firstChild.textContent, message.preview].filter(Boolean).join("\n");
  return element;
}

function title(message) {
  if (message.type === "identify") return quiet(message.preview || "no traits", message.preview ? "contents" : "none");
  if (message.type === "alias" && message.name) return quiet(`${message.name} → ${message.user_id}`);
  return message.name ? quiet(message.name) : quiet("no name", "none");
}

const quiet = (text, className = "") => make("span", { class: `line ${className}` }, text);

function who(message) {
  const element = cell("who", message.user_id || message.anonymous_id, "nobody");
  if (!message.user_id && message.anonymous_id) element.classList.add("anonymous");
  return element;
}

function status(message) {
  const text = message.status === "discarded" ? message.code : message.status;
  return make("span", {}, make("span", { class: "status", "data-tone": TONES[message.status], title: message.meaning ?? "" }, text));
}

function detail(message) {
  const pre = make("pre", { tabindex: "0" }, "Loading…");
  const copy = make("button", { type: "button" }, "Copy");
  fill(pre, copy, message.id);
  return make("div", { class: "detail" }, known(message), make("div", { class: "code" }, pre, copy));
}

function known(message) {
  const list = facts({
    "Message id": message.message_id,
    "User id": message.user_id,
    "Anonymous id": message.anonymous_id,
    "Happened at": message.time,
    "Received at": message.received_at,
    Size: bytes(message.size),
    Request: `#${message.batch_id}`,
  });
  if (message.meaning) {
    list.prepend(make("div", { class: "reason", "data-tone": TONES[message.status] }, message.meaning));
  }
  return list;
}

async function fill(pre, copy, id) {
  const response = await fetch(`api/messages/${id}`);
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
