// One row per HTTP request.

import { bytes, cell, clock, make } from "./elements.js";

export function requestRow(batch) {
  const tone = batch.status < 300 ? "good" : batch.status < 500 && batch.status !== 429 ? "bad" : "warn";
  const remarks = [batch.scripted && "scripted", batch.retry_count && `retry ${batch.retry_count}`, batch.error].filter(Boolean);
  const path = cell("name", batch.path);
  if (remarks.length) path.append(make("span", { class: "remark" }, ` · ${remarks.join(" · ")}`));
  const row = make(
    "div",
    { class: "row request-grid" },
    clock(batch.received_at),
    make("span", {}, make("span", { class: "status", "data-tone": tone }, String(batch.status))),
    path,
    cell("number", String(batch.messages)),
    cell("number", size(batch)),
    cell("library", batch.headers["user-agent"]),
  );
  return make("li", { "data-id": batch.id }, row);
}

function size(batch) {
  const plain = bytes(batch.body_bytes);
  return batch.wire_bytes === batch.body_bytes ? plain : `${plain} (${bytes(batch.wire_bytes)} zipped)`;
}
