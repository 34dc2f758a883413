// Building elements. Text only ever goes in as text, so nothing that arrives can become markup.

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

export function cell(className, text, missing = "–") {
  const element = make("span", { class: className }, text || missing);
  if (text) element.title = text;
  else element.classList.add("none");
  return element;
}

// Two lines in one cell; the second one is small.
export function lines(className, first, second) {
  const element = make("span", { class: className }, first);
  if (second) element.append(make("small", {}, second));
  return element;
}

// Opens and closes what `build` makes below a row.
export function unfold(item, button, build) {
  button.addEventListener("click", () => {
    const opening = button.getAttribute("aria-expanded") === "false";
    button.setAttribute("aria-expanded", String(opening));
    item.classList.toggle("open", opening);
    if (opening) item.append(build());
    else item.lastElementChild.remove();
  });
}

// A list of names and values; a value of nothing is left out.
export function facts(rows) {
  const list = make("dl", { class: "facts" });
  for (const [name, value] of Object.entries(rows)) {
    if (value) list.append(make("div", {}, make("dt", {}, name), make("dd", {}, value)));
  }
  return list;
}

export function clock(iso, title = iso) {
  const moment = new Date(iso);
  if (Number.isNaN(moment.getTime())) return make("time", { class: "time", title }, "–");
  const pad = (number, digits) => String(number).padStart(digits, "0");
  const seconds = [moment.getHours(), moment.getMinutes(), moment.getSeconds()].map((part) => pad(part, 2)).join(":");
  return make("time", { class: "time", datetime: iso, title }, `${seconds}.${pad(moment.getMilliseconds(), 3)}`);
}

export function bytes(count) {
  return count < 1024 ? `${count} B` : `${(count / 1024).toFixed(1)} KB`;
}
