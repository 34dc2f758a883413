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

export function clock(iso) {
  const moment = new Date(iso);
  const pad = (number, digits) => String(number).padStart(digits, "0");
  const seconds = [moment.getHours(), moment.getMinutes(), moment.getSeconds()].map((part) => pad(part, 2)).join(":");
  return make("time", { class: "time", datetime: iso, title: iso }, `${seconds}.${pad(moment.getMilliseconds(), 3)}`);
}

export function bytes(count) {
  return count < 1024 ? `${count} B` : `${(count / 1024).toFixed(1)} KB`;
}
