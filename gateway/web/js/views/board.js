/** The leaderboard, live. */

import { h, icon, setHidden, setText } from "../dom.js";
import { plural, unit } from "../format.js";
import { get, hosts, selected, watch } from "../store.js";
import { judge } from "./judge.js";
import { fillLane, makeLane, shareOf, slide, whereabouts } from "./lane.js";

const SHORT = 12; // rows before "show all"

export function mountBoard(root) {
  const status = h("span", { class: "soft" });
  const list = h("ol", { class: "lanes-list", id: "rows" });
  const own = h("ol", { class: "lanes-list own-below", hidden: true, "aria-label": "Your row" });
  const all = h("button", { class: "quiet wide", "aria-expanded": "false" });
  const none = h("p", { class: "soft" }, "Nobody is here yet. Be the first.");
  root.append(h("div", { class: "head" }, h("h2", {}, "Leaderboard"), status), list, own, none, all);
  const lanes = new Map();
  let open = false;
  let shownFor = null;

  const draw = () => {
    const [board, challenge, me] = [get("board"), selected(), get("me")];
    setHidden(root, !challenge || challenge.state === "draft");
    if (!board || !challenge || !me) return;
    if (shownFor !== challenge.id) {
      shownFor = challenge.id;
      lanes.clear();
      list.replaceChildren();
    }
    const rows = board.rows();
    const shown = open ? rows : rows.slice(0, SHORT);
    const share = shareOf(challenge, rows);
    const rules = hosts(challenge) && ["open", "countdown", "live", "paused", "settling"].includes(challenge.state);

    const before = whereabouts(lanes.values());
    const focused = document.activeElement;
    for (const [id, lane] of lanes) {
      if (shown.some(({ userId }) => userId === id)) continue;
      lane.remove();
      lanes.delete(id);
    }
    shown.forEach((row, place) => {
      if (!lanes.has(row.userId)) lanes.set(row.userId, makeLane(row.userId, tool(row.userId)));
      const lane = lanes.get(row.userId);
      if (list.children[place] !== lane) list.insertBefore(lane, list.children[place] ?? null);
      fillLane(lane, row, { own: row.userId === me.id, share: share(row) });
      setHidden(lane.lastChild, !rules);
    });
    if (before.size) slide(lanes.values(), before);
    if (focused !== document.activeElement && root.contains(focused)) focused.focus(); // moving a row takes the focus off it

    const mine = get("rank")?.me ?? board.get(me.id);
    setHidden(own, !mine || lanes.has(me.id));
    if (!own.hidden) {
      if (!own.firstChild) own.append(makeLane(me.id));
      fillLane(own.firstChild, mine, { own: true, share: share(mine) });
    }
    setHidden(none, rows.length > 0);
    setHidden(all, rows.length <= SHORT);
    setText(all, open ? `Show the first ${SHORT}` : `Show all ${rows.length}`);
    all.setAttribute("aria-expanded", open);
    const kind = board.provisional ? "" : " · final";
    setText(status, `${unit(challenge.metric)} · ${plural(board.participants || challenge.participants, "player")}${kind}`);
  };
  all.addEventListener("click", () => {
    open = !open;
    draw();
  });
  watch(["board", "challenges", "selected", "me", "rank"], draw);
  watch(["selected"], () => (open = false));
}

function tool(userId) {
  return h("button", { class: "round small", hidden: true, "aria-label": "Disqualify or reinstate", onclick: () => judge(userId) }, icon("whistle"));
}
