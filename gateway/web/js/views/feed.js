/** What happened, newest first. */

import { h, icon } from "../dom.js";
import { moment } from "../format.js";
import { watch } from "../store.js";

const SHOWN = 25;

export function mountFeed(root) {
  const list = h("ol", { class: "feed", tabindex: 0, "aria-label": "What happened, newest first" });
  const quiet = h("p", { class: "soft" }, "Nothing yet. It fills up as people walk.");
  root.append(h("div", { class: "head" }, h("h2", {}, "What happened")), quiet, list);
  const lines = new Map();

  watch(["feed"], ({ feed }) => {
    quiet.hidden = feed.length > 0;
    const shown = feed.slice(0, SHOWN);
    for (const [id, line] of lines) {
      if (shown.some((entry) => entry.id === id)) continue;
      line.remove();
      lines.delete(id);
    }
    for (const entry of [...shown].reverse()) {
      if (lines.has(entry.id)) continue;
      const line = h("li", { dataset: { tone: entry.tone } }, icon(entry.icon), h("p", {}, entry.text), h("time", {}, moment(entry.at)));
      lines.set(entry.id, line);
      list.prepend(line);
    }
  });
}
