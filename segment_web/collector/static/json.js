// JSON text in colours. Works on the text itself, so that long numbers keep their last digits.

const TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b/g;

export function coloured(text) {
  const fragment = document.createDocumentFragment();
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [, string, colon, number] = match;
    const kind = string ? (colon ? "key" : "string") : number ? "number" : "word";
    const span = document.createElement("span");
    span.className = `json-${kind}`;
    span.textContent = string ?? match[0];
    fragment.append(text.slice(end, match.index), span, colon ?? "");
    end = match.index + match[0].length;
  }
  fragment.append(text.slice(end));
  return fragment;
}
