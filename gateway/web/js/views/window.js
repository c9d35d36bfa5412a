/** The player's own place: who is just ahead, who is just behind, and what it takes to move up. */

import { h, setHidden, setText } from "../dom.js";
import { number, ordinal, unit } from "../format.js";
import { get, selected, watch } from "../store.js";
import { fillLane, makeLane, shareOf, slide, whereabouts } from "./lane.js";

export function mountWindow(root) {
  const place = h("strong", { class: "place", id: "own-rank" });
  const next = h("p", { class: "soft", id: "gap" });
  const list = h("ol", { class: "lanes-list tight" });
  root.append(h("div", { class: "head" }, h("h2", {}, "Your place"), place), next, list);
  const lanes = new Map();

  watch(["rank", "selected", "challenges"], () => {
    const [rank, challenge] = [get("rank"), selected()];
    setHidden(root, !rank || !challenge);
    if (root.hidden) return;
    const { me, above, below, gap } = rank;
    const rows = [...above, me, ...below];
    const share = shareOf(challenge, rows);
    setText(place, me.rank ? ordinal(me.rank) : "unranked");
    setText(next, ahead(me, above, gap, challenge));
    const before = whereabouts(lanes.values());
    for (const [id, lane] of lanes) {
      if (rows.some(({ userId }) => userId === id)) continue;
      lane.remove();
      lanes.delete(id);
    }
    rows.forEach((row, at) => {
      if (!lanes.has(row.userId)) lanes.set(row.userId, makeLane(row.userId));
      const lane = lanes.get(row.userId);
      if (list.children[at] !== lane) list.insertBefore(lane, list.children[at] ?? null);
      fillLane(lane, row, { own: row.userId === me.userId, share: share(row) });
    });
    if (before.size) slide(lanes.values(), before);
  });
}

function ahead(me, above, gap, { metric, mode }) {
  if (!me.rank) return "Log something to get a rank.";
  if (me.rank === 1) return "Nobody is ahead of you.";
  const name = above.at(-1)?.name;
  if (!(gap >= 0) || !name) return "";
  if (gap === 0) return `Level with ${name}.`;
  return `${number(gap)} ${unit(metric)} ${mode === "least" ? "above" : "behind"} ${name}.`;
}
