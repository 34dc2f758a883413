// The page: asks for what is new once a second, and puts it on top.

import { messageRow } from "./messages.js";
import { requestRow } from "./requests.js";

const EVERY_MS = 1000;
const TYPING_MS = 200; // a filter is applied when the typist pauses
const MOST_ROWS = 500; // more makes scrolling slow; older ones are a click away
const STEP = 100;

const $ = (id) => document.getElementById(id);
const lists = {
  messages: { rows: $("message-rows"), row: messageRow, newest: 0, path: "api/messages", key: "messages" },
  requests: { rows: $("request-rows"), row: requestRow, newest: 0, path: "api/batches", key: "batches" },
};
const HINTS = { messages: "Filter: event, user, any value", requests: "Filter: path, sender, message id" };
const state = { view: "messages", paused: false, epoch: null, received: 0, receivedAtPause: 0, turn: 0 };

async function ask(path, parameters = {}) {
  const response = await fetch(`${path}?${new URLSearchParams(parameters)}`);
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response.json();
}

function filters() {
  const own = state.view === "messages" ? { type: $("type").value, status: $("status").value } : { failed: $("answer").value };
  const values = { search: $("search").value.trim(), ...own };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value));
}

// Every change of filter or view begins a new turn; an answer to an old turn is thrown away.
async function loadNew({ fromScratch = false } = {}) {
  const turn = fromScratch ? ++state.turn : state.turn;
  const list = lists[state.view];
  const after = fromScratch ? 0 : list.newest;
  const found = (await ask(list.path, { ...filters(), after, limit: STEP, summary: 1 }))[list.key];
  if (turn !== state.turn || (!fromScratch && (state.paused || after !== list.newest))) return;
  if (fromScratch) list.rows.replaceChildren();
  const rows = found.map(list.row);
  if (!fromScratch) rows.forEach((row) => row.classList.add("arrived"));
  list.rows.prepend(...rows);
  list.newest = found.length ? found[0].id : after;
  if (fromScratch) $("older").hidden = found.length < STEP;
  while (list.rows.children.length > MOST_ROWS && !fromScratch) {
    list.rows.lastElementChild.remove();
    $("older").hidden = false;
  }
  showWhatIsThere();
}

async function loadOlder() {
  const list = lists[state.view];
  const turn = state.turn;
  const before = list.rows.lastElementChild.dataset.id;
  const found = (await ask(list.path, { ...filters(), before, limit: STEP, summary: 1 }))[list.key];
  if (turn !== state.turn) return;
  list.rows.append(...found.map(list.row));
  $("older").hidden = found.length < STEP;
}

async function loadTotals() {
  const stats = await ask("api/stats");
  for (const name of ["received", "accepted", "discarded", "duplicates", "requests"]) {
    $(`total-${name}`).textContent = stats[name].toLocaleString("en");
    $(`total-${name}`).parentElement.classList.toggle("some", stats[name] > 0);
  }
  const cleared = state.epoch !== null && state.epoch !== stats.epoch;
  state.epoch = stats.epoch;
  state.received = stats.received;
  state.requests = stats.requests;
  return cleared;
}

function showWhatIsThere() {
  const empty = lists[state.view].rows.children.length === 0;
  const filtered = Object.keys(filters()).length > 0;
  $("messages").hidden = state.view !== "messages" || empty;
  $("requests").hidden = state.view !== "requests" || empty;
  $("no-match").hidden = !(empty && filtered);
  $("empty").hidden = !(empty && !filtered);
  if (empty) $("older").hidden = true;
}

function showState(offline = false) {
  const waiting = state.received - state.receivedAtPause;
  const name = offline ? "offline" : state.paused ? "paused" : "live";
  const texts = { offline: "Not reachable", paused: waiting > 0 ? `Paused, ${waiting} new` : "Paused", live: "Live" };
  $("state").dataset.state = name;
  if ($("state-text").textContent !== texts[name]) $("state-text").textContent = texts[name];
}

async function poll() {
  try {
    const cleared = await loadTotals();
    if (cleared) await loadNew({ fromScratch: true });
    else if (!state.paused) await loadNew();
    showState();
  } catch {
    showState(true);
  }
  setTimeout(poll, EVERY_MS);
}

// Outside the loop a failed request needs no word: the loop notices within a second and says so.
const quietly = (action) => async (...values) => {
  try {
    await action(...values);
  } catch {
    showState(true);
  }
};
let typing;
const reload = quietly(() => {
  clearTimeout(typing); // what was typed is part of this load; a second one would close the rows that are open
  return loadNew({ fromScratch: true });
});

function choose(view) {
  state.view = view;
  for (const button of document.querySelectorAll("[data-view]")) {
    button.setAttribute("aria-pressed", String(button.dataset.view === view));
  }
  $("search").placeholder = HINTS[view];
  for (const part of document.querySelectorAll("[data-of]")) part.hidden = part.dataset.of !== view;
  reload();
}

function pause() {
  state.paused = !state.paused;
  state.receivedAtPause = state.received;
  $("pause").textContent = state.paused ? "Resume" : "Pause";
  $("pause").setAttribute("aria-pressed", String(state.paused));
  showState();
}

// Arrow keys walk through the rows, "/" goes to the filter, Escape leaves it.
function onKey(event) {
  const typing = event.target.matches("input, select");
  if (event.key === "/" && !typing) {
    event.preventDefault();
    $("search").focus();
  } else if (event.key === "Escape" && typing) {
    event.target.blur();
  } else if (["ArrowDown", "ArrowUp"].includes(event.key) && event.target.matches(".row")) {
    event.preventDefault();
    const item = event.target.closest("li");
    const next = event.key === "ArrowDown" ? item.nextElementSibling : item.previousElementSibling;
    next?.querySelector(".row").focus();
  }
}

$("search").addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(reload, TYPING_MS);
});
$("type").addEventListener("change", reload);
$("status").addEventListener("change", reload);
$("answer").addEventListener("change", reload);
$("filters").addEventListener("submit", (event) => event.preventDefault());
$("reset").addEventListener("click", () => ($("filters").reset(), reload()));
$("older").addEventListener("click", quietly(loadOlder));
$("pause").addEventListener("click", pause);
$("clear").addEventListener("click", quietly(async () => {
  await fetch("api/clear", { method: "POST" });
  if (await loadTotals()) await loadNew({ fromScratch: true });
}));
for (const button of document.querySelectorAll("[data-view]")) {
  button.addEventListener("click", () => choose(button.dataset.view));
}
document.addEventListener("keydown", onKey);

reload().then(poll);
